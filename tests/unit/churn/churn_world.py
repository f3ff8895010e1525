"""A firm in arrays: customers who buy, leave and tell of it, and the tables that dbt makes of them.

Belongs here: what the tests of the churn classifier share. Does not belong here: tests.
"""

from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd

AS_OF = date(2025, 6, 30)
SPACING, HORIZON = 91, 90
RULES = {
    "horizon_days": HORIZON, "origin_spacing_days": SPACING, "training_origins": 8,
    "least_training_origins": 4, "test_origins": 4, "least_outcomes": 50, "least_gain": 2,
    "linear_penalty": 3, "bend_penalty": 30, "sample_customers": 10_000,
}  # fmt: skip
FEATURES = [
    ("complaint_count_180d", "complaints", "linear"),
    ("days_since_last_order", "silence", "log"),
    ("overdue_ratio", "silence", "log"),
    ("purchase_count", "frequency", "log"),
]


def histories(customers: int, seed: int = 1, complaint: float = 0.0) -> pd.DataFrame:
    """Rows of int_churn_histories_counted with the features beside, of origins 0 to 6.

    Customers buy at their own rate and leave with 5 % after each purchase. ``complaint`` is the
    share of those who have left that complained, of the others a tenth as many do.
    """
    rng = np.random.default_rng(seed)
    last_day = 730
    rows = []
    for customer in range(customers):
        rate = rng.gamma(1.0, 1 / 40)
        days = [int(rng.integers(0, 500))]
        while rng.random() > 0.05 and days[-1] < last_day:
            days.append(days[-1] + max(1, round(rng.exponential(1 / rate))))
        bought = np.array([day for day in days if day <= last_day])
        left = last_day if len(bought) < len(days) else bought[-1]
        for origin in range(7):
            now = last_day - SPACING * origin
            known = bought[bought <= now]
            if not len(known):
                continue
            gone = left < now
            complains = rng.random() < complaint * (1.0 if gone else 0.1)
            following = ((bought > now) & (bought <= now + HORIZON)).any()
            silence = now - known[-1]
            rows.append({
                "origin_number": origin,
                "customer_key": f"c{customer:05d}",
                "x": len(known) - 1,
                "t_x_days": known[-1] - known[0],
                "t_days": now - known[0],
                "days_since_last_order": silence,
                "purchase_count": len(known),
                "overdue_ratio": silence * (len(known) - 1) / max(known[-1] - known[0], 1)
                if len(known) > 2
                else None,
                "complaint_count_180d": int(complains),
                "is_active": silence < 365,
                "is_silent": None if origin == 0 else not following,
            })  # fmt: skip
    return pd.DataFrame(rows).astype({"is_silent": "boolean"})


def fill(connection: duckdb.DuckDBPyConnection, world: pd.DataFrame) -> None:
    """The tables that the step reads; the purchase model has MBG/NBD parameters by hand."""
    connection.execute("CREATE SCHEMA intermediate; CREATE SCHEMA seeds; CREATE SCHEMA models")
    connection.execute("CREATE TABLE seeds.risk_rules (rule VARCHAR, value DECIMAL(18, 4))")
    connection.executemany("INSERT INTO seeds.risk_rules VALUES (?, ?)", list(RULES.items()))
    connection.execute("CREATE TABLE seeds.risk_features (feature TEXT, driver TEXT, scale TEXT)")
    connection.executemany("INSERT INTO seeds.risk_features VALUES (?, ?, ?)", FEATURES)
    connection.execute(
        "CREATE TABLE intermediate.int_churn_origins_dated (origin_number INT, origin_date DATE)"
    )
    connection.executemany(
        "INSERT INTO intermediate.int_churn_origins_dated VALUES (?, ?)",
        [(number, AS_OF - timedelta(days=SPACING * number)) for number in range(7)],
    )
    connection.register("world", world)
    connection.execute(
        "CREATE TABLE intermediate.int_churn_histories_counted AS "
        "SELECT * EXCLUDE (complaint_count_180d, purchase_count, overdue_ratio) FROM world"
    )
    connection.execute(
        "CREATE TABLE intermediate.int_churn_examples_observed AS SELECT origin_number, "
        "customer_key, days_since_last_order, overdue_ratio, purchase_count, "
        "complaint_count_180d, is_silent "
        "FROM world WHERE is_active"
    )
    connection.execute(
        "CREATE TABLE intermediate.int_customers_scoped AS "
        "SELECT DISTINCT customer_key, 'base' AS scope FROM world"
    )
    connection.execute(
        "CREATE TABLE models.model_run AS SELECT 'r' AS model_run_id, 'base' AS scope, "
        "'mbgnbd' AS model, 'purchases' AS role, true AS is_chosen"
    )
    connection.execute(
        "CREATE TABLE models.model_parameter AS SELECT 'r' AS model_run_id, * FROM (VALUES "
        "('r', 1.0), ('alpha', 6.0), ('a', 0.5), ('b', 9.0)) AS fitted (parameter, estimate)"
    )
    connection.execute(
        "CREATE TABLE models.purchase_score AS SELECT DISTINCT 'base' AS scope, x, t_x_days, "
        "t_days, 0.5 AS p_no_purchase_90d FROM world WHERE origin_number = 0"
    )
    connection.unregister("world")
