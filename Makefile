# The few commands everything is done with; each does all its own set-up. See docs/contributors.md.
PORT ?= 8000
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
export PYTHON BLUESKY
export UV_PYTHON_DOWNLOADS := never
# A network that inspects TLS has its own authority in the system's store; uv looks elsewhere by default.
export UV_NATIVE_TLS := 1
# Else every worker and every server that a test starts would compile all of Remit again.
unexport PYTHONDONTWRITEBYTECODE
LOCK := pyproject.toml uv.lock
# Tests that would do the same again on another database.
NO_DATABASE := tests/policy tests/signals tests/packs \
	$(filter-out tests/e2e/test_main_job.py,$(wildcard tests/e2e/test_*.py)) \
	$(addprefix tests/platforms/test_,bluesky.py bluesky_faults.py bluesky_parity.py counting.py)

.PHONY: run test test-postgres lint docs bench bench-signals python
.DEFAULT_GOAL := run

run: .venv/ready-to-run ## start the demonstration (PORT=8000, BLUESKY=local for a real network on this machine)
	@test "$(BLUESKY)" != local || REQUIRED=1 tools/bluesky/prepare
	@exec .venv/bin/remit run --port $(PORT)

test: .venv/ready-to-develop ## every test, on SQLite
	@tools/browser
	@tools/bluesky/prepare
	.venv/bin/pytest -n 2 --dist worksteal

test-postgres: .venv/ready-to-develop ## on PostgreSQL 15, every test that meets a database
	@tools/browser
	@tools/bluesky/prepare
	@if tools/postgres --check; then tools/postgres .venv/bin/pytest -n 2 --dist worksteal $(NO_DATABASE:%=--ignore=%); \
		else test "$$CI" != true; fi

lint: .venv/ready-to-develop ## style, types, arrows, migrations, packs, generated pages
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/remit manage makemigrations --check --dry-run
	.venv/bin/remit pack lint
	.venv/bin/remit pack test
	.venv/bin/python tools/write-reference --check

docs: .venv/ready-to-develop ## write docs/reference and docs/policies again
	.venv/bin/python tools/write-reference

bench-signals: .venv/ready-to-develop ## how often signals are right, beside other programs (REMIT_DATA=folder of public sets)
	@tools/uv sync --frozen --inexact --extra sight --extra meaning --group compare --python "$(PYTHON)"
	.venv/bin/python -m bench.signals

bench: .venv/ready-to-run ## measurements, never pass or fail
	.venv/bin/python -m bench

.venv/ready-to-run: $(LOCK) | python
	@tools/uv sync --frozen --inexact --extra sight --extra meaning --no-dev --python "$(PYTHON)"
	@touch $@

.venv/ready-to-develop: $(LOCK) | python
	@tools/uv sync --frozen --inexact --extra sight --extra meaning --python "$(PYTHON)"
	@touch $@ .venv/ready-to-run

python:
	@test -n "$(PYTHON)" || { echo "Remit needs Python 3.11 or newer, and found none. Install python3.11 and try again." >&2; exit 1; }
