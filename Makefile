# make run · make test · make bench · make screenshots

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test fast check bench chaos screenshots install install-dev lock

run: install
	@$(BIN)/python manage.py up

install: $(VENV)/installed

install-dev: $(VENV)/installed-dev

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed: make run PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/installed: requirements/app.txt $(shell find static -type f) | $(VENV)/bin/python
	@test -e $(VENV)/installed-dev || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/app.txt
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0
	@touch $@

$(VENV)/installed-dev: requirements/dev.txt | $(VENV)/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

# Everything CI runs. PostgreSQL is used where DATABASE_URL_POSTGRES names a server.
test: install-dev $(VENV)/installed
	@BIN=$(BIN) ./tools/test

# The part that needs no browser, client or second database: well under a minute.
fast: install-dev
	@$(BIN)/pytest -n 2 -m "not client and not page"

check: install-dev
	@BIN=$(BIN) ./tools/check

bench: install-dev
	@$(BIN)/python -m benchmarks

# Judges 20,000 runs on a server that is killed three times meanwhile.
chaos: install-dev $(VENV)/installed
	@$(BIN)/python -m tools.chaos

screenshots: install-dev $(VENV)/installed
	@$(BIN)/python tools/screenshots.py

# Write the lock files anew; they hold hashes and name no host.
lock: install-dev
	@$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --python-version 3.11 requirements/dev.in -o requirements/dev.txt
	@$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --python-version 3.11 requirements/app.in -c requirements/dev.txt -o requirements/app.txt
