"""Do the refresh, the hand-written script and pandas say the same? Content hashes, control sums.

    python -m benchmarks.agreement WAREHOUSE_FILE SERVED_FILE    prints both of a refresh as JSON
    python -m benchmarks.agreement WAREHOUSE_FILE    as it would be published from the warehouse
    python -m benchmarks.agreement FOLDER    of tables written as Parquet, one file each

Belongs here: what is compared. What both publish is compared row by row (content hashes), the marts
behind it by rows and exact sums, because the script keeps only the columns that it needs.

The script has neither models nor memory. It values no customer, and it knows the stages that follow
from purchases and the calendar; those that a trend or P(alive) tells apart are one to it, active.
The pandas way makes the same tables; what it values is not compared here.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import duckdb

from orchestration.publish.content_hash import hash_table

BY_CALENDAR = "lifecycle_stage not in ('developing', 'growing', 'mature', 'declining')"
STAGE = f"case when {BY_CALENDAR} then lifecycle_stage else 'active' end as lifecycle_stage"
# Of the published tables, the rows and columns that both make.
PUBLISHED_BY_BOTH = {
    "seg_customer": f"""
        select customer_key, as_of_date, customer_kind, is_test, is_deleted, region,
            acquisition_channel, profile_completeness_rate, {STAGE},
            case when {BY_CALENDAR} then stage_since_date end as stage_since_date,
            r_score, f_score, m_score, rfm_cell, rfm_group, rfm_cut_version, first_purchase_date,
            last_purchase_date, days_since_last_order, occasion_count, order_count, itt_median_days,
            net_amount, returned_amount, average_order_value_amount, gross_margin_amount,
            gross_margin_reason, currency_code, nps_class, nps_answered_date
        from seg_customer
    """,
    "seg_summary": f"""
        select as_of_date, {STAGE}, rfm_group, customer_kind, is_test,
            sum(customer_count)::bigint as customer_count, sum(order_count)::bigint as order_count,
            sum(occasion_count)::bigint as occasion_count,
            sum(net_amount)::decimal(18, 4) as net_amount,
            sum(gross_margin_amount)::decimal(18, 4) as gross_margin_amount, currency_code
        from seg_summary
        group by all
    """,
}
# Sums are of integers and decimals: exact, whatever the order.
CONTROL_SUMS = {
    "bridge_customer_identity": "count(distinct customer_key)",
    "dim_customer": "count(distinct email_hmac), count(distinct phone_hmac)",
    "fct_order_net": "sum(quantity), sum(net_amount), sum(cogs_amount), sum(margin_amount)",
    "fct_return": "count(distinct order_key)",
    "customer_cbs": "sum(occasion_count), sum(t_days), sum(t_x_days), sum(z_bar_amount), sum(litt)",
    "customer_value": "sum(net_amount), sum(returned_amount), sum(gross_margin_amount)",
    "rfm_score": "sum(r_score), sum(f_score), sum(m_score)",
    "lifecycle_state": "count(distinct lifecycle_stage), max(stage_since_date)",
    "lifecycle_flow": "sum(new_count), sum(resurrecting_count), sum(dormant_count), "
    "sum(closing_count)",
    "cohort_retention": "sum(active_customer_count), sum(net_amount), sum(cumulative_net_amount)",
    "loyalty_kpi": "sum(numerator)::bigint, sum(denominator)::bigint, sum(young_customer_count)",
    "survey_nps": "sum(answer_count)",
}
# Of marts that tell more than the script, the rows that both make.
ROWS_OF_BOTH = {
    "lifecycle_state": BY_CALENDAR,
    "loyalty_kpi": "kpi in ('repurchase_rate', 'returning_customer_rate')",
    "survey_nps": "wave <> 'current' and segment_kind in ('all', 'touchpoint')",
}


def control_sums(connection: duckdb.DuckDBPyConnection, schema: str) -> dict[str, list[str]]:
    """Rows and sums of each mart, as text."""
    return {
        table: [
            str(value)
            for value in connection.execute(
                f"select count(*), {sums} from {schema}.{table} "
                f"where {ROWS_OF_BOTH.get(table, 'true')}"
            ).fetchall()[0]
        ]
        for table, sums in CONTROL_SUMS.items()
    }


def content_hashes(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Content hashes of what both publish, in the main schema, as publication computes them."""
    hashes = {}
    for table, rows in PUBLISHED_BY_BOTH.items():
        described = connection.execute(f"describe {rows}").fetchall()
        columns = [(name, type_) for name, type_, *_ in described]
        hashes[table] = hash_table(connection, f"({rows})", columns).content_hash
    return hashes


def main(file: str, served_file: str | None = None) -> None:
    """Print what a finished refresh says, or what Parquet files do."""
    if Path(file).is_dir():
        print(json.dumps(told_by_files(Path(file))))
        return
    with duckdb.connect(file, read_only=True) as warehouse:
        sums = control_sums(warehouse, "marts")
        if served_file is None:
            warehouse.execute("USE segments")
            hashes = content_hashes(warehouse)
    if served_file is not None:
        with duckdb.connect(served_file, read_only=True) as served:
            hashes = content_hashes(served)
    print(json.dumps({"hashes": hashes, "sums": sums}))


def told_by_files(folder: Path) -> dict[str, Any]:
    with duckdb.connect() as connection:
        for file in folder.glob("*.parquet"):
            connection.execute(f"create view {file.stem} as from '{file}'")
        sums = control_sums(connection, "main")
        return {"hashes": content_hashes(connection), "sums": sums}


if __name__ == "__main__":
    main(*sys.argv[1:])
