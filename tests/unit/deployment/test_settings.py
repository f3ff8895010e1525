"""Settings: unknown names and values raise, naming the known ones."""

from pathlib import Path

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
        ("PATRON_HOME", "s3://bucket/lake", "is a URL"),
    ],
)
def test_unknown_values_raise_with_the_remedy(variable: str, value: str, in_message: str):
    with pytest.raises(SettingError, match=variable) as error:
        load_settings({variable: value})
    assert in_message in str(error.value)


def test_every_active_source_has_contracts():
    assert {"crm", "sales", "online_retail"} <= set(known_sources())
