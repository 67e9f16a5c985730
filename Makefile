# Needs make and Python 3.11 or newer; everything else goes into .venv, from requirements/*.txt with their hashes.
# uv is used where it is on the PATH, else venv and pip.

PY   ?= python3
V    := .venv
BIN  := $(V)/bin
UV   := $(shell command -v uv 2>/dev/null)
RUN  := $(V)/.run.ok
TEST := $(V)/.test.ok
# Where `make bench` keeps its shops: they take 8 GB and half an hour to make, and are used again.
SHOPS ?= $(V)/shops

export PIP_DISABLE_PIP_VERSION_CHECK = 1

ifdef UV
MAKE_VENV = $(UV) venv -q --allow-existing $(V)
INSTALL   = $(UV) pip install -q --python $(BIN)/python
else
# Debian's python3 without python3-venv has no ensurepip: then a venv without pip, filled by the pip outside.
MAKE_VENV = $(PY) -m venv $(V) >/dev/null 2>&1 || $(PY) -m venv --clear --without-pip $(V)
INSTALL   = $$(if $(BIN)/python -m pip --version >/dev/null 2>&1; \
	then echo "$(BIN)/python -m pip"; else echo "$(PY) -m pip --python $(BIN)/python"; fi) install -q
endif

.PHONY: help demo test check bench requirements clean

help:
	@echo "make demo          show the library at work"
	@echo "make test          run the tests"
	@echo "make check         formatting, lint, types, layers"
	@echo "make bench         the benchmarks"
	@echo "make requirements  export requirements/*.txt again, with today's versions"
	@echo "make clean         remove what these made"

demo: $(RUN)
	@$(BIN)/python -m backoffice_core demo

# Three processes, also on two cores: tests wait for servers, browsers and leases.
test: $(TEST)
	$(BIN)/python -m pytest -q -rs -n 3

check: $(TEST)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy src $(wildcard tests/typing)
	$(BIN)/lint-imports

bench: $(TEST)
	$(BIN)/python benchmarks/life.py
	@mkdir -p $(SHOPS)
	$(BIN)/python benchmarks/lists.py --folder $(SHOPS)
	$(BIN)/python benchmarks/sales.py --folder $(SHOPS)
	$(BIN)/python benchmarks/bulk.py
	$(BIN)/python benchmarks/bulk.py --json --rounds 1
	$(BIN)/python benchmarks/export.py --orders 100000 --rounds 3 --folder $(SHOPS)
	$(BIN)/python benchmarks/export.py --orders 100000 --rounds 3 --json --folder $(SHOPS)

$(RUN): pyproject.toml requirements/run.txt requirements/build.txt
ifndef UV
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PY=python3.12")'
endif
	@test -x $(BIN)/python || { $(MAKE_VENV); }
	@$(INSTALL) --require-hashes -r requirements/run.txt -r requirements/build.txt
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(TEST): $(RUN) requirements/test.txt
	@$(INSTALL) --require-hashes -r requirements/test.txt
	@touch $@

# One resolution for all: run and build take the versions that test was given.
# The files must hold on any machine, so they name no index and no path.
COMPILE = $(or $(UV),$(V)/tools/bin/uv) pip compile -q --universal --python-version 3.11 --generate-hashes \
	--no-annotate --no-header --no-emit-index-url --no-emit-find-links

requirements: $(if $(UV),,$(V)/tools/bin/uv)
	$(COMPILE) --upgrade requirements/test.in -o requirements/test.txt
	$(COMPILE) --upgrade -c requirements/test.txt requirements/run.in -o requirements/run.txt
	$(COMPILE) --upgrade -c requirements/test.txt requirements/build.in -o requirements/build.txt
	@! grep -nE '://|^-' requirements/*.txt

$(V)/tools/bin/uv: $(RUN)
	@$(PY) -m venv $(V)/tools && $(V)/tools/bin/pip install -q uv

clean:
	rm -rf $(V) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage .coverage.* htmlcov
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
