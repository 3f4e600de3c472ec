# Two targets matter: `make example` sets everything up and runs the main job on the bundled
# examples; `make test` sets everything up and passes the tests. The rest is for developers.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
CONSTRAINTS := .ci/constraints.txt
export OMP_NUM_THREADS ?= 1
export QT_QPA_PLATFORM ?= offscreen

.PHONY: example test setup setup-dev lint bench docs clean

example: $(VENV)/.run
	$(BIN)/saed-index resources/patterns

test: $(VENV)/.dev lint
	$(BIN)/python -m pytest -n 2 --dist loadfile

setup: $(VENV)/.run

setup-dev: $(VENV)/.dev

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(BIN)/python pyproject.toml $(CONSTRAINTS)
	$(BIN)/python -m pip install --quiet --editable . --constraint $(CONSTRAINTS)
	@touch $@

$(VENV)/.dev: $(BIN)/python pyproject.toml $(CONSTRAINTS)
	$(BIN)/python -m pip install --quiet --editable '.[trainer,dev]' --constraint $(CONSTRAINTS)
	@touch $@ $(VENV)/.run

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.dev
	$(BIN)/python -m tests.benchmarks

# the documentation site, into build/docs
docs: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet '.[docs]' --constraint $(CONSTRAINTS)
	$(BIN)/mkdocs build

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
