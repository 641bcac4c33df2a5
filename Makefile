# One door for people and for CI. `make chat` to talk, `make serve` to serve, `make test` for
# everything that must hold.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	&& echo $$p && break; done)
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --disable-pip-version-check --require-hashes
# Written anew whenever its lock is newer.
STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev
ARGS ?=

.PHONY: help chat serve meaning test check fmt bench soak harm lock clean

help:
	@echo "make chat    talk in the terminal (ARGS='--data DIR')"
	@echo "make serve   serve Slack and Discord, as .env says (ARGS='--data DIR')"
	@echo "make meaning install what finds events by their meaning, on this machine"
	@echo "make test    everything that CI runs"
	@echo "make fmt     format and mend what can be mended"
	@echo "make bench   figures, as JSON lines"
	@echo "make harm    models that obey strangers, with agentdojo's goals as well"
	@echo "make soak    the long tests: 1,000 kills, and long plays at each vendor"
	@echo "make lock    pin the dependencies anew"
	@echo "make clean   remove the environment and caches"

chat: $(STAMP)
	@$(PY) -m bot chat $(ARGS)

serve: $(STAMP)
	@exec $(PY) -m bot serve $(ARGS)

# Found by itself from then on; CONVENE_EMBEDDING=off turns it off.
meaning: $(STAMP)
	$(PIP) -r requirements-meaning.lock

test: check
	$(PY) -m pytest -n 2

check: $(DEV_STAMP)
	$(PY) -m ruff format --check
	$(PY) -m ruff check
	$(PY) -m mypy
	$(VENV)/bin/lint-imports

fmt: $(DEV_STAMP)
	$(PY) -m ruff format
	$(PY) -m ruff check --fix

bench: $(DEV_STAMP)
	@$(PY) -m tests.benchmarks $(ARGS)

soak: $(DEV_STAMP)
	CONVENE_SOAK=1000 $(PY) -m pytest tests/soak $(ARGS)
	CONVENE_SOAK=1000 $(PY) -m pytest tests/calendar_core/providers -k whatever_happens $(ARGS)

# Its libraries are large, and others than ours: they live in a place of their own.
harm: $(DEV_STAMP)
	$(PYTHON) -m venv build/dojo
	build/dojo/bin/pip install --disable-pip-version-check --quiet agentdojo==0.1.35
	build/dojo/bin/python tests/harm/export_dojo.py build/dojo/workspace.json
	CONVENE_DOJO=build/dojo/workspace.json $(PY) -m pytest -n 2 tests/harm $(ARGS)

# Its tool lives in a place of its own: what pins is not part of what is pinned.
lock:
	$(PYTHON) -m venv build/lock
	build/lock/bin/pip install --disable-pip-version-check uv
	build/lock/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
		--no-annotate --quiet --output-file requirements.lock pyproject.toml
	build/lock/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
		--no-annotate --quiet --extra dev --output-file requirements-dev.lock pyproject.toml
	build/lock/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
		--no-annotate --quiet --extra meaning --constraint requirements.lock \
		--output-file requirements-meaning.lock pyproject.toml

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache .grimp_cache

$(STAMP): requirements.lock | $(PY)
	$(PIP) -r requirements.lock
	@$(MAKE) --no-print-directory $(VENV)/bin/convene
	@touch $@

$(DEV_STAMP): requirements-dev.lock | $(PY)
	$(PIP) -r requirements-dev.lock
	@$(MAKE) --no-print-directory $(VENV)/bin/convene
	@touch $@

# The command, straight from this folder: nothing to build, nothing to install again.
$(VENV)/bin/convene: | $(PY)
	@printf '%s\n' '#!$(CURDIR)/$(PY)' 'import sys' 'sys.path.insert(0, "$(CURDIR)")' \
		'from bot.__main__ import main' 'main()' > $@
	@chmod +x $@

$(PY):
	@test -n "$(PYTHON)" || { echo "Convene needs Python 3.11 or newer as python3." \
		"Install it, or name one: make PYTHON=/path/to/python chat"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is older than Python 3.11. Name a newer one: make PYTHON=/path/to/python chat"; \
		exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' || { echo "$(PYTHON) has no venv module." \
		"Install it (Debian, Ubuntu: apt install python3-venv), then try again."; exit 1; }
	$(PYTHON) -m venv $(VENV)
