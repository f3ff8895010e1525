"""A firm without an extract gets null and a reason in the columns that need it, never a zero.

A new mart states in a file of its own, ``absent_<topic>.py``, what it leaves empty in one or both
of two worlds that lack extracts; files of that name are found by themselves:

    from absence import Lacking

    WITHOUT_CRM = (  # the real online shop: order lines and nothing else
        Lacking("wallet_share", "wallet_share_rate, rank", "wallet_reason", "no wallet answers"),
    )
    WITH_FEW_PEOPLE = (...)  # the tiny world: too few people for a model or an interval

The named columns are null in every row, or in the ``rows`` that a fifth argument selects, and the
reason column contains the words in each of them.

Belongs here: the two worlds. Does not belong here: which columns are empty (``absent_<topic>.py``),
values where the extract is there, and what makes a reason.
"""

from collections.abc import Iterator

import duckdb
import pytest
from absence import Lacking, contradictions, entries
from conftest import Build, opened


@pytest.fixture(scope="module")
def shop(retail_build: Build) -> Iterator[duckdb.DuckDBPyConnection]:
    with opened(retail_build) as connection:
        yield connection


@pytest.mark.parametrize("lacking", entries("WITHOUT_CRM"), ids=str)
def test_a_shop_with_order_lines_only(shop, lacking: Lacking) -> None:
    assert contradictions(shop, lacking) == []


@pytest.mark.parametrize("lacking", entries("WITH_FEW_PEOPLE"), ids=str)
def test_a_firm_with_too_few_customers(tiny, lacking: Lacking) -> None:
    assert contradictions(tiny, lacking) == []


def test_no_purchase_model_of_the_tiny_world_has_enough_data(tiny) -> None:
    found = tiny.execute(
        "select distinct status, reason is null, is_chosen from marts.model_run"
        " where role = 'purchases'"
    ).fetchall()
    assert found == [("not_enough_data", False, False)]


def test_zeros_silence_and_empty_tables_are_found() -> None:
    lacking = Lacking("credit", "grade, points", "reason", "no credit figures")
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.credit (grade text, points int, reason text)")
        assert contradictions(connection, lacking) == ["no rows"]
        connection.execute("insert into marts.credit values (null, null, 'no credit figures')")
        assert contradictions(connection, lacking) == []
        connection.execute("insert into marts.credit values (null, 0, null)")
        assert contradictions(connection, lacking) == [
            "points: 1 values",
            "reason: 1 rows do not say 'no credit figures'",
        ]
