"""Extracts to customer value with pandas and lifetimes, in one process.

    .venv-bench/bin/python -m benchmarks.pandas_way LANDING OUT AS_OF [--plain]

Makes: latest versions, net order lines in one currency with returns and costs, purchase days, RFM
in quintiles, repurchase, cohort retention, NPS by wave, BG/NBD and Gamma-Gamma fitted by lifetimes,
P(alive), expected purchases and discounted value of each customer, written as Parquet. Does not
make: identities (a customer is a customer_id; guests are left out), keyed hashes, exact decimals,
reasons, refused rows, checks, other extracts. The histories are kept as files for
``benchmarks.value_library.ours``. Prints the cost of each stage as JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter

from benchmarks.pandas_way.reading import TABLES, latest
from benchmarks.value_library.question import MONTHLY_RATE, MONTHS

CURRENCY = "GBP"
Frames = dict[str, pd.DataFrame]


def main(landing: Path, out: Path, as_of: str, *, plain: bool) -> None:
    end = pd.Timestamp(as_of)
    stages: dict[str, dict[str, float]] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        wall, cpu = time.perf_counter(), time.process_time()
        found = work()
        stages[name] = {
            "wall_s": time.perf_counter() - wall,
            "cpu_s": time.process_time() - cpu,
        }
        return found

    frames: Frames = timed("read", lambda: read(landing, as_of, plain))
    days = timed("sales", lambda: purchase_days(frames, end))
    marts = timed("customers", lambda: customer_tables(frames, days, end))
    histories = timed("histories", lambda: histories_of(days, end))
    models = timed("fits", lambda: fit(histories))
    values = timed("scores", lambda: score(histories, *models))
    timed("write", lambda: write(out, marts | {"customer_clv": values}, histories))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
    told = {
        "stages": stages,
        "peak_mb": peak,
        "customers": len(values),
        "lines": len(frames["lines"]),
        "parameters": {k: float(v) for model in models for k, v in model.params_.items()},
        "total": float(values["clv"].sum()),
    }
    print(json.dumps(told))


def read(landing: Path, as_of: str, plain: bool) -> Frames:
    return {name: latest(landing, table, as_of, plain=plain) for name, table in TABLES.items()}


def purchase_days(frames: Frames, end: pd.Timestamp) -> pd.DataFrame:
    """One row per customer and purchase day: orders, net amount, margin; tests left out."""
    orders = frames["orders"].dropna(subset=["customer_id"]).copy()
    orders["date"] = orders["ordered_at"].dt.normalize()
    is_cancelled = orders["cancelled_at"].notna() | orders["status"].isin(
        ["cancelled", "canceled", "failed"]
    )
    orders = orders[(orders["date"] <= end) & ~is_cancelled]
    is_test = frames["customers"]["is_test"].astype("str").str.lower() == "true"
    tests = frames["customers"].loc[is_test, "customer_id"]
    orders = orders[~orders["customer_id"].isin(tests)]
    orders["currency"] = orders["currency"].astype("str").fillna(CURRENCY)
    orders = _with_rate(orders, frames["rates"])
    lines = frames["lines"].merge(
        orders[["order_id", "customer_id", "date", "rate"]], on="order_id", how="inner"
    )
    price = lines["unit_price"].fillna(lines["list_price"])
    lines["gross"] = lines["qty"] * price - lines["discount"].fillna(0)
    lines = _less_returns(lines, frames["returns"], end)
    lines["cost"] = lines["cost"].fillna(lines["product_id"].map(_newest_cost(frames["products"])))
    lines["net"] = (lines["gross"] - lines["returned"]) * lines["rate"]
    kept = lines["qty"] - lines["returned_qty"]
    lines["margin"] = lines["net"] - kept * lines["cost"] * lines["rate"]
    days = lines.groupby(["customer_id", "date"], as_index=False).agg(
        orders=("order_id", "nunique"), net=("net", "sum"), margin=("margin", "sum")
    )
    return days[days["net"] >= 0]


def _with_rate(orders: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """The rate of the day or of the last day before it that has one."""
    known = rates[["date", "currency", "rate"]].dropna().sort_values("date")
    orders = pd.merge_asof(orders.sort_values("date"), known, on="date", by="currency")
    orders.loc[orders["currency"] == CURRENCY, "rate"] = 1.0
    return orders


def _less_returns(lines: pd.DataFrame, returns: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    counted = returns[returns["returned_at"] < end + pd.Timedelta(days=1)]
    each = counted.merge(
        lines[["order_id", "line_no", "gross", "qty"]],
        on=["order_id", "line_no"], suffixes=("", "_line"),
    )  # fmt: skip
    each["amount"] = each["amount"].fillna(each["qty"] * each["gross"] / each["qty_line"])
    summed = each.groupby(["order_id", "line_no"], as_index=False).agg(
        returned=("amount", "sum"), returned_qty=("qty", "sum")
    )
    lines = lines.merge(summed, on=["order_id", "line_no"], how="left")
    return lines.fillna({"returned": 0.0, "returned_qty": 0.0})


def _newest_cost(products: pd.DataFrame) -> pd.Series:
    newest = products.sort_values("valid_from").drop_duplicates("product_id", keep="last")
    return newest.set_index("product_id")["cost"]


def customer_tables(frames: Frames, days: pd.DataFrame, end: pd.Timestamp) -> Frames:
    """RFM and statistics of each customer, repurchase, cohorts, NPS by wave."""
    customers = days.groupby("customer_id").agg(
        first=("date", "min"), last=("date", "max"), occasions=("date", "count"),
        orders=("orders", "sum"), net=("net", "sum"), margin=("margin", "sum"),
    )  # fmt: skip
    ordered = days.sort_values(["customer_id", "date"])
    ordered["gap"] = ordered.groupby("customer_id")["date"].diff().dt.days
    customers["median_gap"] = ordered.groupby("customer_id")["gap"].median()
    customers["silent_days"] = (end - customers["last"]).dt.days
    for score, column, labels in (
        ("r", "silent_days", [5, 4, 3, 2, 1]),
        ("f", "occasions", [1, 2, 3, 4, 5]),
        ("m", "net", [1, 2, 3, 4, 5]),
    ):
        ranks = customers[column].rank(method="first")
        customers[score] = pd.qcut(ranks, 5, labels=labels).astype("int8")
    customers = customers.join(
        frames["customers"]
        .drop_duplicates("customer_id")
        .set_index("customer_id")[["region", "acquisition_channel", "gender", "deleted_at"]]
    )
    first = ordered.groupby("customer_id")["date"].transform("min")
    months = pd.DataFrame({
        "customer_id": ordered["customer_id"],
        "cohort": first.dt.to_period("M"),
        "month": ordered["date"].dt.to_period("M"),
        "net": ordered["net"],
    })  # fmt: skip
    cohorts = months.groupby(["cohort", "month"], as_index=False).agg(
        active=("customer_id", "nunique"), net=("net", "sum")
    )
    cohorts["size"] = cohorts.groupby("cohort")["active"].transform("first")
    cohorts["retention"] = cohorts["active"] / cohorts["size"]
    second = ordered[ordered.groupby("customer_id").cumcount() == 1].set_index("customer_id")["gap"]
    age = (end - customers["first"]).dt.days
    repurchase = pd.DataFrame([
        {"days": n, "rate": (second.reindex(age[age >= n].index) <= n).mean()}
        for n in (30, 60, 90, 180, 365)
    ])  # fmt: skip
    return {
        "customers": customers.reset_index(),
        "cohorts": cohorts.astype({"cohort": "str", "month": "str"}),
        "repurchase": repurchase,
        "nps": _nps(frames["answers"]),
    }


def _nps(answers: pd.DataFrame) -> pd.DataFrame:
    nps = answers[(answers["kind"] == "nps") & answers["score"].between(0, 10)]
    nps = nps.sort_values("answered_at").drop_duplicates(
        ["survey_id", "wave", "question_code", "customer_id"], keep="last"
    )
    return nps.groupby("wave", as_index=False, observed=True).agg(
        answers=("score", "count"),
        nps=("score", lambda scores: 100 * ((scores >= 9).mean() - (scores <= 6).mean())),
    )


def histories_of(days: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """x, t_x, T in days, and mean spend of the repeat days, as lifetimes counts them."""
    ordered = days.sort_values(["customer_id", "date"])
    is_repeat = ordered["customer_id"].duplicated()
    of_customer = ordered.groupby("customer_id")["date"].agg(["min", "max", "count"])
    repeats = ordered[is_repeat & (ordered["net"] > 0)]
    spend = repeats.groupby("customer_id")["net"].mean()
    return pd.DataFrame({
        "x": of_customer["count"] - 1.0,
        "t_x_days": (of_customer["max"] - of_customer["min"]).dt.days.astype("float64"),
        "t_days": (end - of_customer["min"]).dt.days.astype("float64"),
        "mean_spend": spend.reindex(of_customer.index).fillna(0.0),
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


def write(out: Path, tables: Frames, histories: pd.DataFrame) -> None:
    (out / "base").mkdir(parents=True)
    for name, table in tables.items():
        table.to_parquet(out / f"{name}.parquet")
    for column in histories:
        np.save(out / "base" / f"{column}.npy", histories[column].to_numpy())
    np.save(out / "lifetimes.npy", tables["customer_clv"]["clv"].to_numpy())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], plain="--plain" in sys.argv)
