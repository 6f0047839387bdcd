# Everything is done in .venv, from pinned packages; nothing is installed outside this folder.
#   make demo   a whole office on this machine: one case from nota dinas to wali data
#   make test   the tests
#   make attacks   the attacks on the engine, as a table
#   make faults   the faults that data must survive, as a table
# Needs python3 (3.11 or newer), git, make and the OpenSSH client.

PYTHON ?= python3
DIR ?= demo-office
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# What `make test` runs: `make test TESTS=tests/core`, `make test SLOW=1` for the slow ones too.
TESTS ?=
MARKS := $(if $(SLOW),,-m "not slow")

.PHONY: demo test attacks faults faults-full bench check format messages requirements install clean

demo: $(STAMP)
	$(BIN)/sopgit demo $(if $(DATA),--data "$(DATA)") "$(DIR)"

test: $(STAMP)
	$(BIN)/python -m pytest -q -n auto --dist loadgroup $(MARKS) $(if $(TESTS),$(TESTS),-p tests.produced)

# Takes minutes; BENCH_FULL=1: 10,000 cases, 1 GiB; BENCH_ONLY=data or ledger; BENCH_DIR=FOLDER keeps it.
bench: $(STAMP)
	PYTHONPATH=. $(BIN)/python -m tests.benchmarks

# Prints each attack, its way in and what refused it; fails if one is let through.
attacks: $(STAMP)
	$(BIN)/python -m pytest -q -n auto --dist loadgroup $(MARKS) -p tests.attacks.report tests/attacks

# Prints each fault that data must survive, where it is mounted and what came of it; faults-full
# fills the disk at each of the last 16,384 bytes and kills at every change (takes long).
faults: $(STAMP)
	PYTHONPATH=. $(BIN)/python -m pytest -q -n auto --dist loadgroup $(MARKS) -p tests.faults.report \
	  $$(PYTHONPATH=. $(BIN)/python -m tests.faults.table) tests/faults

faults-full: $(STAMP)
	FAULTS_FULL=1 $(MAKE) faults SLOW=1

check: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/render/test_catalogue.py

format: $(STAMP)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

install: $(STAMP)

$(STAMP): requirements-build.txt requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo 'make: sopgit needs Python 3.11 or newer; name one with: make PYTHON=python3.12' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo 'make: this python3 cannot make environments; on Debian and Ubuntu: apt install python3-venv' >&2; exit 1; }
	@echo 'make: installing into $(VENV), once; this takes a minute or two' >&2
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements-build.txt
	$(PIP) install --require-hashes --no-build-isolation -r requirements.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# The catalogues of sopgit/locale: take up new messages, drop old ones, compile. The messages come
# from the package, the schemas and Click (tests/messages.cfg).
messages: $(STAMP)
	mkdir -p build
	PYTHONPATH=. $(BIN)/pybabel --quiet extract -F tests/messages.cfg --no-default-keywords \
	  -k T -k _ -k ngettext:1,2 --add-location=file --sort-by-file --width=100 \
	  --msgid-bugs-address=CONTRIBUTING.md -o build/sopgit.pot .
	$(BIN)/pybabel --quiet update --domain=sopgit -i build/sopgit.pot -d sopgit/locale \
	  --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width=100
	$(BIN)/pybabel --quiet compile --domain=sopgit -d sopgit/locale

# Pins for every platform and Python at once, with hashes and without the name of any host;
# `make requirements UPGRADE=--upgrade` moves them to the newest releases.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --no-annotate --no-config \
  --custom-compile-command 'make requirements'
requirements: $(STAMP)
	$(PIP) install uv
	$(LOCK) $(UPGRADE) --group build -o requirements-build.txt
	$(LOCK) $(UPGRADE) pyproject.toml --extra dev -c requirements-build.txt -o requirements.txt

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
