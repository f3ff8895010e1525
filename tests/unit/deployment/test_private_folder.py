"""Which folders of a deployment others on the machine can enter."""

import stat
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from dagster import build_init_logger_context

from orchestration.assets.build_report import BuildReport
from orchestration.history.change_log import ChangeLog, stage
from orchestration.history.segment_memory import Declaration, declare
from orchestration.model_zone import model_tables, write_model_table
from orchestration.progress import build_progress_logger
from orchestration.refresh import prepare_dagster_home
from orchestration.settings import Settings
from orchestration.valuation.picture_files import draw_pictures

AS_OF = date(2025, 6, 30)


def a_model(settings: Settings) -> None:
    names = model_tables()["model_parameter"].columns
    rows = pa.table({name: pa.array([], pa.string()) for name in names})
    write_model_table(settings.zones, "model_parameter", AS_OF, rows)


def pictures(settings: Settings) -> None:
    draw_pictures(settings.zones, AS_OF, [])


def a_log_of_changes(settings: Settings) -> None:
    with duckdb.connect() as connection:
        log = ChangeLog("colour", ("house",), {"house": "varchar"})
        stage(connection, log, settings.zones, "SELECT 'a' AS house", AS_OF)


def a_restatement(settings: Settings) -> None:
    with duckdb.connect() as connection:
        row = f"SELECT DATE '{AS_OF}' AS as_of_date, 'a' AS customer_key, 'rfm' AS scheme"
        declare(connection, settings.zones, AS_OF, row, Declaration.of_now("a test", None))


def a_log(settings: Settings) -> None:
    config = {"log_file": str(settings.zones.logs / "run.log")}
    built = build_progress_logger()
    for handler in built.logger_fn(build_init_logger_context(config)).handlers:
        handler.close()


def a_build(settings: Settings) -> None:
    BuildReport(settings, "base_models")


@pytest.mark.parametrize(
    ("zone", "make"),
    [
        ("models", a_model),
        ("models", pictures),
        ("history", a_log_of_changes),
        ("history", a_restatement),
        ("logs", a_log),
        ("logs", a_build),
        ("dagster", prepare_dagster_home),
    ],
)
def test_what_tells_of_single_customers_is_private(tmp_path: Path, monkeypatch, zone, make):
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.setenv("DAGSTER_EVENT_BATCH_SIZE", "1")
    make(Settings(home=tmp_path))
    assert stat.S_IMODE((tmp_path / zone).stat().st_mode) == 0o700


def test_a_home_that_the_ui_makes_can_be_entered_by_who_reads_what_is_served(
    tmp_path: Path, monkeypatch
):
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.setenv("DAGSTER_EVENT_BATCH_SIZE", "1")
    home = tmp_path / "new"
    prepare_dagster_home(Settings(home=home))
    (tmp_path / "any").mkdir()
    assert home.stat().st_mode == (tmp_path / "any").stat().st_mode
