# make run      the whole portal, with everything it needs, at http://127.0.0.1:8000
# make help     the rest

# A Python of 3.11 or newer; name another with make PYTHON=... .
PYTHON := $(or $(PYTHON),$(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done))
SETUP := $(or $(PYTHON),no-python) tools/setup.py
PY := .venv/bin/python
EMBEDDED := $(PY) -m tools.devserver
# One worker has the slow, browser and concurrency tests; each has a Redis of its own: tools/devserver/pytest_workers.py
PYTEST := $(PY) -m pytest
IN_PARALLEL := -n 3 --dist loadgroup --no-loadscope-reorder -p tools.devserver.pytest_workers
# Without tests that start processes, and without those that try every URL and every field.
FAST := -m "not slow and not browser and not concurrency" --ignore tests/security --ignore tests/api/test_fuzz.py \
	--ignore tests/api/test_foreign_ids.py
# Compiled Python is kept in build/: without it each process compiles all modules again, which takes three seconds.
export PYTHONPYCACHEPREFIX := $(CURDIR)/build/pycache
unexport PYTHONDONTWRITEBYTECODE
BENCH := $(EMBEDDED) exec --durable --redis-for scale1,scale10 -- $(PY) -m bench

.DEFAULT_GOAL := help
.PHONY: help python setup setup-test setup-check setup-bench run reset manage shell test test-fast fuzz mutants \
	bench bench-smoke check format lock

help:
	@echo 'make run              set up what is missing and run the portal (Ctrl-C stops it)'
	@echo 'make reset            remove the data of make run: the story starts over'
	@echo 'make setup            the set-up alone'
	@echo 'make test             the whole test suite; ARGS="-k name" for a part'
	@echo 'make test-fast        the tests that need no browser and no process, in a minute and a half'
	@echo 'make mutants          whether the tests notice changes in gates and services; N=200 SEED=9'
	@echo 'make fuzz             generated requests to the API; EXAMPLES=1000 an operation, SEED=7 those of a run before'
	@echo 'make bench            what the paths cost beside their floors and peers; ARGS="submit queue" for some: bench/README.md'
	@echo 'make bench-smoke      each line of it once, on small tables, in a minute'
	@echo 'make check            lint, format, types, missing migrations, deploy checks'
	@echo 'make format           format the code'
	@echo 'make manage ARGS=...  a management command on the data of make run'
	@echo 'make shell            a Django shell on the data of make run'
	@echo 'make lock             pin the requirements again'
	@echo 'DATABASE_URL, REDIS_URL, EMAIL_URL and PORT name real servers: docs/operations.md'

python:
	@test -n "$(PYTHON)" || { echo 'The portal needs Python 3.11 or newer; make PYTHON=/path/to/python names one.' >&2; exit 1; }

setup: python
	@exec $(SETUP) base assets

setup-test: python
	@exec $(SETUP) base test assets

setup-check: python
	@exec $(SETUP) base test check

setup-bench: python
	@exec $(SETUP) base assets bench

# exec: the supervisor is make's own child, so that it notices when make ends, however that happens.
run: setup
	@exec $(EMBEDDED) run

reset: setup
	@exec $(EMBEDDED) reset

manage: setup
	@exec $(EMBEDDED) manage -- $(PY) manage.py $(ARGS)

shell: setup
	@exec $(EMBEDDED) manage -- $(PY) manage.py shell

test: setup-test
	@$(EMBEDDED) chromium --install
	@exec $(EMBEDDED) exec --redis-for gw0,gw1,gw2 -- $(PYTEST) $(or $(ARGS),$(IN_PARALLEL))

test-fast: setup-test
	@exec $(EMBEDDED) exec --redis-for gw0,gw1,gw2 -- $(PYTEST) $(IN_PARALLEL) -q $(FAST) $(ARGS)

mutants: setup-test
	@exec $(EMBEDDED) exec --redis-for gw0,gw1 -- $(PY) -m tools.mutants -n $(or $(N),200) --seed $(or $(SEED),9) $(ARGS)

# The seed is printed, so that a failure can be repeated.
fuzz: setup-test
	@seed="$(or $(SEED),$(shell date +%s))"; echo "SEED=$$seed"; \
	EXAMPLES="$(or $(EXAMPLES),300)" SEED="$$seed" exec $(EMBEDDED) exec -- $(PYTEST) tests/api/test_fuzz.py -q $(ARGS)

# --durable: servers that write commits to disk, like those of make run. Each scale has its caches in its own Redis.
bench: setup-bench
	@exec $(BENCH) $(ARGS)

bench-smoke: setup-bench
	@exec $(BENCH) --smoke $(ARGS)

check: setup-check
	@exec $(EMBEDDED) exec -- $(PY) tools/check.py

format: setup-check
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

lock: setup-check
	@exec $(PY) tools/lock.py
