"""What formula editors, word processors and phones hand in: MathML, their LaTeX, their characters."""
# ruff: noqa: E501  markup is left on its line

from __future__ import annotations

import pytest

from symprop import api
from symprop.errors import ReadError
from symprop.judge.context import Context
from symprop.reader import read
from symprop.reader.mathml import MAX_MARKUP, without_markup
from symprop.reader.tokens import usual_characters
from tests.test_judging import judged

XMLNS = 'xmlns="http://www.w3.org/1998/Math/MathML"'
Z = "<msub><mi>z</mi><mn>6</mn></msub>"
WIRIS = (
    f"<math {XMLNS}><mfrac><mrow><mn>2</mn><mo>&#xA0;</mo><mfenced><mrow><msup>{Z}<mn>2</mn></msup><mo>&#x2212;</mo><mi>t</mi>"
    f"</mrow></mfenced></mrow><msup>{Z}<mn>3</mn></msup></mfrac></math>"
)
WORD = (
    '<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">'
    "<mml:mfrac><mml:mrow><mml:mi>∂</mml:mi><mml:mi>L</mml:mi></mml:mrow><mml:mrow><mml:mi>∂</mml:mi><mml:msub><mml:mrow>"
    "<mml:mi>z</mml:mi></mml:mrow><mml:mrow><mml:mn>6</mml:mn></mml:mrow></mml:msub></mml:mrow></mml:mfrac><mml:mo>=</mml:mo>"
    '<mml:mfrac><mml:mrow><mml:mn>2</mml:mn><mml:mfenced separators="|"><mml:mrow><mml:msubsup><mml:mrow><mml:mi>z</mml:mi>'
    "</mml:mrow><mml:mrow><mml:mn>6</mml:mn></mml:mrow><mml:mrow><mml:mn>2</mml:mn></mml:mrow></mml:msubsup><mml:mo>-</mml:mo>"
    "<mml:mi>t</mml:mi></mml:mrow></mml:mfenced></mml:mrow><mml:mrow><mml:msubsup><mml:mrow><mml:mi>z</mml:mi></mml:mrow>"
    "<mml:mrow><mml:mn>6</mml:mn></mml:mrow><mml:mrow><mml:mn>3</mml:mn></mml:mrow></mml:msubsup></mml:mrow></mml:mfrac></mml:math>"
)
MATHLIVE = (
    f'<math {XMLNS} display="block"><semantics><mrow><mn>2</mn><mo>&#x2062;</mo><mrow><mo stretchy="false">(</mo><msup>{Z}'
    f'<mn>2</mn></msup><mo>−</mo><mi>t</mi><mo stretchy="false">)</mo></mrow><mo>/</mo><msup>{Z}<mn>3</mn></msup></mrow>'
    '<annotation encoding="application/x-tex">17</annotation></semantics></math>'
)


@pytest.mark.parametrize(
    "text", [WIRIS, WORD, MATHLIVE, f"\n  {WIRIS}\n"], ids=["wiris", "word", "mathlive", "indented"]
)
def test_mathml_of_editors_is_judged(text: str) -> None:
    assert judged("itakura_saito", "a", text).worst.code == "right"
    assert api.compare(text, "2(z_6^2 - t)/z_6^3", declare=("z_6",)).kind == "equal"


def test_wrong_mathml_is_diagnosed_and_echoed() -> None:
    found = judged("itakura_saito", "a", WIRIS.replace("<mn>2</mn><mo>&#xA0;", "<mo>-</mo><mn>2</mn><mo>&#xA0;")).worst
    assert (found.kind, found.code) == ("wrong", "sign")


PIECES = {
    "<mfrac><mi>a</mi><mi>b</mi></mfrac>": "a/b",
    "<msqrt><mi>a</mi><mo>+</mo><mi>b</mi></msqrt>": "sqrt(a + b)",
    "<mroot><mi>a</mi><mn>3</mn></mroot>": r"\sqrt[3]{a}",
    "<mo>-</mo><mi>a</mi>": "-a",
    "<mi>a</mi><mi>b</mi>": "a b",
    "<mi>a</mi><mo>&#x22C5;</mo><mi>b</mi>": "a b",
    "<mn>2</mn><mo>&#xD7;</mo><msup><mn>10</mn><mrow><mo>-</mo><mn>3</mn></mrow></msup>": r"2\times 10^{-3}",
    "<msup><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></msup>": "(a + b)^2",
    "<msup><mfenced><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow></mfenced><mn>2</mn></msup>": "(a + b)^2",
    "<mo>(</mo><mi>a</mi><mo>+</mo><mi>b</mi><msup><mo>)</mo><mn>2</mn></msup>": "(a + b)^2",
    "<msup><msup><mi>a</mi><mn>2</mn></msup><mn>3</mn></msup>": "(a^2)^3",
    "<msup><mrow><mi>a</mi><mi>b</mi></mrow><mn>2</mn></msup>": "(a b)^2",
    "<mi>ln</mi><mo>&#x2061;</mo><mo>(</mo><mi>a</mi><mo>)</mo>": "ln(a)",
    "<mi>ln</mi><mo>&#x2061;</mo><mi>a</mi>": "ln a",
    "<msup><mi>e</mi><mrow><mo>-</mo><mi>a</mi></mrow></msup>": "e^(-a)",
    "<mover><mi>y</mi><mo>^</mo></mover><mo>-</mo><mover><mi>y</mi><mo>&#xAF;</mo></mover>": "yhat - ybar",
    "<msub><mover accent='true'><mi>y</mi><mo>ˆ</mo></mover><mn>1</mn></msub>": r"\hat{y}_1",
    "<mo>|</mo><mi>a</mi><mo>-</mo><mi>b</mi><mo>|</mo>": "|a - b|",
    "<mfenced open='|' close='|'><mi>a</mi></mfenced>": "|a|",
    "<mi>max</mi><mfenced><mn>0</mn><mi>a</mi></mfenced>": "max(0, a)",
    "<msup><mi>f</mi><mo>′</mo></msup><mo>(</mo><mi>a</mi><mo>)</mo>": "f'(a)",
    "<msup><mi>f</mi><mrow><mo>′</mo><mo>′</mo></mrow></msup><mo>&#x2061;</mo><mfenced><mi>a</mi></mfenced>": "f''(a)",
    "<mi>f</mi><mo>'</mo><mfenced><mi>a</mi></mfenced>": "f'(a)",
    "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></munderover><msub><mi>x</mi><mi>i</mi></msub>": r"\sum_{i=1}^n x_i",
    "<mfrac><mrow><mi>d</mi><mi>L</mi></mrow><mrow><mi>d</mi><mi>a</mi></mrow></mfrac>": "dL/da",
    "<mfrac><mrow><mo>∂</mo><mi>L</mi></mrow><mrow><mo>∂</mo><mi>a</mi></mrow></mfrac>": r"\frac{\partial L}{\partial a}",
    "<msub><mi>w</mi><mrow><mn>4</mn><mo>,</mo><mn>6</mn></mrow></msub>": "w_{4,6}",
    "<msubsup><mi>h</mi><mn>1</mn><mrow><mo>(</mo><mn>2</mn><mo>)</mo></mrow></msubsup>": "h_1^{(2)}",
    "<mi>&#x1D464;</mi>": "w",
    "<mi>σ</mi><mfenced><mi>a</mi></mfenced>": "sigma(a)",
    "<mfenced open='[' close=']' separators=';'><mi>a</mi><mi>b</mi></mfenced>": "[a, b]",
    "<mfenced><mtable><mtr><mtd><mi>a</mi></mtd></mtr><mtr><mtd><mi>b</mi></mtd></mtr></mtable></mfenced>": "[a, b]",
    "<mo>{</mo><mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>a</mi><mo>&gt;</mo><mn>0</mn></mtd></mtr><mtr><mtd><mn>0</mn></mtd>"
    "<mtd><mtext>otherwise</mtext></mtd></mtr></mtable>": "cases(a if a > 0, 0 otherwise)",
    "<mstyle displaystyle='true'><mpadded><mi>a</mi></mpadded></mstyle><mspace width='1em'/><mi>b</mi>": "a b",
    "<menclose notation='box'><mi>a</mi></menclose>": "a",
    "<mi>a</mi><mo>=</mo><mi>b</mi>": "a = b",
    "<msub><mi>w</mi><mn>1</mn></msub><mo>←</mo><mi>a</mi>": "w_1 <- a",
}
NAMES = Context().declaring("f(), sigma(), h_1^{(2)}, w_{4,6}").vocabulary


@pytest.mark.parametrize("markup", PIECES)
def test_an_element_of_mathml_reads_as_its_plain_text(markup: str) -> None:
    assert read(without_markup(f"<math {XMLNS}>{markup}</math>"), NAMES) == read(PIECES[markup], NAMES)


BAD = {
    "an unknown element": "<maction><mi>a</mi></maction>",
    "a phantom": "<mphantom><mi>a</mi></mphantom>",
    "a script": "<script>alert(1)</script>",
    "a binomial": "<mfrac linethickness='0'><mi>a</mi><mi>b</mi></mfrac>",
    "struck out": "<menclose notation='updiagonalstrike'><mi>a</mi></menclose>",
    "a missing part": "<mfrac><mi>a</mi></mfrac>",
    "tex in a name": r"<mi>\input{x}</mi>",
    "tex in words": r"<mtext>}\input{x}</mtext>",
    "tex in an operator": r"<mo>\\</mo>",
    "a norm": "<mo>‖</mo><mi>a</mi><mo>‖</mo>",
    "an open end": "<mi>a</mi><mo>+</mo>",
    "nothing": "",
    "not closed": "<mi>a</mi></mrow>",
    "an html entity": "<mi>&alpha;</mi>",
    "deep": "<mrow>" * 500 + "<mi>a</mi>" + "</mrow>" * 500,
    "very deep": "<mrow>" * 12_000 + "</mrow>" * 12_000,
    "long": "<mi>a</mi><mo>+</mo>" * 9_000 + "<mi>a</mi>",
    "very long": "<mi>a</mi>" * (MAX_MARKUP // 10),
}


@pytest.mark.parametrize("what", BAD)
def test_bad_mathml_is_unreadable(what: str) -> None:
    found = judged("itakura_saito", "a", f"<math {XMLNS}>{BAD[what]}</math>")
    assert found.kind == "unreadable", found


def test_nothing_of_mathml_is_expanded_or_fetched() -> None:
    laughs = "".join(f'<!ENTITY a{i + 1} "{f"&a{i};" * 10}">' for i in range(9))
    for head in (
        f'<!DOCTYPE math [<!ENTITY a0 "a">{laughs}]>',
        '<!DOCTYPE math SYSTEM "file:///etc/hostname">',
        '<!DOCTYPE math [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<?xml-stylesheet href="x"?>',
    ):
        for text in (f"{head}<math><mi>&a9;</mi></math>", f"<math>{head}<mi>&x;</mi></math>"):
            assert judged("itakura_saito", "a", text).kind == "unreadable"
            with pytest.raises(ReadError):
                read(without_markup(text))


LATEX = (
    r"\frac{2\left(z_6^2-t\right)}{z_6^3}",
    r"\frac{2\mleft(z_{6}^{2}-t\mright)}{z_{6}^{3}}",
    r"\frac{\differentialD L}{\differentialD z_6}=\frac{2\left(z_6^2-t\right)}{z_6^3}",
    r"\frac{\mathrm{d}L}{\mathrm{d}z_6}=2\cdot\left(z_6^2-t\right)\cdot z_6^{-3}",
    r"2\left(z_6^2-t\right)\div z_6^3",
    r"\frac{2\left(z_6^2-t\right)}{z_6^3}\ ",
    r"\dfrac{2\lparen z_6^2-t\rparen}{z_6^3}",
    r"\ln\left(\exponentialE^{\frac{2\left(z_6^2-t\right)}{z_6^3}}\right)",
    r"\frac{\operatorname{d}L}{\operatorname{d}z_6}=\frac{2}{z_6}-\frac{2t}{z_6^3}",
)
PHONE = (
    "2×(z₆²−t)÷z₆³",
    "2·(z_6² – t)/z_6³",
    "2\u00a0(z_6^2\u2009−\u2009t)\u202f/\u2006z_6^3",
    "２（ｚ_６＾２－ｔ）／ｚ_６＾３",
    "“2(z_6^2 - t)/z_6^3”",
    "„2(z_6^2 - t)/z_6^3“",
    "2\u2062(z_6^2 — t)∕z_6^3",
    "𝟐(𝑧_6^2 ‒ 𝑡)⁄𝑧_6^3",
    "∂L⁄∂z_6 ＝ 2✕(z_6ˆ2 ― t)➗z_6ˆ3",
    "2(z_6\u200b^2 - t)/\ufeffz_6^3",
)


@pytest.mark.parametrize("text", LATEX + PHONE)
def test_what_editors_and_phones_write_is_right(text: str) -> None:
    assert judged("itakura_saito", "a", text).worst.code == "right"


@pytest.mark.parametrize("prime", ["'", "’", "′", "´", "‘", "ʹ", "ʼ", "＇", r"^\prime", r"^{\prime}"])
def test_every_prime_is_a_prime(prime: str) -> None:
    assert judged("skip_connection", "b", f"dL/db_2 = L{prime}").worst.code == "right"


@pytest.mark.parametrize(
    "text",
    [
        r"\frac{\placeholder{}}{z_6^3}",
        "2(z_6^2 &minus; t)/z_6^3",
        "2(z_6^2 &#8722; t)/z_6^3",
        "2(z_6^2 - t)/z_6^3&nbsp;",
        "2(z<sub>6</sub><sup>2</sup>-t)/z<sub>6</sub><sup>3</sup>",
        "<p>2(z_6^2 - t)/z_6^3</p>",
    ],
)
def test_empty_boxes_and_html_are_not_guessed(text: str) -> None:
    found = judged("itakura_saito", "a", text)
    assert found.kind == "unreadable"
    assert found.worst.place is not None


def test_characters_are_replaced_one_for_one() -> None:
    text = "".join(map(chr, [*range(32, 0x3000), *range(0xFF00, 0xFFF0), *range(0x1D400, 0x1D800)]))
    assert len(usual_characters(text)) == len(text)
    assert usual_characters("σ′ÿß") == "σ′ÿß"
