"""The comparison finds a planted difference of each kind, and takes equal tables for equal."""

import duckdb
import pytest
from table_comparison import differences

ROWS = """
    (1, cast(1.5 as decimal(18, 4)), 0.1e0, 'é', date '2025-03-30', null),
    (1, cast(1.5 as decimal(18, 4)), 0.3e0, 'é', date '2025-03-30', null),
    (2, cast(-2 as decimal(18, 4)), null, '', null, true)
"""
COLUMNS = "(id, amount, rate, name, day, flag)"


@pytest.fixture
def connection():
    with duckdb.connect() as connection:
        connection.execute(f"create table expected as select * from (values {ROWS}) as t {COLUMNS}")
        connection.execute("create table actual as select * from expected order by id desc")
        yield connection


def test_equal_tables_have_no_difference(connection):
    assert differences(connection, "expected", "actual") == []


def test_order_of_columns_and_wider_types_are_no_difference(connection):
    wider = (
        "(select flag, day, name, rate, cast(amount as decimal(38, 8)) as amount, "
        "cast(id as hugeint) as id from actual)"
    )
    assert differences(connection, "expected", wider) == []


def test_last_bits_of_a_double_are_no_difference(connection):
    connection.execute("update actual set rate = rate * (1 + 1e-12)")
    assert differences(connection, "expected", "actual") == []


@pytest.mark.parametrize(
    ("planted", "what"),
    [
        ("update actual set id = 3 where id = 2", "id"),
        ("update actual set amount = 1.5001 where rate = 0.1", "amount"),
        ("update actual set rate = rate * (1 + 1e-6) where rate = 0.3", "rate"),
        ("update actual set rate = 0 where rate is null", "rate"),
        ("update actual set rate = null where rate = 0.3", "rate"),
        ("update actual set rate = cast('nan' as double) where rate = 0.3", "rate"),
        ("update actual set name = 'e' where id = 1 and rate = 0.1", "name"),
        ("update actual set name = null where id = 2", "name"),
        ("update actual set day = date '2025-03-31' where rate = 0.1", "day"),
        ("update actual set flag = false where id = 2", "flag"),
        ("delete from actual where id = 2", "rows"),
        ("insert into actual select * from actual where id = 2", "rows"),
        ("alter table actual drop column flag", "columns"),
        ("alter table actual add column more integer", "columns"),
    ],
)
def test_a_planted_difference_is_found(connection, planted, what):
    connection.execute(planted)
    assert what in [difference.what for difference in differences(connection, "expected", "actual")]
