"""No name that our preamble defines is a command of LuaTeX's own: TeX would refuse the page with one engine only."""

from __future__ import annotations

import re

from tests.golden import ROOT

# tex.extraprimitives("luatex"), the names of small letters
LUATEX = set(
    """
    adjustspacing alignmark aligntab attribute attributedef automaticdiscretionary automatichyphenmode
    automatichyphenpenalty begincsname bodydir bodydirection boxdir boxdirection breakafterdirmode catcodetable
    clearmarks compoundhyphenmode copyfont crampeddisplaystyle crampedscriptscriptstyle crampedscriptstyle
    crampedtextstyle csstring discretionaryligaturemode draftmode dviextension dvifeedback dvivariable efcode
    endlocalcontrol etoksapp etokspre exceptionpenalty expanded expandglyphsinfont explicitdiscretionary
    explicithyphenpenalty fixupboxesmode fontid formatname gleaders glyphdimensionsmode gtoksapp gtokspre hjcode
    hyphenationbounds hyphenationmin hyphenpenaltymode ifabsdim ifabsnum ifcondition ifincsname ifprimitive
    ignoreligaturesinfont immediateassigned immediateassignment initcatcodetable insertht lastnamedcs
    lastsavedboxresourceindex lastsavedimageresourceindex lastsavedimageresourcepages lastxpos lastypos latelua
    lateluafunction leftghost leftmarginkern letcharcode letterspacefont linedir linedirection localbrokenpenalty
    localinterlinepenalty localleftbox localrightbox lpcode luabytecode luabytecodecall luacopyinputnodes luadef
    luaescapestring luafunction luafunctioncall luatexbanner luatexrevision luatexversion mathdefaultsmode
    mathdelimitersmode mathdir mathdirection mathdisplayskipmode matheqdirmode matheqnogapstep mathflattenmode
    mathitalicsmode mathnolimitsmode mathoption mathpenaltiesmode mathrulesfam mathrulesmode mathrulethicknessmode
    mathscriptboxmode mathscriptcharmode mathscriptsmode mathstyle mathsurroundmode mathsurroundskip nohrule nokerns
    noligs normaldeviate nospaces novrule outputbox outputmode pagebottomoffset pagedir pagedirection pageheight
    pageleftoffset pagerightoffset pagetopoffset pagewidth pardir pardirection pdfextension pdffeedback pdfvariable
    postexhyphenchar posthyphenchar prebinoppenalty predisplaygapfactor preexhyphenchar prehyphenchar prerelpenalty
    primitive protrudechars pxdimen quitvmode randomseed rightghost rightmarginkern rpcode saveboxresource
    savecatcodetable saveimageresource savepos scantextokens setfontid setrandomseed shapemode
    suppressfontnotfounderror suppressifcsnameerror suppresslongerror suppressmathparerror suppressoutererror
    suppressprimitiveerror synctex tagcode textdir textdirection toksapp tokspre tracingfonts uniformdeviate
    useboxresource useimageresource xtoksapp xtokspre
    """.split()
)
DEFINED = re.compile(
    r"\\(?:(?:re)?newcommand\*?|(?:re)?newenvironment|newdimen|newlength|newskip|newcount|newsavebox|newif|newcounter|def|let)"
    r"\s*\{?\\?([A-Za-z@]+)"
)


def test_no_engine_has_a_command_of_the_name_that_we_define() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "templates" / "latex").glob("*.j2")]
    names = {name for text in texts for name in DEFINED.findall(text)}
    assert {"sheetheight", "closesheet", "beside", "rowshrink", "sheetnumber"} <= names and len(names) > 50
    assert not names & LUATEX
