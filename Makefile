# Every task of this repository by its name; `make` alone lists them.
# Options: ARGS="..." goes to pytest, PYTHON=/path/to/python3.12 chooses the Python that .venv is made with.

SHELL := /bin/sh
.DEFAULT_GOAL := help

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -n auto --dist worksteal
CORE_TESTS := tests/contract tests/server tests/store tests/unit/test_choosing.py tests/sync/test_pushing.py \
	tests/sync/test_merged_accounts.py tests/sync/test_questions_move.py

.PHONY: help setup run test check fmt lint types imports e2e power-loss kills faults older byte-cuts workers simulate coverage mutation bench bench-sync bench-ui gallery i18n docs package lock clean

help: ## List the tasks
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what this machine lacks and make .venv (every other task does it first)
	@.ci/setup

run: setup ## Start Roundsman with sample data and a local server; without a display it walks the screens
	@$(BIN)/roundsman --demo

test: setup ## Run all tests
	@$(PYTEST) $(ARGS)

# Tests come last, so that their closing line ends the output; `make -k check` goes on after the first finding.
check: lint types imports test ## Check everything: format, rules, types, import contracts, all tests

fmt: setup ## Format the code and mend what can be mended by itself
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

lint: setup ## Check format and rules
	@$(BIN)/ruff format --check --quiet . || { echo "lint: files above are not formatted; make fmt does it."; exit 1; }
	@$(BIN)/ruff check .

types: setup ## Check types
	@$(BIN)/mypy

imports: setup ## Check which part may import which
	@$(BIN)/lint-imports --no-logo

e2e: setup ## Run the end-to-end tests only: whole programs over real HTTP
	@$(PYTEST) tests/e2e $(ARGS)

power-loss: setup ## Cut the power of recorded sessions 50,000 times (ARGS="--states 5000 --seed 7")
	@$(BIN)/python -m tests.power loss $(ARGS)

kills: setup ## Kill -9 at every write, sync, rename, removal and request of saves, syncs, upgrades, sign-ins and backups
	@$(BIN)/python -m tests.power kills $(ARGS)

faults: setup ## Let the disk be full, broken, read only or held by others from every call of saves, syncs and starts on
	@$(BIN)/python -m tests.power faults $(ARGS)

workers: setup ## Kill workers and crash PostgreSQL while laptops write (ARGS="--seconds 300 --laptops 5 --workers 4")
	@$(BIN)/python -m tests.helpers.crashing $(ARGS)

older: setup ## Let laptops and offices of earlier commits work with those of this one (ARGS="3": of catalogue 3 only)
	@$(BIN)/python -m tests.helpers.older_programs $(ARGS)

byte-cuts: setup ## Cut a sync after every byte, in both directions
	@$(BIN)/python -m tests.power bytes $(ARGS)

simulate: setup ## Live through seeded histories in which everything goes wrong (SEEDS=1-1000, ARGS="--jobs 1 --quiet")
	@$(BIN)/python -m tests.simulate $(SEEDS) $(ARGS)

# On one processor, in one process, because the figures of several would have to be put together. pyproject.toml names
# the modules, and what must be reached.
coverage: setup ## Measure which branches of the merge core its tests take; fails below 100 %
	@mkdir -p build/coverage
	@$(BIN)/python -m coverage run -m pytest -q -p no:xdist -m "not postgres and not slow" $(CORE_TESTS) $(ARGS)
	@$(BIN)/python -m coverage report

mutation: setup ## Change the merge core and see whether tests notice (ARGS="sync/contract/merge.py --again")
	@$(BIN)/python -m tests.mutation $(ARGS)

bench: setup ## Measure, each figure beside its goal
	@$(BIN)/python -m tests.bench $(ARGS)

bench-ui: setup ## Measure the window by its keys at 100,000 customers, and its frames during a first sync
	@$(BIN)/python -m tests.bench window screens keys frames-during-first-sync $(ARGS)

bench-sync: setup ## Measure syncs beside PouchDB and Anki (needs npm and a network once), also over a slow line
	@$(BIN)/python -m tests.bench.peers $(ARGS)

gallery: setup ## Render every screen and state in every look into build/gallery (ARGS="--only light-en --keep")
	@$(BIN)/python -m tests.gallery $(ARGS)

i18n: setup ## Check that the languages say the same things and that nothing is unsaid or unused
	@$(BIN)/python -m pytest -q tests/architecture/test_catalogues.py

docs: setup ## Write docs/records.md from the catalogue
	@$(BIN)/python -m desktop.services.record_docs

package: ## Build the one-folder program and report its size and start time
	@.ci/setup package
	@$(BIN)/pyinstaller build.spec --noconfirm --log-level WARN --distpath dist --workpath build
	@$(BIN)/python -m tests.package_report

lock: setup ## Renew requirements.lock from pyproject.toml (needs uv)
	@uv pip compile pyproject.toml --extra dev --generate-hashes --universal --python-version 3.11 \
		--no-emit-index-url --upgrade -q -o requirements.lock

clean: ## Remove everything that can be made again
	@rm -rf .venv .venv.log build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find desktop sync tests -name __pycache__ -type d -prune -exec rm -rf {} +
