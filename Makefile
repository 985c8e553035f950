# The front door: `make help` lists what it opens.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# Debian's own python: its packages (pytest, yaml, jsonschema) belong to it and to no other on the PATH.
PYTHON := /usr/bin/python3
JOBS ?= $(shell nproc)
PORT ?= 8000
DATA ?= data
FUZZ_SECONDS ?= 20

# With a precompiled header ccache needs these two to see that nothing has changed.
export CCACHE_SLOPPINESS := pch_defines,time_macros
export CCACHE_MAXSIZE ?= 5G
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: help run build test check fmt bench fuzz flows clean

help: ## Lists the targets.
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1 \2/p' Makefile | awk '{ printf "  %s %-7s", $$1, $$2; $$1 = $$2 = ""; print }'

run: ## Installs what is missing, builds, and starts the whole store on http://localhost:8000 (PORT=…, DATA=… to change).
	@scripts/bootstrap run
	@$(MAKE) build
	@exec build/release/enstore up --port $(PORT) --data $(DATA)

build: ## Builds what is shipped: build/release/enstore.
	@scripts/build release enstore

test: ## Runs everything, as CI does: checks, unit tests under sanitizers, races, fuzzers, flows against the real binary.
	@scripts/bootstrap test
	@$(PYTHON) scripts/test.py

check: ## Checks the code without running it: format, house rules (tools/tidy.py), clang-tidy. Analyses only what changed.
	@$(PYTHON) tools/check.py

fmt: ## Formats all C++ sources in place.
	@git ls-files -co --exclude-standard '*.cpp' '*.hpp' | xargs -r clang-format-14 -i

flows: ## Plays the flows alone against a development build (K=name picks some).
	@scripts/build dev enstore
	@$(PYTHON) -m pytest tests/flows -q $(if $(K),-k '$(K)')

bench: ## Measures speed and size against yardsticks of the same machine; prints the table of docs/performance.md.
	@scripts/bootstrap bench
	@bench/run

fuzz: ## Fuzzes every parser of outside bytes, FUZZ_SECONDS=20 each; what it learns is kept in build/fuzz/corpus.
	@scripts/bootstrap test
	@$(PYTHON) scripts/fuzz.py --seconds $(FUZZ_SECONDS)

clean: ## Removes what was built (build/); the data folder stays.
	@rm -rf build
