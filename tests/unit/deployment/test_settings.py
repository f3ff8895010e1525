"""Settings: unknown names and values raise, naming the known ones."""

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.settings import PROJECT_ROOT, SettingError, known_sources, load_settings


def test_defaults_describe_the_sample_deployment():
    settings = load_settings({})
    assert settings.home == PROJECT_ROOT / "data"
    assert settings.sources == ("crm", "sales")
    assert (settings.timezone, settings.currency, settings.target) == ("UTC", "GBP", "duckdb")


def test_values_are_read(tmp_path: Path):
    settings = load_settings(
        {"PATRON_HOME": str(tmp_path), "PATRON_SOURCES": " online_retail ", "PATRON_THREADS": "4"}
    )
    assert settings.zones.landing == tmp_path / "landing"
    assert settings.sources == ("online_retail",)
    assert settings.threads == 4


def test_value_settings_are_read():
    defaults = load_settings({})
    assert (defaults.value_scope, defaults.value_period) == ("base", "month")
    assert defaults.assumed_margin_rate is None
    settings = load_settings(
        {
            "PATRON_VALUE_SCOPE": "cohort",
            "PATRON_VALUE_PERIOD": "day",
            "PATRON_ASSUMED_MARGIN_RATE": "0.35",
        }
    )
    assert (settings.value_scope, settings.value_period) == ("cohort", "day")
    assert settings.assumed_margin_rate == Decimal("0.35")


@pytest.mark.parametrize(
    ("value", "rate"), [("", None), ("0", 0), ("1", 1), ("1e-1", Decimal("0.1"))]
)
def test_an_assumed_margin_may_be_nothing_none_or_all(value: str, rate: Decimal | None):
    assert load_settings({"PATRON_ASSUMED_MARGIN_RATE": value}).assumed_margin_rate == rate


@pytest.mark.parametrize(
    ("variable", "value", "in_message"),
    [
        ("PATRON_SOURCES", "crm,slaes", "'slaes'; known: crm, online_retail, sales"),
        ("PATRON_SOURCES", " , ", "known: crm"),
        ("PATRON_SORUCES", "crm", "known: PATRON_HOME"),
        ("PATRON_TIMEZONE", "Europe/Atlantis", "examples: UTC"),
        ("PATRON_CURRENCY", "pounds", "examples: EUR"),
        ("PATRON_START_DATE", "01/02/2020", "YYYY-MM-DD"),
        ("PATRON_TARGET", "spark", "known: duckdb"),
        ("PATRON_THREADS", "0", "positive"),
        ("PATRON_MEMORY_LIMIT", "lots", "write 4GB or 512MB"),
        ("PATRON_MEMORY_LIMIT", "4000", "write 4GB or 512MB"),
        ("PATRON_MEMORY_LIMIT", "0GB", "write 4GB or 512MB"),
        ("PATRON_HOME", "s3://bucket/lake", "is a URL"),
        ("PATRON_VALUE_SCOPE", "country", "known: base, region, acquisition_channel, cohort"),
        ("PATRON_VALUE_PERIOD", "quarter", "known: day, week, month"),
        ("PATRON_ASSUMED_MARGIN_RATE", "30 %", "is no number; write 0.35 for 35 %"),
        ("PATRON_ASSUMED_MARGIN_RATE", "30", "is not between 0 and 1; write 0.35 for 35 %"),
        ("PATRON_ASSUMED_MARGIN_RATE", "-0.1", "is not between 0 and 1"),
        ("PATRON_ASSUMED_MARGIN_RATE", "nan", "is not between 0 and 1"),
        ("PATRON_ASSUMED_MARGIN_RATE", "0.12345678", "six decimals"),
    ],
)
def test_unknown_values_raise_with_the_remedy(variable: str, value: str, in_message: str):
    with pytest.raises(SettingError, match=variable) as error:
        load_settings({variable: value})
    assert in_message in str(error.value)


@pytest.mark.parametrize("limit", ["4GB", "512 mb", "1.5GiB", "0.5TB", "4G"])
def test_memory_is_written_as_duckdb_reads_it(limit: str):
    assert load_settings({"PATRON_MEMORY_LIMIT": limit}).memory_limit == limit
    with duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{limit}'")


def test_every_active_source_has_contracts():
    assert {"crm", "sales", "online_retail"} <= set(known_sources())
