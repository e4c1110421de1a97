# Two commands are enough: `make demo` runs the main job, `make test` proves it. Both set up what they need.
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
BENCH_OPTIONS := --quick
# Processes that share the tests of `make test`; 0 runs them one after the other.
WORKERS ?= 2

.PHONY: help demo test check unit bench bench-full soak setup lock contracts format

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

demo: ## verify a customer at bank A, reuse it at bank B, audit it - and everything that must be refused
	@scripts/setup demo
	@.venv/bin/rireki demo

test: ## set up, then every check and every test, real parts included
	@scripts/setup test
	@$(MAKE) --no-print-directory lint contracts
	@$(PYTHON) -m pytest -n $(WORKERS) --durations=20

check: ## under a minute: ruff, mypy, import-linter, unit tests (after `scripts/setup`)
	@$(MAKE) --no-print-directory lint
	@$(PYTHON) -m pytest -n $(WORKERS) -m unit tests/unit

.PHONY: lint
lint:
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-cache
	@$(PYTHON) -m scripts.lock_closure

contracts: ## recompile the contracts and compare with the committed artifacts
	@$(PYTHON) -m scripts.compile_contracts --check

bench: ## every benchmark in its quick form, as tables, about ten minutes
	@for script in scripts/bench/[a-z]*.py; do $(PYTHON) -m scripts.bench.$$(basename $$script .py) $(BENCH_OPTIONS) || exit 1; done

bench-full: BENCH_OPTIONS :=
bench-full: bench ## every benchmark in full, two hours

soak: ## what `make test` runs in short form, at full length: faults, kills, forks, every plan, a million damaged inputs
	@RIREKI_SOAK=1 $(PYTHON) -m pytest tests/integration/test_chain_bad_line.py tests/integration/test_chain_kill_points.py tests/integration/test_chain_forks.py tests/integration/test_kill_use_cases.py
	@$(PYTHON) -m pytest --hypothesis-profile=soak --timeout 0 tests/contracts/test_machine.py
	@$(PYTHON) -m tests.sim.card.damage --inputs 1000000
	@$(PYTHON) -m scripts.dockerfile_dry_run

setup: ## system packages, Python and npm packages, models
	@scripts/setup test

lock: ## resolve the three locks anew, with hashes, nothing younger than seven days
	@$(PYTHON) -m scripts.make_lock --upgrade
	@cd contracts && PATH="$(CURDIR)/.venv/bin:$$PATH" npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts

format: ## let ruff put the code in order
	@.venv/bin/ruff check --fix-only -q . ; .venv/bin/ruff format -q .
