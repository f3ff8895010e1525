"""Do the refresh and the hand-written script say the same? Content hashes and control sums.

    python -m benchmarks.agreement WAREHOUSE_FILE    prints the control sums of its marts as JSON

Belongs here: what is compared. The published tables are compared row by row (content hashes), the
marts behind them by rows and exact sums, because the script keeps only the columns that it needs.
"""

from __future__ import annotations

import json
import sys

import duckdb

from orchestration.publish.content_hash import hash_table, quoted

# The script values no customer, so it cannot publish seg_customer_value.
PUBLISHED_BY_BOTH = ("seg_customer", "seg_summary")
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


def content_hashes(
    connection: duckdb.DuckDBPyConnection, tables: tuple[str, ...]
) -> dict[str, str]:
    """Content hashes of tables of the main schema, as publication computes them."""
    hashes = {}
    for table in tables:
        described = connection.execute(f"describe {quoted(table)}").fetchall()
        columns = [(name, type_) for name, type_, *_ in described]
        hashes[table] = hash_table(connection, quoted(table), columns).content_hash
    return hashes


if __name__ == "__main__":
    with duckdb.connect(sys.argv[1], read_only=True) as warehouse:
        print(json.dumps(control_sums(warehouse, "marts")))
