"""From landed files to the marts and the two published tables, as frames by name.

    python -m benchmarks.pandas_way.outputs LANDING OUT AS_OF --key-file FILE [--plain]

Belongs here: the order of the steps. Run by itself it writes every table as Parquet, to be compared
with those of the script (``benchmarks.agreement``); it needs no lifetimes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from benchmarks.pandas_way import customers as people
from benchmarks.pandas_way import lifecycle, marts, published, sales
from benchmarks.pandas_way.exact import write_parquet
from benchmarks.pandas_way.identity import bridge_customer_identity
from benchmarks.pandas_way.reading import latest
from benchmarks.pandas_way.tables import TABLES

SEEDS = Path(__file__).parent.parent.parent / "dbt_project" / "seeds"
Frames = dict[str, pd.DataFrame]


def main() -> None:
    asked = arguments().parse_args()
    as_of, key = pd.Timestamp(asked.as_of), asked.key_file.read_text().strip().encode()
    frames = read(asked.landing, asked.as_of, asked.plain)
    made = sales_marts(frames, as_of, key)
    customer_marts(frames, made, as_of)
    asked.out.mkdir(parents=True)
    for name, table in made.items():
        write_parquet(table, asked.out / f"{name}.parquet")


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    parser.add_argument("landing", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("as_of")
    parser.add_argument("--key-file", type=Path, required=True, help="secret of the keyed hash")
    parser.add_argument("--plain", action="store_true", help="all columns, no categories")
    return parser


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
    answers = marts.nps_answers(frames.pop("answers"), bridge, as_of)
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


if __name__ == "__main__":
    main()
