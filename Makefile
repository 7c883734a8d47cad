# make chat   the chat in your browser: installs what it needs, builds the index, serves the page
# make test   every check: formatting, types, tests
PYTHON ?= python3
BIN := .venv/bin

# What stands on make's own command line; else rag.toml and the environment (RAG_PORT) decide.
given = $(if $(filter command,$(firstword $(origin $(1)))),$(2) $($(1)))

.PHONY: chat test test-slow setup index bench clean

chat: setup
	@$(BIN)/rag serve $(call given,HOST,--host) $(call given,PORT,--port)

setup: .venv/installed

.venv/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) -V 2>&1). Try: make chat PYTHON=python3.12"; exit 2; }
	@echo "Installing into .venv (about 1 GB to download the first time) ..."
	@$(PYTHON) -m venv .venv || \
	  { echo "The venv module is missing; on Debian and Ubuntu: apt-get install python3-venv"; exit 2; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt "torch>=2.11,<2.14"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

index: setup
	@$(BIN)/rag sync

test: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/rag eval tests/questions.jsonl --gate tests/gate.toml
	@$(BIN)/rag eval tests/collection.jsonl --gate tests/collection_gate.toml
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test-slow: setup
	@$(BIN)/python -m pytest -m slow -o faulthandler_timeout=3600

bench: setup
	@$(BIN)/python -m tests.benchmarks.retrieval

clean:
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
