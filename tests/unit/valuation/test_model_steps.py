"""Python models compute on one thread of linear algebra."""

from datetime import date

import duckdb
from threadpoolctl import threadpool_info, threadpool_limits

from orchestration.model_steps import PythonStep
from orchestration.settings import load_settings


def _threads(*_):
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def test_a_models_last_digits_do_not_depend_on_the_number_of_processors():
    step = PythonStep("asks", (), _threads)
    with threadpool_limits(2), duckdb.connect() as connection:
        assert set(_threads()) == {2}
        assert set(step.run(connection, load_settings(), date(2025, 6, 30))) == {1}
        assert set(_threads()) == {2}  # only while it runs
