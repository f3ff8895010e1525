"""Values of customers by lifetimes: BG/NBD, Gamma-Gamma, and what each is worth.

Belongs here: what lifetimes does. The question is that of ``benchmarks.value_library``.
"""

from __future__ import annotations

import pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter

from benchmarks.pandas_way.tables import DECIMAL
from benchmarks.value_library.question import MONTHLY_RATE, MONTHS


def histories_of(cbs: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """x, t_x, T in days, and mean spend of the repeat days, as lifetimes counts them."""
    tests = customers.loc[customers["is_test"], "customer_key"]
    cbs = cbs[~cbs["customer_key"].isin(tests)].set_index("customer_key")
    return pd.DataFrame({
        "x": cbs["occasion_count"] - 1.0,
        "t_x_days": cbs["t_x_days"].astype("float64"),
        "t_days": cbs["t_days"].astype("float64"),
        "mean_spend": cbs["z_bar_amount"].astype("float64").fillna(0.0) / DECIMAL,
    })  # fmt: skip


def fit(histories: pd.DataFrame) -> tuple[BetaGeoFitter, GammaGammaFitter]:
    x, t_x, t = histories["x"], histories["t_x_days"] / 7, histories["t_days"] / 7
    repeats = (x > 0) & (histories["mean_spend"] > 0)
    spends = GammaGammaFitter().fit(x[repeats], histories.loc[repeats, "mean_spend"])
    return BetaGeoFitter().fit(x, t_x, t), spends


def score(
    histories: pd.DataFrame, purchases: BetaGeoFitter, spends: GammaGammaFitter
) -> pd.DataFrame:
    x, t_x, t = histories["x"], histories["t_x_days"] / 7, histories["t_days"] / 7
    year = 365 / 7
    values = pd.DataFrame(index=histories.index)
    values["p_alive"] = purchases.conditional_probability_alive(x, t_x, t)
    values["purchases"] = purchases.conditional_expected_number_of_purchases_up_to_time(
        year, x, t_x, t
    )
    values["clv"] = spends.customer_lifetime_value(
        purchases, x, t_x, t, histories["mean_spend"],
        time=MONTHS, discount_rate=MONTHLY_RATE, freq="W",
    )  # fmt: skip
    return values.reset_index()
