"""Every metric of the semantic layer equals plain SQL on the marts, by three grains; `mf` answers.

Belongs here: the comparison, and that it would see a wrong figure. Does not belong here: the plain
SQL (``metrics_by_hand.py``).
"""

import math
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from metrics_by_hand import METRICS, Grain

from orchestration import warehouse
from orchestration.assets.dbt_process import prepared_semantic_manifest
from orchestration.contracts.metric_catalogue import read_carried_metrics
from orchestration.publish.serving_zone import DATABASE_NAME, ServingZone
from orchestration.semantic_layer.definitions import MetricQueryError, metric_definitions
from orchestration.semantic_layer.metrics import Metrics, open_metrics
from orchestration.settings import DBT_PROJECT_ROOT, Settings
from orchestration.transform.build import build
from orchestration.transform.compiled import compiled_project

LEAST_GRAINS = 3
# The world of these tests is 240 days old and published once: no day has a like of the year before,
# no share of the silent is known to return, and nobody has moved yet.
UNKNOWN_HERE = {
    "net_sales_year_before",
    "comparable_net_sales",
    "net_sales_year_growth",
    "winback_expected_gain",
}
ZERO_HERE = {"segment_moves"}

Figures = Mapping[tuple[Any, ...], Any]


def served_file(settings: Settings) -> Path:
    version = ServingZone(settings.zones.serving).current_version()
    assert version is not None
    return version / DATABASE_NAME


@pytest.fixture(scope="module")
def manifest(published: Settings) -> Path:
    return prepared_semantic_manifest(published)


@pytest.fixture(scope="module")
def served(published: Settings, manifest: Path) -> Iterator[Metrics]:
    with open_metrics(manifest, served_file(published)) as metrics:
        yield metrics


@pytest.fixture(scope="module")
def by_hand(published: Settings) -> dict[str, dict[Grain, Figures]]:
    with warehouse.write(published) as connection:  # a table that does not stay after a refresh
        answers = ["model.patron.int_survey_answers_segmented"]
        list(build(connection, published, compiled_project(published), answers))
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{published.zones.warehouse_file}' AS patron (READ_ONLY)")
        connection.execute("USE patron")
        connection.execute("SET TimeZone = 'UTC'")
        return {
            name: {
                grain: figures(connection.execute(sql).fetchall()) for grain, sql in grains.items()
            }
            for name, grains in METRICS.items()
        }


def figures(rows: list[tuple[Any, ...]]) -> Figures:
    """Figure by group; a group without a figure is as good as none."""
    found = {tuple(map(group, row[:-1])): row[-1] for row in rows if row[-1] is not None}
    assert len(found) == sum(row[-1] is not None for row in rows), "a group comes twice"
    return found


def group(value: Any) -> Any:
    """Days as text: a truncated day may come as an instant."""
    return str(value)[:10] if hasattr(value, "year") else value


def differences(answered: Figures, expected: Figures) -> list[str]:
    return [
        f"{key}: {answered.get(key)} instead of {expected.get(key)}"
        for key in {**answered, **expected}
        # Nothing at all and zero are the same where customers are counted in groups.
        if not same(answered.get(key) or 0, expected.get(key) or 0)
    ]


def same(left: Any, right: Any) -> bool:
    if isinstance(left, float) or isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-12, abs_tol=1e-12)
    return Decimal(left) == Decimal(right)


def all_differences(
    metrics: Metrics, by_hand: Mapping[str, Mapping[Grain, Figures]]
) -> dict[str, list[str]]:
    """What differs, by metric; one without a difference is not there."""
    found: dict[str, list[str]] = {}
    for name, grains in by_hand.items():
        for grain, expected in grains.items():
            answered = figures(list(metrics.query([name], grain).rows))
            for difference in differences(answered, expected):
                found.setdefault(name, []).append(f"{'/'.join(grain) or 'total'} {difference}")
    return found


def test_every_metric_equals_the_marts(served: Metrics, by_hand) -> None:
    assert all_differences(served, by_hand) == {}


def test_the_comparison_is_about_figures(by_hand) -> None:
    """No metric is compared with nothing, but for those that this world cannot have."""
    empty = {name for name, grains in by_hand.items() if not any(grains.values())}
    assert empty == UNKNOWN_HERE
    zero = {
        name for name, grains in by_hand.items()
        if name not in empty and not any(any(f.values()) for f in grains.values())
    }  # fmt: skip
    assert zero == ZERO_HERE


def test_no_metric_is_left_out_and_each_has_three_grains(manifest: Path) -> None:
    assert set(METRICS) == set(metric_definitions(manifest))
    assert {
        name: len(grains) for name, grains in METRICS.items() if len(grains) < LEAST_GRAINS
    } == {}
    assert all(() in grains for grains in METRICS.values())


def test_each_metric_says_what_it_is(manifest: Path) -> None:
    """Its number is of the catalogue, and the mart it names carries this number."""
    carried = read_carried_metrics(DBT_PROJECT_ROOT)
    for name, metric in metric_definitions(manifest).items():
        assert metric.label, name
        assert metric.description.endswith("."), name
        assert metric.mart in {home.model for home in carried.homes(metric.number)}, name
        assert metric.tables, name


@contextmanager
def damaged(settings: Settings, folder: Path, table: str) -> Iterator[Path]:
    """What is served, with the rows of one table lost."""
    copy = folder / f"{table}.duckdb"
    shutil.copy(served_file(settings), copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute(f"DELETE FROM {table}")
    yield copy
    copy.unlink()


def test_a_wrong_figure_of_any_metric_is_seen(
    published: Settings, manifest: Path, by_hand, tmp_path: Path
) -> None:
    definitions = metric_definitions(manifest)
    for table in {table for metric in definitions.values() for table in metric.tables}:
        affected = {
            name: by_hand[name] for name, metric in definitions.items() if table in metric.tables
        }
        with damaged(published, tmp_path, table) as copy, open_metrics(manifest, copy) as metrics:
            unseen = set(affected) - set(all_differences(metrics, affected))
        assert unseen <= UNKNOWN_HERE | ZERO_HERE, table


def test_a_ten_thousandth_is_a_difference() -> None:
    assert same(Decimal("1.0001"), Decimal("1.00010"))
    assert not same(Decimal("1.0001"), Decimal("1.0002"))
    assert not same(1.0, 1.0 + 1e-9)
    assert differences({("a",): 1}, {("b",): 1}) != []


@pytest.mark.parametrize(
    ("metrics", "group_by", "told"),
    [
        (["net_sails"], [], "'net_sales'"),
        (["net_sales"], ["customer__region"], "metric_time__day"),
        (["retention_rate"], ["metric_time__day"], "metric_time"),
    ],
)
def test_a_question_that_cannot_be_answered_is_told(served: Metrics, metrics, group_by, told):
    with pytest.raises(MetricQueryError) as error:
        served.query(metrics, group_by)
    assert told in str(error.value)
    assert "\n\n" not in str(error.value)


def test_the_warehouse_may_be_locked_meanwhile(published: Settings, manifest: Path) -> None:
    """Questions read what is served: a refresh that writes the warehouse is in nobody's way."""
    with warehouse.write(published), open_metrics(manifest, served_file(published)) as metrics:
        assert metrics.query(["customers"]).rows[0][0] > 0


def test_the_command_answers(published: Settings) -> None:
    answered = command(
        "patron", published, "metrics", "query", "--metrics", "customers,nps", "--csv"
    )
    columns, row = answered.split()
    assert columns == "customers,nps"
    with duckdb.connect(str(served_file(published)), read_only=True) as connection:
        rows = connection.execute(
            "SELECT count(*) FROM seg_customer WHERE NOT is_test AND customer_kind <> 'unknown'"
        ).fetchall()
    assert row.startswith(f"{rows[0][0]},")


def test_mf_itself_answers_from_the_warehouse(published: Settings, served: Metrics) -> None:
    """The command of MetricFlow, through dbt's own profile; no refresh may run meanwhile."""
    answered = command(
        "mf", published, "query", "--metrics", "orders,customers", "--decimals", "0", "--quiet"
    )
    numbers = [int(word) for word in answered.replace(",", "").split() if word.isdigit()]
    assert numbers == list(served.query(["orders", "customers"]).rows[0])


def command(program: str, settings: Settings, *arguments: str) -> str:
    result = subprocess.run(
        [str(Path(sys.executable).parent / program), *arguments],
        cwd=DBT_PROJECT_ROOT,
        env={
            **{n: v for n, v in os.environ.items() if not n.startswith("PATRON_")},
            **(warehouse.dbt_environment(settings) if program == "mf" else {}),
            "PATRON_HOME": str(settings.home),
            "DBT_PROFILES_DIR": str(DBT_PROJECT_ROOT),
            "DBT_LOG_PATH": str(settings.zones.logs),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout
