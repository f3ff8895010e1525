"""What the page shows is what SQL on the published file says."""

from __future__ import annotations

import pytest

from dashboard import figures

NOBODY = "customer_kind = 'unknown' or is_test"


@pytest.fixture
def currency(ask) -> str:
    return str(ask("select max(currency_code) from seg_summary_daily")[0][0])


def test_headlines_of_the_overview(served, read, ask, currency):
    reader = read(served)
    net, active = ask(
        "select net_28_days_amount, active_customer_count from seg_summary_daily "
        "order by calendar_date desc limit 1"
    )[0]
    last = "calendar_date > (select max(calendar_date) from seg_summary_daily) - 28"
    fresh, margin = ask(
        "select sum(new_customer_count), sum(gross_margin_amount) / sum(net_amount) "
        f"from seg_summary_daily where {last}"
    )[0]
    potential = ask(f"select sum(potential_amount) from seg_customer where not ({NOBODY})")[0][0]
    assert reader.figure("Net sales, 28 days") == figures.money(net, currency)
    assert reader.figure("Active customers") == f"{active:,}"
    assert reader.figure("New in 28 days") == f"{fresh:,}"
    assert reader.figure("Margin, 28 days") == f"{float(margin) * 100:.1f} %"
    assert reader.figure("Expected in a year") == figures.money(potential, currency)


def test_values_and_their_parts(served, read, ask, currency):
    reader = read(served)
    reader.go("Customer value")
    shown = {
        "Total value": "total_amount",
        "Established": "established_amount",
        "Potential, 1 year": "potential_amount",
        "Influence, 1 year": "influence_amount",
    }
    for title, column in shown.items():
        value = ask(f"select sum({column}) from seg_customer where not ({NOBODY})")[0][0]
        assert reader.figure(title) == figures.money(value, currency), title


def test_stages_and_loyalty(served, read, ask):
    reader = read(served)
    reader.go("Lifecycle")
    for title, stage in (("Lapsed", "lapsed"), ("Churned", "churned")):
        people = ask(
            f"select count(*) from seg_customer where not ({NOBODY}) and lifecycle_stage = ?",
            stage,
        )[0][0]
        assert reader.figure(title) == f"{people:,}"
    reader.go("Loyalty")
    promoters, detractors, answers = ask(
        "select count(*) filter (where nps_class = 'promoter'), "
        "count(*) filter (where nps_class = 'detractor'), count(nps_class) "
        f"from seg_customer where not ({NOBODY})"
    )[0]
    score = (promoters - detractors) / answers * 100
    assert reader.figure("NPS, current answers") == figures.points(score, 0)


def test_one_customer(served, read, ask, currency):
    reader = read(served)
    reader.go("One customer")
    key, net, total, risk, action = ask(
        "select customer_key, net_amount, total_amount, churn_risk_rate, recommended_action "
        f"from seg_customer where not ({NOBODY}) and churn_risk_rate is not null "
        "order by md5(customer_key) limit 1"
    )[0]
    reader.select("From", "Search by key")
    box = reader.tab.get_by_label("Key, or how it begins")
    box.fill(key)
    box.press("Enter")
    reader.settle()
    assert reader.figure("Net sales to date") == figures.money(net, currency)
    assert reader.figure("Total value") == figures.money(total, currency)
    assert reader.figure("Risk of no purchase, 90 days") == figures.share(risk, 0)
    assert figures.name(action) in reader.text
    assert key in reader.text


def test_a_key_is_a_value_and_never_sql(served, read):
    reader = read(served)
    reader.go("One customer")
    reader.select("From", "Search by key")
    box = reader.tab.get_by_label("Key, or how it begins")
    box.fill("' or 1=1 --")
    box.press("Enter")
    reader.settle()
    assert "No key begins with" in reader.text
    assert not reader.exceptions


def test_data_quality_counts_what_is_published(served, read, ask):
    reader = read(served)
    reader.go("Data quality")
    landed, refused = ask("select sum(rows_landed), sum(rows_quarantined) from seg_extract")[0]
    assert reader.figure("Rows landed") == figures.short(landed)
    assert reader.figure("Refused") == f"{refused / landed * 100:.2f} %"
    met, claims = ask(
        "select count(*) filter (where is_reconciled), count(*) from seg_reconciliation"
    )[0]
    assert reader.figure("Totals that tie") == f"{met} of {claims}"
