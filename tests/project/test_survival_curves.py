"""The product limit in SQL is that of lifelines, on the same customers and contracts.

Durations are taken from the purchases one customer at a time in Python, so that the counting of
``int_lifetimes_counted`` is checked too. Belongs here: I16 as a whole. Does not belong here: single
rows (unit tests beside the models).
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise

import duckdb
import numpy as np
import pandas as pd
import pytest
from conftest import Build
from lifelines import KaplanMeierFitter, NelsonAalenFitter

MODELS = ("int_lifetimes_counted", "survival_curve")
DAYS, LAPSE = 900, 180
INPUTS = f"""
    create schema raw; create schema seeds; create schema intermediate; create schema marts;
    create table raw.run_context as select date '2023-01-01' + {DAYS - 1} as as_of_date;
    create table seeds.lifecycle_rules as select 'lapsed_after_days' as rule, {LAPSE} as value;
    create table intermediate.int_purchase_occasions as
        select customer_key, is_test_customer,
            date '2023-01-01' + cast(day as integer) as purchase_date,
            min(purchase_date) over (partition by customer_key) as first_purchase_date,
            lead(purchase_date) over (partition by customer_key order by purchase_date)
                as next_purchase_date
        from occasions;
    create table intermediate.int_contracts_counted as from contracts;
"""


def population(customers: int, seed: int) -> pd.DataFrame:
    """Purchases at customers' own rates until they leave or the days are over."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(customers):
        day, rate = int(rng.integers(0, DAYS)), rng.gamma(1.5, 0.01) + 1e-4
        while day < DAYS:
            rows.append((f"c{number}", number % 50 == 0, day))
            day = day + 1 + int(rng.exponential(1 / rate)) if rng.random() > 0.08 else DAYS
    return pd.DataFrame(rows, columns=["customer_key", "is_test_customer", "day"])


def lifetimes(occasions: pd.DataFrame) -> pd.DataFrame:
    """Days to the first lapse, or to the last day, of each customer who is no tester."""
    rows = []
    for _, days in occasions[~occasions["is_test_customer"]].groupby("customer_key")["day"]:
        bought = sorted(days)
        late = [d for d, n in pairwise(bought) if n - d > LAPSE]
        if not late and DAYS - 1 - bought[-1] >= LAPSE:
            late = [bought[-1]]
        ended = bool(late)
        lasted = late[0] + LAPSE - bought[0] if ended else DAYS - 1 - bought[0]
        month = np.datetime64("2023-01-01") + bought[0]
        rows.append((str(month)[:7], lasted, ended))
    return pd.DataFrame(rows, columns=["cohort", "duration", "ended"])


def contract_lives(contracts: int, seed: int) -> pd.DataFrame:
    """Terms survived by each contract, and whether the next one was refused."""
    rng = np.random.default_rng(seed)
    lasts, seen = rng.geometric(0.2, contracts), rng.integers(1, 9, contracts)
    return pd.DataFrame({"duration": np.minimum(lasts, seen), "ended": lasts <= seen})


def counted(lives: pd.DataFrame) -> pd.DataFrame:
    terms = range(1, int(lives["duration"].max()) + 1)
    return pd.DataFrame(
        [
            {
                "scope": "term_months_1",
                "term_no": term,
                "at_risk_count": int((lives["duration"] >= term).sum()),
                "lost_count": int(((lives["duration"] == term) & lives["ended"]).sum()),
            }
            for term in terms
        ]
    )


@pytest.fixture(scope="module")
def code(empty_build: Build) -> dict[str, str]:
    """The compiled SQL of the models."""
    return {name: empty_build.results[f"model.patron.{name}"]["compiled_code"] for name in MODELS}


@pytest.fixture(scope="module")
def occasions() -> pd.DataFrame:
    return population(1500, seed=11)


@pytest.fixture(scope="module")
def contracts() -> pd.DataFrame:
    return contract_lives(400, seed=12)


@pytest.fixture(scope="module")
def curves(
    code: Mapping[str, str], occasions: pd.DataFrame, contracts: pd.DataFrame
) -> Iterator[pd.DataFrame]:
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as patron; use patron")
        connection.register("occasions", occasions)
        connection.register("contracts", counted(contracts))
        connection.execute(INPUTS)
        connection.execute(
            f"create table intermediate.int_lifetimes_counted as {code['int_lifetimes_counted']}"
        )
        yield connection.execute(f"from ({code['survival_curve']}) order by tenure").df()


def agrees(curve: pd.DataFrame, lives: pd.DataFrame) -> None:
    """Counts, survival, interval, median and cumulative hazard at each tenure of the curve."""
    fitted = KaplanMeierFitter(alpha=0.05).fit(lives["duration"], lives["ended"])
    hazard = NelsonAalenFitter(nelson_aalen_smoothing=False).fit(lives["duration"], lives["ended"])
    tenures = curve["tenure"].to_numpy()
    assert set(tenures) == set(lives["duration"])
    table = fitted.event_table.loc[tenures]
    assert (curve["at_risk_count"].to_numpy() == table["at_risk"].to_numpy()).all()
    assert (curve["ended_count"].to_numpy() == table["observed"].to_numpy()).all()
    assert (curve["censored_count"].to_numpy() == table["censored"].to_numpy()).all()
    survival = fitted.survival_function_.loc[tenures].iloc[:, 0].to_numpy()
    np.testing.assert_allclose(curve["survival_rate"], survival, atol=1e-11)
    known = curve["interval_reason"].isna().to_numpy()
    interval = fitted.confidence_interval_survival_function_.loc[tenures].to_numpy()[known]
    found = curve.loc[known, ["survival_lo_rate", "survival_hi_rate"]].to_numpy(dtype=float)
    np.testing.assert_allclose(found, interval, atol=1e-11)
    cumulative = hazard.cumulative_hazard_.loc[tenures].iloc[:, 0].to_numpy()
    np.testing.assert_allclose(curve["cumulative_hazard"], cumulative, atol=1e-11)
    [median] = curve["median_tenure"].unique()
    assert fitted.median_survival_time_ == (np.inf if pd.isna(median) else median)


def test_the_curve_of_all_customers_is_that_of_lifelines(curves, occasions) -> None:
    curve = curves[(curves["subject_kind"] == "customers") & (curves["cohort"] == "all")]
    agrees(curve, lifetimes(occasions))


@pytest.mark.parametrize("cohort", ["2023-01", "2023-09", "2025-06"])
def test_the_curve_of_a_cohort_is_that_of_lifelines(curves, occasions, cohort: str) -> None:
    """One that has been seen for long, one in the middle, one in which nobody can have ended."""
    lives = lifetimes(occasions)
    curve = curves[(curves["subject_kind"] == "customers") & (curves["cohort"] == cohort)]
    agrees(curve, lives[lives["cohort"] == cohort])


def test_the_curve_of_contracts_is_that_of_lifelines(curves, contracts) -> None:
    agrees(curves[curves["subject_kind"] == "contracts"], contracts)
