"""A warehouse with nothing but the tables that the value models read, filled by hand.

Belongs here: those tables as dbt makes them, and rows for them. Does not belong here: what the
models make of the rows (the tests).
"""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa
from small_base import RULES, small_base

TABLES = """
    CREATE SCHEMA intermediate; CREATE SCHEMA seeds;
    CREATE TABLE seeds.value_rules (rule VARCHAR, value DECIMAL(18, 6));
    CREATE TABLE intermediate.int_purchase_statistics (scope VARCHAR, x BIGINT, t_x_days BIGINT,
        t_days BIGINT, customer_count BIGINT);
    CREATE TABLE intermediate.int_spend_statistics (scope VARCHAR,
        positive_repeat_day_count BIGINT, z_bar_amount DECIMAL(18, 4), customer_count BIGINT);
    CREATE TABLE intermediate.int_backtest_statistics (scope VARCHAR, origin_date DATE,
        horizon_days BIGINT, x BIGINT, t_x_days BIGINT, t_days BIGINT,
        holdout_occasion_count BIGINT, previous_occasion_count BIGINT, customer_count BIGINT);
    CREATE TABLE intermediate.int_repeat_purchases_weekly (scope VARCHAR, week_number BIGINT,
        repeat_purchase_count BIGINT);
    CREATE TABLE intermediate.int_opportunity_statistics (scope VARCHAR, x BIGINT, t_x BIGINT,
        n BIGINT, customer_count BIGINT);
    CREATE TABLE intermediate.int_contracts_counted (scope VARCHAR, term_no BIGINT,
        term_years DOUBLE, begun_count BIGINT, at_risk_count BIGINT, lost_count BIGINT);
    CREATE TABLE intermediate.int_states_migrated (from_state INTEGER, to_state INTEGER,
        move_count BIGINT, reward_amount DECIMAL(18, 4), reward_square_amount DECIMAL(28, 4));
"""


@contextmanager
def value_warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """The tables without rows, and the rules of ``small_base``."""
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        for rule in vars(RULES):
            connection.execute(
                "INSERT INTO seeds.value_rules VALUES (?, ?)", [rule, getattr(RULES, rule)]
            )
        yield connection


def fill(connection: duckdb.DuckDBPyConnection, scope: str, rows: list[tuple[int, ...]]) -> None:
    """Purchase histories (x, t_x, T, customers) with 20.00 spent on each repeat day."""
    for x, t_x, t, customers in rows:
        connection.execute(
            "INSERT INTO intermediate.int_purchase_statistics VALUES (?, ?, ?, ?, ?)",
            [scope, x, t_x, t, customers],
        )
        connection.execute(
            "INSERT INTO intermediate.int_spend_statistics VALUES (?, ?, ?, ?)",
            [scope, x, 20 if x else 0, customers],
        )


def fill_small_base(connection: duckdb.DuckDBPyConnection, scope: str = "base") -> None:
    base = small_base(400)
    histories = base.histories
    columns = {
        "scope": [scope] * len(histories), "x": histories.x, "t_x_days": histories.t_x_days,
        "t_days": histories.t_days, "customer_count": histories.customers,
    }  # fmt: skip
    connection.register("histories", pa.table(columns))
    connection.execute(
        "INSERT INTO intermediate.int_purchase_statistics SELECT scope, x, t_x_days, t_days, "
        "sum(customer_count) FROM histories GROUP BY ALL"
    )
    connection.execute(
        "INSERT INTO intermediate.int_spend_statistics SELECT scope, x, "
        "if(x > 0, 10 + t_x_days % 37, 0), sum(customer_count) FROM histories GROUP BY ALL"
    )
    connection.execute(
        "INSERT INTO intermediate.int_opportunity_statistics SELECT scope, least(x, t_days // 30), "
        "if(x > 0, t_days // 30, 0), t_days // 30, sum(customer_count) FROM histories "
        "WHERE x = 0 OR t_days >= 30 GROUP BY ALL"
    )
    for week, count in base.weekly.items():
        connection.execute(
            "INSERT INTO intermediate.int_repeat_purchases_weekly VALUES (?, ?, ?)",
            [scope, week, count],
        )
    for origin in base.origins:
        known = origin.known
        for i in range(len(known)):
            connection.execute(
                "INSERT INTO intermediate.int_backtest_statistics VALUES (?,?,?,?,?,?,?,?,?)",
                [scope, origin.origin_date, origin.horizon_days]
                + [int(column[i]) for column in (known.x, known.t_x_days, known.t_days)]
                + [int(origin.holdout[i]), int(origin.previous[i]), 1],
            )
