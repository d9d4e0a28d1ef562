# One name per job; each does its own set-up. Needs python3 (3.11 or newer), make and git.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Tests start Python hundreds of times: what is compiled is kept, also where a machine says otherwise.
export PYTHONDONTWRITEBYTECODE :=

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet
READY := $(VENV)/.ready
NEEDS_A_BROKER := kafka or embedded or slow
# Processes side by side, each with brokers and ports of its own. The tests of a file share what they
# start, so files are handed out whole, in the order of tests/longest_first.py. Two processes keep two
# cores busy; on brokers they often wait, for sessions, joins and starts, so there are three.
SIDE_BY_SIDE := --dist loadfile --no-loadscope-reorder
WORKING := $(SIDE_BY_SIDE) --numprocesses 2
WAITING := $(SIDE_BY_SIDE) --numprocesses 3
# In build/compiled the same package with its core compiled; what is run like this finds it first.
COMPILED := build/compiled
AS_COMPILED := PYTHONSAFEPATH=1 PYTHONPATH=$(COMPILED):. $(PY)
UV := uv==0.9.30
COMPILE := $(VENV)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate

.PHONY: help
help: ## this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/\1|\2/p' Makefile | while IFS='|' read -r job what; do \
		printf '  %-12s %s\n' "$$job" "$$what"; done

.PHONY: demo run
demo: $(READY) ## the main job with made-up people on the embedded broker; Ctrl-C stops it
	@deploy/demo

run: $(READY) ## the main job on the embedded broker, or on FLOW_BROKER_URL
	@$(VENV)/bin/flow run

.PHONY: test test-kafka chaos bench calibrate year
test: $(READY) system ## every test but chaos; those that need no broker first
	$(PY) -m pytest $(WORKING) -m "not ($(NEEDS_A_BROKER) or chaos)"
	$(PY) -m pytest $(WAITING) -m "($(NEEDS_A_BROKER)) and not chaos"

test-kafka: $(READY) system ## the tests on Apache Kafka; fails where it cannot run
	FLOW_KAFKA_REQUIRED=1 $(PY) -m pytest $(WAITING) -m "kafka and not chaos"

chaos: $(READY) system ## processes killed, frozen and restarted on Apache Kafka; takes minutes
	FLOW_KAFKA_REQUIRED=1 $(PY) -m pytest -m chaos

bench: $(COMPILED)/.ready system ## speed and memory, of the core as the image has it, as a table with ratios
	$(AS_COMPILED) -m bench

calibrate: $(READY) ## the made-up town against published figures, 20 seeds; half an hour; goes on after an interruption
	$(PY) -m bench.calibrate

year: $(COMPILED)/.ready ## a year of the made-up town: speed of folding and of ledgers, and what memory follows
	$(AS_COMPILED) -m bench.year worker
	$(AS_COMPILED) -m bench.year core

.PHONY: compiled test-compiled
compiled: $(COMPILED)/.ready ## the package with the core compiled to C, as the image has it, in build/compiled

test-compiled: $(COMPILED)/.ready ## the core's tests on the compiled core
	$(AS_COMPILED) -m pytest --override-ini pythonpath= $(WORKING) tests/pathway

.PHONY: mutants
mutants: $(READY) ## small faults in waits and assessment: which do the tests notice? Half an hour
	$(PY) -m tests.mutants

.PHONY: check lint types imports format
check: lint types imports docs-check test ## all that CI does

lint: $(READY) ## ruff: rules and format
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check

format: $(READY) ## let ruff mend what it can
	$(VENV)/bin/ruff check --fix
	$(VENV)/bin/ruff format

types: $(READY) ## mypy --strict
	$(VENV)/bin/mypy

imports: $(READY) ## import directions
	$(VENV)/bin/lint-imports --no-cache

# Made from the code: the catalogue of events (schemas, AsyncAPI), the lists of metrics and commands, the
# waits with an example each, the graph of stages.
GENERATED := docs/events docs/metrics.md docs/commands.md docs/waits.md docs/examples docs/stages.md
WRITE_GENERATED := $(VENV)/bin/python -c 'import pathlib, sys; \
	from flow.cli import commands_page, stages_page, waits_page; \
	from flow.events import catalogue; from flow.metrics import page; \
	docs = pathlib.Path(sys.argv[1]); docs.mkdir(exist_ok=True); \
	catalogue.write(docs / "events"); page.write(docs / "metrics.md"); \
	waits_page.write(docs); \
	(docs / "stages.md").write_text(stages_page.page(), encoding="utf-8"); \
	(docs / "commands.md").write_text(commands_page.page(), encoding="utf-8")'

DASHBOARDS := deploy/grafana/dashboards deploy/prometheus/consoles docs/dashboards.md

.PHONY: docs docs-check dashboards pictures
docs: dashboards ## write the generated files
	$(WRITE_GENERATED) docs

dashboards: $(READY) ## write Grafana's dashboards, the page about them, the runbook that Prometheus serves
	$(PY) -m dashboards

pictures: $(READY) ## draw the dashboards as the demo's town fills them, to .cache/dashboards; a minute
	$(PY) -m tests.dashboards

docs-check: $(READY) ## fail where the generated files are not what `make docs` writes
	@fresh=$$(mktemp -d); trap 'rm -rf "$$fresh"' EXIT; \
	$(WRITE_GENERATED) "$$fresh"; \
	for each in $(GENERATED); do \
		diff -r $$each "$$fresh/$${each#docs/}" \
		|| { echo "$$each is out of step: run 'make docs' and commit"; exit 1; }; done; \
	$(PY) -m dashboards "$$fresh"; \
	for each in $(DASHBOARDS); do \
		diff -r $$each "$$fresh/$$each" \
		|| { echo "$$each is out of step: run 'make docs' and commit"; exit 1; }; done

.PHONY: lock clean system
lock: $(READY) ## choose the newest allowed versions and write requirements/*.lock
	$(PIP) install $(UV)
	$(COMPILE) --group build --output-file requirements/build.lock
	$(COMPILE) pyproject.toml --output-file requirements/runtime.lock
	$(COMPILE) pyproject.toml --extra embedded --group dev --output-file requirements/dev.lock

clean: ## remove everything that these jobs made in this folder
	rm -rf $(VENV) build dist .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find flow tests bench dashboards -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

system: $(READY) ## what tests on Apache Kafka, of rules and of compose need, where it is missing and we are root
	@command -v promtool >/dev/null && command -v amtool >/dev/null && command -v docker-compose >/dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		export DEBIAN_FRONTEND=noninteractive; apt-get update --quiet && \
		apt-get install --quiet --yes --no-install-recommends prometheus prometheus-alertmanager docker-compose \
		|| echo "WARNING: apt-get could not install Prometheus, Alertmanager and docker-compose; their tests will be skipped"; \
	else \
		echo "WARNING: tests of rules and of the compose file will be skipped: promtool, amtool or docker-compose is missing, and we are not root"; \
	fi
	@why=$$($(PY) -m tests.brokers.kafka 2>&1) && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		export DEBIAN_FRONTEND=noninteractive; apt-get update --quiet && \
		{ apt-get install --quiet --yes --no-install-recommends openjdk-17-jre-headless maven \
		|| apt-get install --quiet --yes --no-install-recommends openjdk-21-jre-headless maven; } \
		|| echo "WARNING: apt-get could not install Java and Maven; tests on Apache Kafka will be skipped"; \
	else \
		echo "WARNING: tests on Apache Kafka will be skipped: $$why"; \
	fi

$(COMPILED)/.ready: $(READY) pyproject.toml $(shell find flow -name '*.py' -o -name '*.toml' -o -name '*.json')
	@command -v gcc >/dev/null || { echo "compiling the core needs gcc: apt-get install gcc" >&2; exit 1; }
	@echo "Compiling the core: two to four minutes."
	@rm -rf $(COMPILED) build/wheel build/source && mkdir -p build/source
	@cp -r pyproject.toml README.md LICENSE flow build/source # the compiler writes beside what it reads
	HATCH_BUILD_HOOK_ENABLE_MYPYC=1 $(PIP) wheel --no-deps --no-build-isolation --wheel-dir build/wheel build/source
	$(PIP) install --no-deps --no-index --target $(COMPILED) build/wheel/*.whl
	@touch $@

# Installs exactly what the lock names, checked by hash; then this project, in place.
$(READY): requirements/dev.lock pyproject.toml
	@requirements/make-venv $(VENV)
	$(PIP) install --require-hashes --requirement requirements/dev.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@
