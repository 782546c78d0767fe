# Needs Python 3.10, make and a package index. `make help` lists the targets.

VENV   := .venv
PYTHON := $(VENV)/bin/python
READY  := $(VENV)/.ready
# A file's tests stay together: they share what is slow to make.
PYTEST := $(PYTHON) -m pytest -q -n 2 --dist loadfile
IS_310 := import sys; sys.exit(sys.version_info[:2] != (3, 10))

# Albumentations asks the network for its newest version whenever it is imported.
export NO_ALBUMENTATIONS_UPDATE := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test bench lint lock setup

help:  ## Show this help
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(READY)  ## Run the pipeline; on the embedded data unless ARGS="--catalog … --shelves …"
	@$(VENV)/bin/oneshelf run $(ARGS)

test: lint  ## Lint, type-check, then every test: quick ones first
	$(PYTEST) -m "not tfx and not e2e"
	$(PYTEST) -m "tfx or e2e"

bench: $(READY)  ## Print and write the benchmark tables; ARGS="--root FOLDER" adds those of a run
	$(PYTHON) -W ignore::FutureWarning tests/bench/run.py $(ARGS)

lint: $(READY)  ## Ruff and mypy
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

lock: $(READY)  ## Resolve the dependencies of pyproject.toml again, into lock files
	$(VENV)/bin/uv pip compile pyproject.toml --extra dev --universal --generate-hashes \
		--python-version 3.10 --no-emit-index-url --no-emit-find-links --upgrade -o requirements.lock -q
	$(VENV)/bin/uv pip compile tests/phone.in --universal --generate-hashes --python-version 3.10 \
		--no-emit-index-url --no-emit-find-links --upgrade -o tests/phone.lock -q

setup: $(READY)  ## Create .venv from the lock file (run and test do so themselves)

# uv comes from its own line of the lock file, by pip; the rest comes from the lock file, by uv.
# uv does not read pip's configuration, so an index set there is handed over.
# Bytecode is compiled now: without it every start of TFX takes half a minute longer.
$(READY): requirements.lock pyproject.toml
	@if ! { [ -x $(PYTHON) ] && $(PYTHON) -c '$(IS_310)'; }; then \
		for python in python3.10 python3 python "$$HOME"/.pyenv/versions/3.10*/bin/python; do \
			if "$$python" -c '$(IS_310)' 2>/dev/null; then found="$$python"; break; fi; \
		done; \
		if [ -z "$$found" ]; then \
			echo "OneShelf needs Python 3.10, which is not on this machine: install it" \
				"(apt install python3.10 python3.10-venv, or pyenv install 3.10) and run make again." >&2; \
			exit 1; \
		fi; \
		"$$found" -m venv --clear $(VENV); \
	fi
	@echo "Installing the environment into $(VENV) (once; about a minute)…"
	@sed -n '/^uv==/,/# via/p' requirements.lock > $(VENV)/uv.txt
	@$(PYTHON) -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r $(VENV)/uv.txt
	@index="$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$($(PYTHON) -m pip config get global.index-url 2>/dev/null)}}"; \
		VIRTUAL_ENV=$(VENV) $(VENV)/bin/uv pip sync -q --require-hashes --compile-bytecode \
			$${index:+--default-index "$$index"} requirements.lock
	@VIRTUAL_ENV=$(VENV) $(VENV)/bin/uv pip install -q --no-deps --no-build-isolation -e .
	@touch $@
