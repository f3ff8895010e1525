# The front door. Needs Python 3.11, make and git; everything else is installed into .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
SUPERSET_PORT ?= 8088
export DAGSTER_DISABLE_TELEMETRY := yes

.PHONY: run test test-refresh test-postgres test-spark postgresql java test-object-store test-dashboard dashboard superset test-superset chromium bench-dashboard drills ui lint docs release-contracts bench bench-pandas bench-value bench-postgres bench-bi clean setup

run: setup  ## refresh the newest as-of date; writes a sample world when nothing has landed
	@$(BIN)/patron run --sample-if-empty

test: setup  ## the test suite, one refresh included
	@$(BIN)/pytest -m "not drill and not whole_refresh and not postgres and not object_store" -n 2 --dist loadfile

test-refresh: setup  ## refreshes that are broken, killed, repeated and started from the UI
	@$(BIN)/pytest -m "whole_refresh and not drill" -n 2 --dist worksteal

test-postgres: setup postgresql  ## PostgreSQL as a target, with a server of its own on loopback
	@$(BIN)/pytest -m "postgres and not drill" tests/postgres

postgresql:  ## the server's programs, by apt where they are missing; nothing is started
	@ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || tests/postgres/install_postgresql

test-object-store: setup .venv-object-store/.ready  ## object storage as a target, with a server of its own on loopback
	@$(BIN)/pytest -m "object_store and not drill" tests/object_store

.venv-object-store/.ready: tests/object_store/requirements.lock .venv/.ready
	@echo "Installing an S3 server and its readers into .venv-object-store ..."
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-object-store
	@$(BIN)/uv pip install --quiet --python .venv-object-store/bin/python --compile-bytecode --require-hashes -r $<
	@touch $@

test-spark: setup .venv-spark/.ready postgresql java  ## a refresh on a Spark cluster of its own, each table compared with DuckDB
	@.venv-spark/bin/python -m pytest -s tests/spark

java:  ## Java and PostgreSQL's JDBC driver, by apt where they are missing; nothing is started
	@{ command -v java && ls /usr/share/java/postgresql.jar; } >/dev/null 2>&1 || tests/spark/install_java

.venv-spark/.ready: requirements.spark.lock .venv/.ready
	@echo "Installing Spark beside everything else into .venv-spark ..."
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-spark
	@$(BIN)/uv pip install --quiet --python .venv-spark/bin/python --compile-bytecode --require-hashes -r $<
	@$(BIN)/uv pip install --quiet --python .venv-spark/bin/python --no-deps --no-build-isolation --editable .
	@touch $@

test-dashboard: setup .venv-dashboard/.ready chromium  ## the page, driven in a headless browser
	@.venv-dashboard/bin/mypy dashboard --exclude dashboard/tests
	@.venv-dashboard/bin/python -m pytest dashboard/tests

chromium:  ## the browser of the page's tests, by apt where it is missing
	@dashboard/tests/install_chromium

drills: setup postgresql .venv-object-store/.ready  ## the long forms: hundreds of days, kills, months replayed (hours)
	@$(BIN)/pytest -m drill -n 2 --dist worksteal

ui: setup  ## Dagster UI on localhost with the code location, schedule and lineage
	@$(BIN)/patron ui

dashboard: .venv-dashboard/.ready  ## the page on localhost: the customer base in a minute
	@.venv-dashboard/bin/python -m dashboard

superset: .venv-superset/.ready  ## Superset on localhost with the dashboard of superset/bundle imported
	@PYTHONPATH=superset .venv-superset/bin/python -m launch --port $(SUPERSET_PORT)

test-superset: setup postgresql .venv-superset/.ready chromium  ## the bundle imported, each chart asked, drawn in a browser
	@MYPYPATH=superset .venv-superset/bin/mypy --disable-error-code import-untyped -p launch
	@.venv-superset/bin/python -m pytest superset/tests

.venv-superset/.ready: superset/requirements.lock .venv/.ready
	@echo "Installing Superset into .venv-superset (about a minute, once) ..."
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-superset
	@$(BIN)/uv pip install --quiet --python .venv-superset/bin/python --compile-bytecode --require-hashes -r $<
	@touch $@

.venv-dashboard/.ready: dashboard/requirements.lock .venv/.ready
	@echo "Installing the page into .venv-dashboard ..."
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-dashboard
	@$(BIN)/uv pip install --quiet --python .venv-dashboard/bin/python --compile-bytecode --require-hashes -r $<
	@touch $@

lint: setup
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint --disable-progress-bar dbt_project/models dbt_project/tests dbt_project/analyses

docs: setup  ## write the generated pages anew (a test says when one is out of date), and dbt's documentation
	@$(BIN)/python -m orchestration.contracts.metric_dictionary
	@$(BIN)/python -m orchestration.contracts.analyst_tables
	@$(BIN)/python -m orchestration.dbt_docs

release-contracts: setup  ## record what published tables promise; refuses a breaking change without a new version
	@$(BIN)/python -m orchestration.contracts.released --retire $(RETIRE)

bench: setup  ## the refresh by stage beside a hand-written script and plain dbt; SIZES="20000 100000"
	@$(BIN)/python -m benchmarks.end_to_end $(if $(SIZES),--sizes $(SIZES))
	@$(BIN)/python -m benchmarks.report --write

bench-pandas: setup .venv-bench/.ready  ## the same outputs by pandas and lifetimes
	@$(BIN)/python -m benchmarks.end_to_end --sizes 200000 --runs 1 --parts pandas_way valued_run
	@$(BIN)/python -m benchmarks.report --write

bench-postgres: setup postgresql  ## a million customers into PostgreSQL, swapped under readers
	@$(BIN)/python -m benchmarks.postgres_target

bench-bi: setup postgresql  ## twenty BI questions over ten million customers, eight readers at once
	@$(BIN)/python -m benchmarks.bi

bench-dashboard: .venv-dashboard/.ready  ## each view of the page over a million customers
	@.venv-dashboard/bin/python -m benchmarks.dashboard_views

bench-value: setup .venv-bench/.ready  ## value library beside lifetimes and pymc-marketing
	@$(BIN)/python -m benchmarks.value_library

.venv-bench/.ready: benchmarks/value_library/requirements.lock .venv/.ready
	@echo "Installing the libraries to compare with into .venv-bench ..."
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-bench
	@$(BIN)/uv pip install --quiet --python .venv-bench/bin/python --compile-bytecode --require-hashes -r $<
	@touch $@

setup: .venv/.ready

.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info[:2] != (3, 11))" || { echo "Python 3.11 not found; name it: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Installing into .venv (about a minute, once) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.bootstrap.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

lock:  ## refresh the lock files after a change in pyproject.toml
	@echo uv | $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 - -o requirements.bootstrap.lock
	@$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --extra dev pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 dashboard/requirements.in -o dashboard/requirements.lock
	@$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 superset/requirements.in -o superset/requirements.lock
	@$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --extra dev --extra spark -c requirements.lock pyproject.toml -o requirements.spark.lock
	@$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 tests/object_store/requirements.in -o tests/object_store/requirements.lock

clean:  ## remove everything that can be made again; landing, raw, models and history stay
	rm -rf .venv .venv-bench .venv-dashboard .venv-spark .venv-superset .venv-object-store dbt_project/target dbt_project/logs data/warehouse data/serving data/logs
