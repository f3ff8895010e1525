"""Figures as text, colours by meaning, names only from the catalogue."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta

import pytest
from serving import PROJECT_ROOT

from dashboard import figures, palette
from dashboard.published import UnpublishedError, current_publication


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "£0"),
        (1, "£1"),
        (37.5, "£37.50"),
        (-37.5, "−£37.50"),
        (412.4, "£412"),
        (1893, "£1,893"),
        (26790.14, "£26.8k"),
        (999_999, "£1,000k"),
        (1_317_721.5, "£1.32m"),
        (4.25e9, "£4.25bn"),
        (None, "–"),
        (float("nan"), "–"),
    ],
)
def test_money_has_its_currency_and_few_characters(value, text):
    assert figures.money(value, "GBP") == text


def test_other_units():
    assert figures.money(1500, "CHF") == "CHF 1,500"
    assert figures.share(0.3933) == "39.3 %"
    assert figures.points(-4.2) == "−4.2"
    assert figures.count(1148.0) == "1,148"
    assert figures.day(date(2025, 6, 30)) == "30 Jun 2025"
    assert figures.counted(1, "order") == "1 order"
    now = datetime(2025, 7, 1, 12, tzinfo=UTC)
    assert figures.ago(now - timedelta(hours=3), now) == "3 hours ago"
    assert figures.latin("Established value (既成价值)") == "Established value"


def test_every_segment_with_a_meaning_has_a_colour_of_its_own():
    with (PROJECT_ROOT / "dbt_project/seeds/segments.csv").open(newline="") as opened:
        seeded = [row for row in csv.DictReader(opened) if row["segment"] != "*"]
    for scheme, colours in palette.SCHEMES.items():
        declared = [row["segment"] for row in seeded if row["scheme"] == scheme]
        assert sorted(colours) == sorted(declared), scheme
        assert len(set(colours.values())) == len(colours), scheme


def test_what_is_not_known_comes_last_and_pale():
    order = palette.ordered("value_class", ["not_tiered", "low", "high"])
    assert order == ["high", "low", "not_tiered"]
    assert palette.colours("region", ["Wales", "not given"])["not given"] == palette.PALE


def test_only_published_names_get_into_a_query(home):
    publication = current_publication(home / "serving")
    assert publication is not None
    assert publication.quoted("seg_customer", "region") == '"region"'
    for name in ("region; drop table x", 'region"', "no_such_column"):
        with pytest.raises(UnpublishedError, match="seg_customer"):
            publication.quoted("seg_customer", name)


def test_a_query_reads_nothing_but_the_published_file(home):
    publication = current_publication(home / "serving")
    assert publication is not None
    with pytest.raises(Exception, match=r"(?i)permission|disabled|external"):
        publication.ask("select * from read_text('/etc/hostname')")
    with pytest.raises(Exception, match=r"(?i)read-only|read only"):
        publication.ask("create table x as select 1")
