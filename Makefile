# Everything runs from .venv, which is made from requirements.lock on first use and again whenever the lock changes.
# `make help` lists the targets.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
LAST := .cache/venv
INSTALL := $(BIN)/pip install --quiet --no-build-isolation --use-pep517

# SITE=exempelby takes one of the sites under tests/sites instead of the real one, on a day that suits its content.
CONFIG := mkdocs.yml
ifdef SITE
CONFIG := tests/sites/$(SITE)/mkdocs.yml
export FOLJMED_TODAY ?= 2025-05-15
endif

# Or Material prints a notice about MkDocs 2 with every command.
export NO_MKDOCS_2_WARNING := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help serve build check test bench measure generate lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

serve: $(READY) ## preview on http://127.0.0.1:8000, drafts included (SITE=exempelby: a site under tests/sites)
	$(BIN)/mkdocs serve --config-file $(CONFIG)

# Never with --quiet: it makes --strict exit 0 in spite of warnings.
build: $(READY) ## build into site/, beside the mkdocs.yml; warnings are errors (SITE=exempelby: as above)
	$(BIN)/mkdocs build --strict --config-file $(CONFIG)

check: $(READY) ## lint, formatting, types, and the content under pledges/
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/foljmed check

test: $(READY) ## run the tests (ARGS="-k spans": only some)
	$(BIN)/pytest $(ARGS)

bench: $(READY) ## print what builds cost beside bare MkDocs and Hugo (ARGS="--main --rounds 1"; --profile)
	$(BIN)/python tests/bench/bench.py $(ARGS)

measure: $(READY) ## print what pages cost a phone and what is wrong with them, and Lighthouse's points (ARGS="--rounds 0")
	$(BIN)/python tests/measure.py $(ARGS)

generate: $(READY) ## write what comes from the code: schemas, snippets, the guide's lists of keys and messages
	$(BIN)/python -m foljmed.guide

lock: ## pin the newest versions that pyproject.toml allows
	$(PYTHON) -m venv --clear .cache/lock
	.cache/lock/bin/pip install --quiet uv
	.cache/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --extra dev --generate-hashes \
		--no-annotate --upgrade --output-file requirements.lock pyproject.toml

clean: ## remove everything that was made, .venv too
	rm -rf .venv .cache .hypothesis site tests/sites/*/site

$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'Python 3.11 or newer is needed. Name one: make PYTHON=python3.12 …' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo 'Python lacks venv. On Debian and Ubuntu: apt install python3-venv' >&2; exit 1; }
	@# What worked is put back when the new can't be installed: without a program a server refuses every push, also the
	@# one that mends the lock. Moved and not copied, since a venv knows where it lies.
	@if [ -e $@ ]; then rm -rf $(LAST) && mkdir -p $(dir $(LAST)) && mv .venv $(LAST); fi
	@# feedgen is published as source only: setuptools, which builds it and this project, comes first.
	{ $(PYTHON) -m venv --clear .venv \
		&& sed -n '/^setuptools==/,/[^\\]$$/p' requirements.lock >.venv/build.lock \
		&& $(INSTALL) --require-hashes --requirement .venv/build.lock \
		&& $(INSTALL) --require-hashes --requirement requirements.lock \
		&& $(INSTALL) --no-deps --editable . \
		&& touch $@; } || { if [ -d $(LAST) ]; then rm -rf .venv && mv $(LAST) .venv; fi; exit 1; }
	@rm -rf $(LAST)
