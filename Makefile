# make          the answer keys of all exercises, into output/
# make test     format, lint, types, import arrows, tests
# Both set everything up on a fresh machine; see scripts/.

VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= auto
FUZZ ?= 20000
LAWS ?= 20000

.PHONY: keys test lint tests quick laws fuzz golden bench format clean
.DELETE_ON_ERROR:

keys: $(VENV)/.ready
	$(BIN)/symprop solve exercises/*.yaml --output output

$(VENV)/.ready: pyproject.toml scripts/setup
	scripts/setup $(VENV) .
	touch $@

$(VENV)/.ready-tests: pyproject.toml scripts/setup
	scripts/setup $(VENV) '.[tests]'
	touch $@ $(VENV)/.ready

$(VENV)/.ready-bench: pyproject.toml scripts/setup
	scripts/setup $(VENV) '.[bench]'
	touch $@ $(VENV)/.ready

# pytest's 5 (no test was run) is a failure like any other
test: lint tests

lint: $(VENV)/.ready-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

tests: $(VENV)/.ready-tests
	scripts/need-poppler
	scripts/need-exam $(VENV)/tex
	scripts/need-tectonic $(VENV)/tectonic $(BIN)/python
	$(BIN)/pytest -q -rs -n $(WORKERS) --dist worksteal

quick: $(VENV)/.ready-tests
	$(BIN)/pytest -q -x

laws: $(VENV)/.ready-tests
	SYMPROP_LAWS=$(LAWS) $(BIN)/pytest -q -n $(WORKERS) tests/test_laws.py tests/test_task_laws.py tests/test_exam.py

# FUZZ examples of each law, a million texts for the reader, 50,000 for the judge
fuzz: $(VENV)/.ready-tests
	SYMPROP_FUZZ=$(FUZZ) $(BIN)/pytest -q -n $(WORKERS) -m fuzz

golden: $(VENV)/.ready-tests
	$(BIN)/python -m tests.golden
	$(BIN)/python -m tests.answer_page
	git --no-pager diff --stat -- tests/golden docs/answers.md

bench: $(VENV)/.ready-bench
	$(BIN)/python -m benchmarks

format: $(VENV)/.ready-tests
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs/page.png: $(VENV)/.ready exercises/itakura_saito.yaml
	scripts/need-poppler
	$(BIN)/symprop solve exercises/itakura_saito.yaml --output output
	pdftoppm -png -r 100 -f 1 -l 1 -singlefile output/itakura_saito.pdf docs/page

clean:
	rm -rf output $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
