# `make` lists what there is. Everything needs Python 3.11, git and make; the rest is fetched into .venv.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
PYTHON := $(VENV)/bin/python
READY := $(VENV)/.made-from-requirements
FILTER_VENV := $(VENV)/filter
FILTER_READY := $(FILTER_VENV)/.made-from-requirements
BROWSER := $(VENV)/.has-browser
RESET ?=
STAGE ?= prod

.PHONY: help
help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# ---- Set-up

$(READY): requirements-dev.txt
	@python=$$(command -v python3.11 || command -v python3 || true); \
	if [ -z "$$python" ] || ! "$$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))'; then \
	  echo "Signpost needs Python 3.11 (python3.11 on the PATH)." >&2; exit 1; fi; \
	echo "Making $(VENV) and fetching what requirements-dev.txt names (a few minutes the first time) …"; \
	if ! "$$python" -m venv $(VENV); then \
	  echo "Python's venv module is missing; on Debian: apt-get install python3.11-venv" >&2; exit 1; fi; \
	if ! $(VENV)/bin/pip install -qq --disable-pip-version-check -r requirements-dev.txt; then \
	  echo "The packages could not be fetched. Check the network connection and try again." >&2; exit 1; fi
	@touch $@

# The journeys drive SIGNPOST_CHROMIUM, else the system's Chromium, else Playwright's own.
$(BROWSER): | $(READY)
	@if [ -n "$${SIGNPOST_CHROMIUM:-}" ] || command -v chromium chromium-browser >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && [ -e /etc/debian_version ]; then \
	  echo "Installing Chromium …"; apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; \
	else echo "Fetching a browser …"; $(PYTHON) -m playwright install chromium; fi
	@touch $@

# ---- Running it

.PHONY: demo
demo: $(READY) ## Run Signpost on this machine at http://localhost:8000 (RESET=1 starts over)
	@$(PYTHON) -m infra.local demo $(if $(RESET),--reset)

# ---- Checking it

.PHONY: test
test: $(READY) $(BROWSER) ## Run every test, with the set-up they need
	@status=0; \
	$(PYTHON) -m pytest -n 2 -m "not journey and not stack" || status=$$?; \
	$(PYTHON) -m pytest -m "journey or stack" || status=$$?; \
	exit $$status

.PHONY: soak
soak: $(READY) ## Live through twenty thousand random histories, in which nothing may be lost (half an hour; SEED=…)
	@export SEED=$${SEED:-$$RANDOM}; echo "SEED=$$SEED"; \
	HISTORIES=20000 $(PYTHON) -m pytest -n 2 tests/streams/test_conservation.py

.PHONY: check
check: $(READY) lint types imports test ## The whole gate: format, lint, types, import rules, tests

.PHONY: format
format: $(READY) ## Put the code in shape
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

.PHONY: lint
lint: $(READY) ## Check the shape of the code
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .

.PHONY: types
types: $(READY) ## Check the types
	$(PYTHON) -m mypy

.PHONY: imports
imports: $(READY) ## Check who imports whom
	$(VENV)/bin/lint-imports

.PHONY: bench
bench: $(READY) bench-filter bench-alerts bench-matching ## Measure how fast and how well it works

.PHONY: bench-filter
bench-filter: $(FILTER_READY) ## Measure the filter: what it finds, how fast, beside Presidio and a plain word list
	@$(FILTER_VENV)/bin/python -m tests.bench.bench_filter

.PHONY: bench-alerts
bench-alerts: $(READY) ## Measure alerts on the local stack, without and beside 500 e-mails that can wait
	@$(PYTHON) -m tests.bench.bench_alerts

.PHONY: bench-matching
bench-matching: $(READY) ## Measure matching 10,000 mentees with 10,000 mentors: seconds, memory, what is lost
	@$(PYTHON) -m tests.bench.bench_matching

.PHONY: train-filter
train-filter: $(FILTER_READY) ## Train the filter's tables anew, after labelled messages or rules were changed
	@$(FILTER_VENV)/bin/python -m training.train

# Presidio and scikit-learn are large, and only these two targets need them.
$(FILTER_READY): requirements-filter.txt | $(READY)
	@echo "Fetching what requirements-filter.txt names (some 600 MB, once) …"
	@$(PYTHON) -m venv $(FILTER_VENV)
	@$(FILTER_VENV)/bin/pip install -qq --disable-pip-version-check -r requirements-filter.txt
	@touch $@

# ---- Shipping it

.PHONY: package
package: $(READY) ## Build what is deployed
	@$(PYTHON) -m infra.package

.PHONY: deploy
deploy: $(READY) ## Deploy to the account of your AWS credentials, a change set shown first (STAGE=prod YES=1)
	@$(PYTHON) -m infra.deploy --stage $(STAGE) $(if $(YES),--yes)

.PHONY: clean
clean: ## Remove everything made here, the local stack's data included
	rm -rf $(VENV) build .local .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
