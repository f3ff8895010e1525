"""The explorer: filters change the figures, and the export is what SQL says."""

from __future__ import annotations

import csv
from decimal import Decimal

from dashboard import figures

COUNTED = "customer_kind <> 'unknown' and not is_test"


def test_filters_change_the_figures(served, read, ask):
    reader = read(served)
    reader.go("Segments")
    everybody = reader.figure("Customers found")
    assert everybody == f"{ask(f'select count(*) from seg_customer where {COUNTED}')[0][0]:,}"
    reader.pick("Stage", "Lapsed")
    lapsed, net = ask(
        f"select count(*), sum(net_amount) from seg_customer where {COUNTED} "
        "and lifecycle_stage = 'lapsed'"
    )[0]
    currency = ask("select max(currency_code) from seg_summary_daily")[0][0]
    assert reader.figure("Customers found") == f"{lapsed:,}" != everybody
    assert reader.figure("Net sales to date") == figures.money(net, currency)
    reader.pick("Tier", "Low")
    low = ask(
        f"select count(*) from seg_customer where {COUNTED} "
        "and lifecycle_stage = 'lapsed' and value_tier = 'low'"
    )[0][0]
    assert reader.figure("Customers found") == f"{low:,}"


def test_the_export_holds_exactly_what_was_filtered(served, read, ask, tmp_path):
    reader = read(served)
    reader.go("Segments")
    reader.pick("Stage", "Mature")
    file = reader.download("Download as CSV", tmp_path)
    with file.open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    expected = ask(
        f"select customer_key, net_amount from seg_customer where {COUNTED} "
        "and lifecycle_stage = 'mature' order by customer_key"
    )
    exported = sorted((row["customer_key"], Decimal(row["net_amount"])) for row in rows)
    assert exported == expected
    as_of = ask("select max(as_of_date) from seg_customer")[0][0]
    assert file.name == f"customers_{as_of}.csv"


def test_another_scheme_shows_its_moves(served, read, ask):
    reader = read(served)
    reader.go("Segments")
    reader.tab.get_by_test_id("stButtonGroup").get_by_text("RFM", exact=True).click()
    reader.settle()
    total, moved = ask(
        "select sum(customer_count), "
        "sum(customer_count) filter (where from_segment <> to_segment) "
        "from seg_migration where scheme = 'rfm' and month_start_date = "
        "(select max(month_start_date) from seg_migration where scheme = 'rfm')"
    )[0]
    assert f"{moved or 0:,} of {total:,} customers" in reader.text
    assert not reader.exceptions
    assert reader.faults == []
