# Two targets do all the set-up on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO := build/demo/gba
SERVE ?= 1

.PHONY: demo test test-spark test-long check bench bench-scale pictures docs lock clean site browser database java

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	touch $@

# The site, with Node from the machine or from PyPI; built again only when something in web/ has changed.
site: $(STAMP)
	$(BIN)/python hatch_build.py

# The Greater Bay Area workspace, copied out of the package, built, shown, and served until Ctrl-C; SERVE=0 leaves that out.
demo: site
	rm -rf $(DEMO)
	$(BIN)/ceyuan init --template gba $(DEMO)
	$(BIN)/ceyuan build -w $(DEMO)
	$(BIN)/ceyuan trace rd_intensity -w $(DEMO) --place gba9 --period 2019
	@if [ "$(SERVE)" != 0 ]; then $(BIN)/ceyuan serve -w $(DEMO); fi

# Pages are tested in Debian's Chromium, which is installed where that is possible; elsewhere these tests say that they skip.
browser:
	@command -v chromium > /dev/null || .ci/chromium

# Teams are tested on a PostgreSQL that the tests start; elsewhere these tests say that they skip.
database:
	@command -v initdb > /dev/null || ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1 || .ci/postgresql

# Apache Spark's client runs in Java; without it those tests say that they skip.
java:
	@command -v java > /dev/null || .ci/java

test: site browser database java
	$(BIN)/python -m pytest $(PYTEST)

# A real cluster of Spark on this machine: the same builds there and here, compared to the last bit.
test-spark: $(STAMP) java
	$(BIN)/python -m pytest -n 0 -m "long or not long" tests/indicators/test_spark.py $(PYTEST)

# The long versions: many mutants, many killed builds, whole workspaces on Spark.
test-long: site browser database java
	$(BIN)/python -m pytest -m long $(PYTEST)

check: $(STAMP)
	$(BIN)/python hatch_build.py check
	$(BIN)/python .ci/shape.py
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture

# The pictures of the site in the READMEs, of the workspace that `make demo` builds.
pictures: site browser
	$(MAKE) demo SERVE=0
	$(BIN)/python docs/_ext/pictures.py $(DEMO) docs/pictures

bench-scale: $(STAMP) java
	$(BIN)/python benchmarks/scale.py

bench: site
	$(BIN)/python benchmarks/spine.py
	$(BIN)/python benchmarks/many_files.py
	$(BIN)/python benchmarks/composite.py
	$(BIN)/python benchmarks/reader.py
	$(BIN)/python benchmarks/claims.py
	$(BIN)/python benchmarks/web.py
	$(BIN)/python benchmarks/publish.py
	$(BIN)/python benchmarks/site.py
	$(BIN)/python benchmarks/openalex_points.py
	$(BIN)/python benchmarks/clusters.py
	$(BIN)/python benchmarks/plan.py --yearly
	$(BIN)/python benchmarks/plan.py

docs: $(STAMP)
	$(BIN)/sphinx-build -W -q -b html docs docs/_build/html

lock: $(STAMP)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 \
	  --group pyproject.toml:dev --all-extras pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) build dist docs/_build web/node_modules web/src/gen src/ceyuan/clusters/shipped src/ceyuan/web/site src/ceyuan/bulletin/fonts src/ceyuan/bulletin/land
