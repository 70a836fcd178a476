# One word for each chore. `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
# two more than there are cores: a third of the time a test waits for a server, a browser or a disk
TESTS := $(BIN)/python -m pytest -n $(shell expr $$(getconf _NPROCESSORS_ONLN) + 2) --maxprocesses 5 --dist worksteal
export TOCSIN_HOME ?= $(CURDIR)/var/demonstration

.DEFAULT_GOAL := help
.PHONY: help run test lint bench proof catalogues clean

help: ## list the chores
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

run: .venv/installed ## set everything up and serve a demonstration on http://127.0.0.1:8000
	@$(BIN)/tocsin demo
	@exec $(BIN)/tocsin serve --workers 2

test: .venv/installed-test ## run the tests
	$(TESTS)

lint: .venv/installed-test ## style, types, the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --config setup.cfg

bench: .venv/installed-test ## measure, each figure beside its reference from the same run
	$(BIN)/python -m bench

proof: .venv/installed-test ## the long runs: everything at full size
	$(TESTS) -m proof
	$(BIN)/python -m bench --full

catalogues: .venv/installed ## bring the translations up to date, and begin LANGUAGES="da th"
	$(BIN)/python -m tocsin.web.catalogues $(LANGUAGES)

clean: ## remove what the chores made, but not your data in var/
	rm -rf .venv .cache build *.egg-info

# The environments are made once and again when setup.cfg changes; after that nothing needs a network.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Tocsin needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv .venv

.venv/installed: setup.cfg pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

.venv/installed-test: setup.cfg pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[test,lint]'
	@touch $@ .venv/installed
