"""Nothing is published when a check fails or cannot run; what was served stays."""

import duckdb
import pytest
from refreshing import LAST_DAY, refresh

from orchestration.assets import dbt_models
from orchestration.assets.dbt_process import DbtParseError
from orchestration.checks import great_expectations as gx
from orchestration.checks.publication import served_as_made
from orchestration.publish import candidate as candidate_module
from orchestration.publish.serving_zone import served
from orchestration.settings import Settings
from orchestration.status import last_run

pytestmark = pytest.mark.whole_refresh


def breaking(settings: Settings, before: object) -> str:
    """Refresh, expecting a failure that leaves what is served; returns what was reported."""
    outcome = refresh(settings)
    assert not outcome.success
    assert served(settings.zones.serving) == before
    return "\n".join(outcome.failures)


@pytest.fixture
def before(copy_of_published: Settings) -> object:
    return served(copy_of_published.zones.serving)


def test_an_exception_in_the_adapter_stops_publication(copy_of_published, before, monkeypatch):
    def broken(*arguments: object, **options: object) -> None:
        raise RuntimeError("Great Expectations is not well")

    monkeypatch.setattr(gx, "validate", broken)
    assert "is not well" in breaking(copy_of_published, before)


def test_a_missing_result_is_a_failed_check(copy_of_published, before, monkeypatch):
    monkeypatch.setattr(gx, "validate", lambda *arguments, **options: {})
    monkeypatch.setattr(gx, "build_data_docs", lambda *arguments, **options: None)
    breaking(copy_of_published, before)
    run = last_run(copy_of_published)
    assert run is not None
    assert any("contract_expectations_hold" in line for line in run.failed_checks)


def test_an_expectation_that_fails_on_an_extract_stops_the_run(copy_of_published, before):
    """Rows that pass the loader one by one and break what the contract expects of the table."""
    folder = copy_of_published.zones.landing / "sales" / "fx_rates" / f"extract_date={LAST_DAY}"
    for file in folder.iterdir():
        file.unlink()
    (folder / "fx_rates.csv").write_text("date,currency,rate\n2025-06-30,EUR,-3\n")
    report = breaking(copy_of_published, before)
    run = last_run(copy_of_published)
    assert run is not None
    assert any(
        "fx_rates" in line and "contract_expectations_hold" in line for line in run.failed_checks
    ), report


def test_a_broken_candidate_is_never_served(copy_of_published, before, monkeypatch):
    """The warehouse is right and the copy is wrong: the contract on the candidate notices."""
    real = candidate_module.build_candidate

    def damaged(*arguments: object, **options: object) -> candidate_module.Candidate:
        built = real(*arguments, **options)  # type: ignore[arg-type]
        database = built.folder / "patron.duckdb"
        database.chmod(0o644)
        with duckdb.connect(str(database)) as connection:
            connection.execute("UPDATE seg_customer SET customer_key = NULL WHERE rowid = 0")
        return built

    monkeypatch.setattr("orchestration.assets.publication.build_candidate", damaged)
    breaking(copy_of_published, before)
    run = last_run(copy_of_published)
    assert run is not None
    assert "error  serving/candidate: seg_customer_keeps_its_contract" in run.failed_checks


def test_a_failing_dbt_test_is_named_and_stops_publication(copy_of_published, before):
    """An order in a currency without a rate: no null money, no publication."""
    folder = copy_of_published.zones.landing / "sales" / "fx_rates"
    for file in folder.rglob("*.*"):
        file.unlink()
    for day in folder.iterdir():
        day.rmdir()
    raw = copy_of_published.zones.raw / "sales" / "fx_rates"
    for file in raw.rglob("*.*"):
        file.unlink()
    report = breaking(copy_of_published, before)
    assert "every_order_currency_has_a_rate" in report


def test_a_damaged_served_file_is_noticed(copy_of_published):
    assert served_as_made(copy_of_published).passed
    table = copy_of_published.zones.serving / "current" / "parquet" / "seg_summary.parquet"
    table.chmod(0o644)
    table.write_bytes(table.read_bytes()[:-1])
    damaged = served_as_made(copy_of_published)
    assert not damaged.passed
    assert "seg_summary" in str(damaged.metadata["differences"])


def test_a_project_that_does_not_compile_fails_the_run(copy_of_published, before, monkeypatch):
    def broken(*arguments: object) -> None:
        raise DbtParseError("the dbt project does not parse")

    monkeypatch.setattr(dbt_models, "compiled_project", broken)
    assert "does not parse" in breaking(copy_of_published, before)
