"""Extracts to published tables and customer value with pandas and lifetimes, in one process.

    .venv-bench/bin/python -m benchmarks.pandas_way LANDING OUT AS_OF --key-file FILE [--plain]

Makes the outputs of the hand-written DuckDB script (``benchmarks.hand_written``) from the same
files: typed reading without refused rows, keyed hashes, people, the twelve marts in exact
amounts, ``seg_customer`` and ``seg_summary`` as Parquet. Then BG/NBD and Gamma-Gamma by lifetimes,
with P(alive), expected purchases and discounted value of each customer. Like the script it has no
reasons for refused rows, no checks, lineage, lock or manifest. The histories of the customers are
kept as files for ``benchmarks.value_library.ours``. Prints the cost of each stage as JSON. With
``--compare`` the marts are written too, so that they can be compared with the script's.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.pandas_way import customers as people
from benchmarks.pandas_way import lifecycle, marts, published, sales, values
from benchmarks.pandas_way.exact import write_parquet
from benchmarks.pandas_way.identity import bridge_customer_identity
from benchmarks.pandas_way.reading import latest
from benchmarks.pandas_way.tables import DECIMAL, TABLES

SEEDS = Path(__file__).parent.parent.parent / "dbt_project" / "seeds"
Frames = dict[str, pd.DataFrame]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("landing", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("as_of")
    parser.add_argument("--key-file", type=Path, required=True, help="secret of the keyed hash")
    parser.add_argument("--plain", action="store_true", help="read_csv only told the file")
    parser.add_argument("--compare", action="store_true", help="write the marts as well")
    asked = parser.parse_args()
    as_of, key = pd.Timestamp(asked.as_of), asked.key_file.read_text().strip().encode()
    stages: dict[str, dict[str, float]] = {}
    frames = timed(stages, "read", lambda: read(asked.landing, asked.as_of, asked.plain))
    made = timed(stages, "sales", lambda: sales_marts(frames, as_of, key))
    timed(stages, "customers", lambda: customer_marts(frames, made, as_of))
    histories = timed(stages, "histories", lambda: values.histories_of(
        made["customer_cbs"], made["dim_customer"]
    ))  # fmt: skip
    models = timed(stages, "fits", lambda: values.fit(histories))
    valued = timed(stages, "scores", lambda: values.score(histories, *models))
    timed(stages, "write", lambda: write(asked.out, made | {"customer_clv": valued}, histories))
    if asked.compare:
        (asked.out / "marts").mkdir()
        for name, table in made.items():
            write_parquet(table, asked.out / "marts" / f"{name}.parquet")
    told = {
        "stages": stages,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
        "customers": len(valued),
        "lines": len(made["fct_order_net"]),
        "parameters": {k: float(v) for model in models for k, v in model.params_.items()},
        "total": float(valued["clv"].sum()),
    }
    print(json.dumps(told))


def timed(stages: dict[str, dict[str, float]], name: str, work: Callable[[], Any]) -> Any:
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    stages[name] = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
    return found


def read(landing: Path, as_of: str, plain: bool) -> Frames:
    return {name: latest(landing, table, as_of, plain=plain) for name, table in TABLES.items()}


def sales_marts(frames: Frames, as_of: pd.Timestamp, key: bytes) -> Frames:
    """People and what they bought; the frames that it uses up are taken out of ``frames``."""
    customers = people.hashed_customers(frames.pop("customers"), key)
    orders = sales.orders_of_records(frames.pop("orders"), as_of, key)
    identities, members = frames.pop("identities"), frames.pop("members")
    bridge = bridge_customer_identity(customers, identities, members, orders, key)
    rates = sales.daily_rates(frames.pop("rates"), as_of)
    orders = sales.priced_orders(orders, bridge, rates)
    lines = sales.valued_lines(frames.pop("lines"))
    returned = sales.fct_return(frames.pop("returns"), orders, lines, as_of)
    net = sales.fct_order_net(orders, lines, returned, frames.pop("products"), rates)
    frames["totals"] = people.order_totals(net, orders)
    return {
        "bridge_customer_identity": bridge,
        "dim_customer": people.dim_customer(bridge, customers),
        "fct_return": returned,
        "fct_order_net": net,
    }


def customer_marts(frames: Frames, made: Frames, as_of: pd.Timestamp) -> None:
    """The marts about customers and the published tables, added to ``made``."""
    groups = pd.read_csv(SEEDS / "rfm_groups.csv")
    customers, totals = made["dim_customer"], frames.pop("totals")
    days = people.customer_days(totals, customers)
    occasions = people.occasions_of(days)
    bridge = made["bridge_customer_identity"]
    answers = marts.nps_answers(frames.pop("answers"), bridge, as_of, DECIMAL)
    made |= {
        "customer_cbs": people.customer_cbs(occasions, as_of),
        "customer_value": people.customer_value(totals, customers),
        "rfm_score": people.rfm_score(days, as_of, groups),
        "lifecycle_state": lifecycle.lifecycle_state(customers, occasions, as_of),
        "lifecycle_flow": lifecycle.lifecycle_flow(occasions, as_of),
        "cohort_retention": marts.cohort_retention(days, occasions, as_of),
        "loyalty_kpi": marts.loyalty_kpi(occasions, as_of),
        "survey_nps": marts.survey_nps(answers, customers),
    }
    nps = marts.customer_nps(answers, as_of)
    made["seg_customer"] = published.seg_customer(customers, made, nps, as_of)
    made["seg_summary"] = published.seg_summary(made["seg_customer"])


def write(out: Path, tables: Frames, histories: pd.DataFrame) -> None:
    (out / "base").mkdir(parents=True)
    for name in ("seg_customer", "seg_summary", "customer_clv"):
        write_parquet(tables[name], out / f"{name}.parquet")
    for column in histories:
        np.save(out / "base" / f"{column}.npy", histories[column].to_numpy())


if __name__ == "__main__":
    main()
