# Cratedig. `make run` opens the product, `make test` checks it; both set up whatever is missing. `make help` lists the rest.

VENV := .venv
BIN := $(VENV)/bin
UV ?= $(shell command -v uv 2>/dev/null)

# The first Python that is new enough; PYTHON=/path/to/python3.12 names another for the next new .venv (make clean).
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; exit; }; done; echo python3)

# A stamp is touched last and its name says what it was made from: this folder (an environment cannot be moved) and the
# files it installed. So an interrupted set-up goes on, a changed lock is noticed, and an unchanged one costs nothing.
# While the environment has no working python all stamps count as absent, whatever lies there: "-again".
hash = $(shell { echo "$(CURDIR)"; cat $(1) 2>/dev/null; } | cksum | tr -d ' ')$(if $(wildcard $(BIN)/python),,-again)
done = rm -f $(VENV)/.$(1)-* && touch $(subst -again,,$@)
MADE := $(VENV)/.made-$(call hash)
RUN_READY := $(VENV)/.run-$(call hash,requirements.lock)
SELF_READY := $(VENV)/.self-$(call hash,requirements.lock pyproject.toml)
DEV_READY := $(VENV)/.dev-$(call hash,requirements-dev.lock)

# uv where there is one, else the pip of the environment. Both install the lock as it is written, and nothing besides.
PIP_INSTALL = $(if $(UV),$(UV) pip install --quiet --python $(BIN)/python,$(BIN)/python -m pip install -qq --disable-pip-version-check --no-input)
INSTALL_LOCK = $(PIP_INSTALL) --no-deps --require-hashes --requirement

# HOST counts only when given to make: several shells export it as the machine's name.
UP_OPTIONS = $(if $(filter command line,$(origin HOST)),--host $(HOST)) $(if $(PORT),--port $(PORT)) $(ARGS)

# A file of tests stays with one worker; each has a database server of its own; tests/alone.py says who takes turns.
WORKERS ?= 2
DATA ?= ../shared/data
BENCHES ?= $(filter-out machine catalogues curve intervals tables soak heal links lyric_search,$(patsubst benchmarks/%.py,%,$(wildcard benchmarks/*.py)))
EVALS ?= emobank musiccaps soundcloud spotify_songs heal heal_songs audio_imputation audio_clips drum_audio_mdb deezer_mood jamendo_mood lastfm_hetrec mood_queries ablation sentiment goemotions poetry_emotion rhyme_poems lyric_search rap_rhymes groove_midi multitrack_midi odd_midi
# Most evaluations are named after their data in $(DATA); these are not, or have it here.
EVAL_DATA = $(or $(HERE_$(1)),$(DATA)/$(or $(FOLDER_$(1)),$(1)))
HERE_rap_rhymes := evals/rap_rhymes
FOLDER_heal := soundcloud
FOLDER_heal_songs := spotify_songs
FOLDER_ablation := spotify_songs
FOLDER_mood_queries := spotify_songs
FOLDER_sentiment := goemotions
FOLDER_audio_imputation := spotify_songs
FOLDER_lyric_search := rhyme_poems

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test test-transformers lint format types docs bench evals lock licences release-check clean
.DELETE_ON_ERROR:

help: ## List what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## Set up whatever is missing and open Cratedig on the demo crate (HOST=, PORT=, ARGS=)
	@$(BIN)/cratedig up --demo $(UP_OPTIONS)

test: setup setup-dev ## Run the tests, WORKERS at a time (ARGS="-k mood -x" goes to pytest; WORKERS=0 for --pdb)
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile $(ARGS)

test-transformers: ## Run the tests of the extra [transformers] in an environment of its own (5 GB)
	@$(MAKE) --no-print-directory VENV=.venv-transformers with-transformers

with-transformers: setup-dev
	@$(PIP_INSTALL) --no-build-isolation --editable '.[transformers]' 'transformers[serving]'
	@$(BIN)/python -m pytest extras/transformers $(ARGS)

setup: $(RUN_READY) $(SELF_READY) ## Make .venv, install the lock and Cratedig, copy the page's assets
	@$(BIN)/python -m cratedig.web.assets

setup-dev: $(DEV_READY) ## Install what tests and checks need besides

lint: setup-dev ## Check style, layers, and that no import crosses them
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet . || { echo "run: make format" >&2; exit 1; }
	@$(BIN)/lint-imports --no-logo

format: setup-dev ## Put every file into the house's format
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

types: setup-dev ## Check the types of src (mypy, strict)
	@$(BIN)/mypy

docs: setup-dev ## Write the tables of the documents from the committed results
	@$(BIN)/python benchmarks/tables.py

bench: setup setup-dev ## Measure speed and write benchmarks/results (BENCHES="start recommend"; `embedding` needs bench-peers; `soak`, `heal`, `links` and `lyric_search` take long: name them)
	@set -e; for name in $(BENCHES); do echo "$$name"; $(BIN)/python benchmarks/$$name.py $(DATA) >/dev/null; done
	@$(BIN)/python benchmarks/tables.py

evals: setup setup-dev ## Measure quality on ../shared/data and write evals/results (EVALS="emobank musiccaps")
	@mkdir -p evals/results
	@set -e; $(foreach name,$(EVALS), \
		echo "$(name)"; \
		$(BIN)/cratedig lab evaluate $(name) --data $(call EVAL_DATA,$(name)) --json > evals/results/.$(name); \
		mv evals/results/.$(name) evals/results/$(name).json;)
	@$(BIN)/python benchmarks/tables.py

lock: ## Compile the locks anew from requirements*.in and package.json (needs uv and npm)
	@test -n "$(UV)" || { echo "make lock needs uv; name it: make lock UV=/path/to/uv" >&2; exit 1; }
	$(UV) pip compile $(LOCK_OPTIONS) --output-file requirements.lock requirements.in
	$(UV) pip compile $(LOCK_OPTIONS) --output-file requirements-dev.lock requirements-dev.in
	npm install --package-lock-only --ignore-scripts --silent

licences: setup setup-dev ## Write docs/licences.md from what the lock installed; fails on the GPL
	@$(BIN)/python -m supply.licences

release-check: licences ## Before a release: all promises at full size (hours), pip-audit, licences, SBOM into build/
	@mkdir -p build
	@$(BIN)/python -W ignore -m cyclonedx_py requirements requirements.lock --pyproject pyproject.toml \
		--output-reproducible --output-file build/sbom.json && echo "build/sbom.json is the bill of materials"
	@$(BIN)/python -m supply.audit
	@.ci/programs
	@CI=true CRATEDIG_RELEASE=1 $(BIN)/python -m pytest tests/faults --timeout=14400 $(ARGS)

LOCK_OPTIONS = --quiet --universal --python-version 3.11 --generate-hashes --no-header --override requirements-override.txt

clean: ## Remove everything set-up and checks have made (never the data folder)
	rm -rf $(VENV) .venv-transformers build dist node_modules .bench-venv src/cratedig/web/pages/static/vendor tests/browser/shots
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .cache .coverage
	find $(wildcard src tests benchmarks evals) -name __pycache__ -type d -prune -exec rm -rf {} +

$(MADE):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Cratedig needs Python 3.11 or newer, and found $$($(PYTHON) -V 2>/dev/null || echo none). Name one: make $(firstword $(MAKECMDGOALS)) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@test -n "$(UV)" || $(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "This Python cannot make virtual environments: install its venv module (Debian and Ubuntu: apt-get install python3-venv), then run make again." >&2; exit 1; }
	@rm -rf $(VENV)
	@echo "Making $(VENV) with $$($(PYTHON) -V)"
	@$(if $(UV),$(UV) venv --quiet --python $(PYTHON) $(VENV),$(PYTHON) -m venv $(VENV))
	@$(call done,made)

$(RUN_READY): | $(MADE)
	@echo "Installing requirements.lock (the first time this takes a minute)"
	@$(INSTALL_LOCK) requirements.lock
	@$(call done,run)

$(SELF_READY): | $(RUN_READY)
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@$(call done,self)

# After Cratedig itself: under `make -j` two installers in one environment would trip over each other.
$(DEV_READY): | $(SELF_READY)
	@echo "Installing requirements-dev.lock"
	@$(INSTALL_LOCK) requirements-dev.lock
	@$(call done,dev)

-include benchmarks/peers.mk
