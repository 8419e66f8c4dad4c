# Two commands: `make run` shows allo at work, `make test` proves it. README.md says more.
SHELL := /bin/bash
PYTHON := .venv/bin/python
export ALLO_ASTERISK ?= $(CURDIR)/.asterisk
export ALLO_PEERS ?= $(CURDIR)/.peers
SOURCES := softphone pbx_config provisioning tests benchmarks examples

.PHONY: run test check format bench soak clean setup setup-test

run: setup          ## set up all, import the example commune, play a citizen's call (ONCE=1: then stop)
	@$(PYTHON) examples/demo.py $(if $(ONCE),--once)

test: setup-test check   ## everything CI runs
	@$(PYTHON) -m pytest -m "not alone" -n 3 --dist loadfile $(PYTEST) || scripts/again.sh $(PYTHON)
	@$(PYTHON) -m pytest -m alone $(PYTEST)

check: setup-test   ## formatter, linter, strict types, architecture rules
	@.venv/bin/ruff format --check $(SOURCES)
	@.venv/bin/ruff check $(SOURCES)
	@.venv/bin/mypy
	@.venv/bin/lint-imports

format:             ## let the tools mend what they can
	@.venv/bin/ruff format $(SOURCES) && .venv/bin/ruff check --fix $(SOURCES)

bench: setup-test   ## figures (ONLY=group for one group) → table and benchmarks/results/latest.json
	@$(PYTHON) -m benchmarks $(if $(ONLY),--only $(ONLY))

soak: setup-test    ## what only time shows, 100 minutes (ONLY=applies, calls, link, storm, comeback, sound: busy, window, fast, slow) → table and benchmarks/results/soak.json
	@$(PYTHON) -m benchmarks.soak $(if $(ONLY),--only $(ONLY))

setup:
	@scripts/setup.sh run

setup-test:
	@scripts/setup.sh test

clean:              ## remove what was installed or generated in this folder
	rm -rf .venv .asterisk .peers .run build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis benchmarks/results tests/artefacts
	find . -name __pycache__ -prune -exec rm -rf {} +
