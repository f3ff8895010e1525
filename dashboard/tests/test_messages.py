"""What the page says when something is not there, or changes while it is read."""

from __future__ import annotations

from pathlib import Path

from serving import PageServer
from test_every_view import VIEWS

VALUES = ("established_amount", "potential_amount", "influence_amount", "total_amount",
          "value_at_risk_amount")  # fmt: skip
ADDED = ("seg_value_change", "seg_equity", "seg_cohort", "seg_extract", "seg_customer_timeline",
         "seg_satisfaction", "seg_audience")  # fmt: skip


def test_nothing_published_yet(tmp_path, read):
    with PageServer(tmp_path) as server:
        reader = read(server)
        assert "Nothing has been published yet" in reader.text
        assert "patron run" in reader.text
        assert not reader.exceptions


def test_a_broken_publication_is_told_with_its_remedy(copy, read):
    (copy.folder / "manifest.json").write_text("{")
    with PageServer(copy.home) as server:
        reader = read(server)
        assert "cannot be read" in reader.text
        assert "patron doctor" in reader.text


def test_absent_tables_are_said_and_the_rest_is_shown(copy, read):
    copy.drop(*ADDED)
    with PageServer(copy.home) as server:
        reader = read(server)
        for view in VIEWS:
            reader.go(view)
            assert not reader.exceptions, (view, server.log[-3000:])
        reader.go("Customer value")
        assert "seg_value_change is not in this publication" in reader.text
        assert reader.figure("Total value") != "–"


def test_a_table_of_another_form_is_told_and_other_views_are_shown(copy, read):
    copy.change("alter table seg_lifecycle_flow rename column closing_count to closed_count")
    with PageServer(copy.home) as server:
        reader = read(server)
        reader.go("Lifecycle")
        assert "cannot be shown from this publication" in reader.text
        assert "closing_count" in server.log
        reader.go("Segments")
        assert "cannot be shown" not in reader.text


def test_a_firm_without_costs_surveys_and_consents_sees_why(copy, read):
    nothing = ", ".join(f"{column} = null" for column in VALUES)
    why = "total_reason = 'established: goods: no line has a known cost'"
    copy.change(
        f"update seg_customer set {nothing}, value_tier = 'not_tiered', {why}",
        "update seg_customer set churn_risk_rate = null",
        "update seg_customer_value set potential_amount = null, potential_lo_amount = null, "
        "potential_hi_amount = null, potential_reason = 'no goods with a known cost'",
        "update seg_summary_daily set gross_margin_amount = null, gross_margin_rate = null, "
        "missing_reason = 'margin: no cost of goods sold is known'",
        *(f"delete from {table}" for table in ("seg_audience", "seg_programme_summary",
          "seg_programme_member", "seg_churn_watchlist", "seg_winback_candidates",
          "seg_satisfaction", "seg_value_distribution", "seg_model_backtest", "seg_migration",
          "seg_cohort", "seg_points_liability", "seg_quarantine", "seg_equity")),
    )  # fmt: skip
    with PageServer(copy.home) as server:
        reader = read(server)
        assert "no cost of goods sold is known" in reader.text
        assert "no line has a known cost" in reader.text
        assert reader.figure("Expected in a year") == "–"
        for view in VIEWS:
            reader.go(view)
            assert not reader.exceptions, (view, server.log[-3000:])
        assert reader.faults == []


def test_the_bridge_is_drawn_once_an_opening_is_known(copy, read):
    steps = {"opening": (0, 1000), "alive": (950, 1000), "frequency": (950, 1030),
             "spend": (1030, 1030), "margin": (1010, 1030), "influence": (1010, 1015),
             "merge": (1015, 1015), "definition": (1012, 1015), "closing": (0, 1012)}  # fmt: skip
    copy.change(
        "update seg_value_change set opening_date = date '2025-05-31', amount_reason = null",
        *(
            f"update seg_value_change set from_amount = {low}, to_amount = {high}, "
            f"amount = {low - high if step == 'alive' else high - low} where step = '{step}'"
            for step, (low, high) in steps.items()
        ),
    )
    with PageServer(copy.home) as server:
        reader = read(server)
        reader.go("Customer value")
        assert "Since the closing of 31 May 2025." in reader.text
        assert not reader.exceptions, server.log[-3000:]
        assert reader.faults == []


def test_a_newer_publication_is_offered_and_then_shown(copy, read):
    with PageServer(copy.home) as server:
        reader = read(server)
        copy.publish_again("newer", "2031-01-02")
        reader.tab.get_by_text("A newer publication is served").wait_for()
        assert "As of 2 Jan 2031" not in reader.text
        reader.tab.get_by_role("button", name="Show it").click()
        reader.tab.get_by_text("As of 2 Jan 2031").wait_for()


def test_no_connection_is_kept_open(copy, read):
    """A kept connection would keep the replaced version in sight and on the disk."""
    with PageServer(copy.home) as server:
        reader = read(server)
        reader.go("Customer value")
        open_files = {
            str(link.readlink())
            for link in Path(f"/proc/{server.process.pid}/fd").iterdir()
            if link.is_symlink()
        }
        assert not [name for name in open_files if name.endswith("patron.duckdb")]


def test_the_lineage_is_a_setting(copy, read):
    with PageServer(copy.home, PATRON_DAGSTER_URL="http://127.0.0.1:3000/") as server:
        reader = read(server)
        reader.go("Data quality")
        link = reader.tab.get_by_role("link", name="Lineage, runs and checks in Dagster")
        assert link.get_attribute("href") == "http://127.0.0.1:3000/asset-groups"
