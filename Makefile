# Two targets do all the set-up on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO := build/demo/gba

.PHONY: demo test check bench docs lock clean

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	touch $@

# The Greater Bay Area workspace, copied out of the package, built and shown.
demo: $(STAMP)
	rm -rf $(DEMO)
	$(BIN)/ceyuan init --template gba $(DEMO)
	$(BIN)/ceyuan build -w $(DEMO)
	$(BIN)/ceyuan trace rd_intensity -w $(DEMO) --place gba9

test: $(STAMP)
	$(BIN)/python -m pytest

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture

bench: $(STAMP)
	$(BIN)/python benchmarks/spine.py
	$(BIN)/python benchmarks/composite.py
	$(BIN)/python benchmarks/reader.py
	$(BIN)/python benchmarks/web.py
	$(BIN)/python benchmarks/openalex_points.py
	$(BIN)/python benchmarks/clusters.py

docs: $(STAMP)
	$(BIN)/sphinx-build -W -q -b html docs docs/_build/html

lock: $(STAMP)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 \
	  --group pyproject.toml:dev --all-extras pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) build dist docs/_build
