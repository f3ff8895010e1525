"""Members against like customers, where the truth is known: estimate, error and interval.

A population joins a programme at random purchases, so that heavy buyers join more often, and buys
more from then on by a known factor. The models' own SQL is run on it. The matched lift must find
the factor where the plain gap does not; estimate and standard error must be those of statsmodels.

Belongs here: H8 as a whole. Does not belong here: single rows (unit tests beside the models).
"""

from collections.abc import Mapping
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from conftest import Build

from orchestration.settings import DBT_PROJECT_ROOT

MODELS = (
    "int_landmarks_dated",
    "int_customers_landmarked",
    "int_lift_units_stratified",
    "int_lift_outcomes_measured",
    "int_lift_strata_paired",
    "int_lift_effects_estimated",
)
DAYS = 900  # 2023-01-01 to the as-of date
JOINS_PER_PURCHASE = 0.04
INPUTS = """
    create schema raw; create schema seeds; create schema intermediate; create schema marts;
    create table raw.run_context as select date '2023-01-01' + 899 as as_of_date;
    create table seeds.lift_rules as from read_csv('{seeds}/lift_rules.csv');
    create table seeds.lift_bands as from read_csv('{seeds}/lift_bands.csv');
    create table seeds.sales_channels as select 'web' as channel, true as is_delivered;
    create table intermediate.int_purchase_occasions as
        select customer_key, date '2023-01-01' + cast(day as integer) as purchase_date,
            min(purchase_date) over (partition by customer_key) as first_purchase_date,
            cast(spend as decimal(18, 4)) as net_amount, false as is_test_customer
        from occasions;
    create table intermediate.int_memberships_resolved as
        select 'p' as program_id, customer_key, cast(null as varchar) as club,
            date '2023-01-01' + cast(day as integer) as enrolled_date,
            false as is_test, true as is_open
        from joined;
    create table marts.dim_customer as
        select distinct customer_key, 'known' as customer_kind from occasions;
    create table intermediate.int_orders_netted
        (customer_key varchar, purchase_date date, channel varchar);
    create table intermediate.int_customers_visits_counted
        (customer_key varchar, visit_date date, session_count bigint,
         ordering_session_count bigint, visit_count bigint, contact_count bigint);
    create table marts.customer_clv (customer_key varchar, clv_365d_amount decimal(18, 4));
    create table intermediate.int_customers_nps_classified
        (customer_key varchar, nps_class varchar, answered_date date);
"""


def population(uplift: float, seed: int, customers: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Occasions and joining days; purchases are a daily coin whose odds rise by ``uplift``."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(1.5, 0.008, customers)
    first = rng.integers(0, 500, customers)
    joined = np.full(customers, DAYS)
    found = []
    for day in range(DAYS):
        odds = np.where(joined < day, rate * (1 + uplift), rate)
        buys = (first == day) | ((first < day) & (rng.random(customers) < odds))
        joins = buys & (joined == DAYS) & (rng.random(customers) < JOINS_PER_PURCHASE)
        joined[joins] = day
        found.append(pd.DataFrame({"customer": np.flatnonzero(buys), "day": day}))
    occasions = pd.concat(found, ignore_index=True)
    occasions["customer_key"] = "c" + occasions["customer"].astype(str)
    occasions["spend"] = rng.integers(1000, 9000, len(occasions)) / 100
    members = np.flatnonzero(joined < DAYS)
    keys = [f"c{number}" for number in members]
    return occasions, pd.DataFrame({"customer_key": keys, "day": joined[members]})


def estimated(
    code: Mapping[str, str], uplift: float, seed: int, customers: int
) -> duckdb.DuckDBPyConnection:
    """The models built on a population."""
    occasions, joined = population(uplift, seed, customers)
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as patron; use patron")
    connection.register("occasions", occasions)
    connection.register("joined", joined)
    connection.execute(INPUTS.format(seeds=DBT_PROJECT_ROOT / "seeds"))
    for model in MODELS:
        connection.execute(f"create table intermediate.{model} as {code[model]}")
    return connection


def effect(connection: duckdb.DuckDBPyConnection, outcome: str) -> dict[str, Any]:
    rows = connection.execute(
        "from intermediate.int_lift_effects_estimated where scope = 'base' and outcome = ?",
        [outcome],
    ).df()
    return dict(rows.iloc[0])


def plain_gap_rate(connection: duckdb.DuckDBPyConnection) -> float:
    [[rate]] = connection.execute(
        """
        select avg(purchase_frequency) filter (where is_exposed)
            / avg(purchase_frequency) filter (where not is_exposed) - 1
        from intermediate.int_lift_outcomes_measured
        where is_today
        """
    ).fetchall()
    return float(rate)


@pytest.fixture(scope="module")
def code(empty_build: Build) -> dict[str, str]:
    """The compiled SQL of the models, without the comment that dbt appends."""
    return {name: empty_build.results[f"model.patron.{name}"]["compiled_code"] for name in MODELS}


@pytest.mark.parametrize("uplift", [0.0, 0.25])
def test_matching_finds_the_true_uplift_and_the_plain_gap_does_not(code, uplift: float) -> None:
    with estimated(code, uplift, seed=4, customers=6000) as connection:
        found = effect(connection, "purchase_frequency")
        lift = found["difference"] / found["other_mean"]
        error = found["standard_error"] / found["other_mean"]
        assert abs(lift - uplift) < 1.96 * error
        assert error < 0.06
        assert plain_gap_rate(connection) > uplift + 3 * error


@pytest.mark.parametrize("outcome", ["purchase_frequency", "net_amount", "retention"])
def test_estimate_and_error_are_those_of_statsmodels(code, outcome: str) -> None:
    """Weighted least squares on joining and a dummy per stratum, clustered by customer."""
    with estimated(code, 0.25, seed=5, customers=1200) as connection:
        found = effect(connection, outcome)
        units = connection.execute(
            "from intermediate.int_lift_outcomes_measured where scope = 'base' and not is_today"
        ).df()
    units = units.dropna(subset=[outcome])
    sides = units.groupby("stratum")["is_exposed"].agg(["sum", "count"])
    sides["others"] = sides["count"] - sides["sum"]
    matched = sides[(sides["sum"] > 0) & (sides["others"] > 0)]
    units = units.join(matched, on="stratum", how="inner")
    exposed = units["is_exposed"].to_numpy(dtype=float)
    weight = np.where(exposed == 1, 1.0, units["sum"] / units["others"])
    strata = pd.get_dummies(units["stratum"], dtype=float).to_numpy()
    fit = sm.WLS(
        units[outcome].astype(float).to_numpy(), np.column_stack([exposed, strata]), weight
    ).fit(cov_type="cluster", cov_kwds={"groups": pd.factorize(units["customer_key"])[0]})
    assert found["exposed_count"] == matched["sum"].sum()
    assert found["other_count"] == matched["others"].sum()
    assert found["difference"] == pytest.approx(fit.params[0], rel=1e-6)
    assert found["standard_error"] == pytest.approx(fit.bse[0], rel=1e-6)
