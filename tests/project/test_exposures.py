"""Who reads what is published is written down, and is true.

Belongs here: the exposures of dbt beside the models they name and the page that reads them. Does
not belong here: what the tables promise (``test_published_contracts.py``).
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.settings import DBT_PROJECT_ROOT, PROJECT_ROOT

SEGMENTS = DBT_PROJECT_ROOT / "models" / "segments"
PAGE = PROJECT_ROOT / "dashboard"
TABLE = re.compile(r"\bseg_[a-z_]+\b")
REF = re.compile(r"ref\('(\w+)'\)")


@pytest.fixture(scope="module")
def exposures() -> dict[str, dict[str, Any]]:
    stated = yaml.safe_load((SEGMENTS / "_exposures.yml").read_text())["exposures"]
    return {exposure["name"]: exposure for exposure in stated}


@pytest.fixture(scope="module")
def published() -> set[str]:
    return {path.stem for path in SEGMENTS.glob("*.sql")}


def tables(exposure: dict[str, Any]) -> list[str]:
    found = [REF.fullmatch(stated) for stated in exposure["depends_on"]]
    return [match.group(1) for match in found if match]


def tables_named_in(folder: Path) -> set[str]:
    """Tables that the code of a folder names, its tests left out."""
    return {
        name
        for path in folder.rglob("*.py")
        if "tests" not in path.relative_to(folder).parts
        for name in TABLE.findall(path.read_text())
    }


def test_every_consumer_has_an_owner_and_reads_published_tables_alone(
    exposures: dict[str, dict[str, Any]], published: set[str]
) -> None:
    assert exposures
    for name, exposure in exposures.items():
        assert exposure["owner"]["name"], name
        assert len(tables(exposure)) == len(exposure["depends_on"]), name
        assert set(tables(exposure)) <= published, name


def test_bi_tools_may_read_every_published_table(
    exposures: dict[str, dict[str, Any]], published: set[str]
) -> None:
    assert set(tables(exposures["bi_tools"])) == published


def test_the_page_reads_the_tables_that_are_written_down(
    exposures: dict[str, dict[str, Any]], published: set[str]
) -> None:
    read = tables_named_in(PAGE)
    assert read, "the page names no table"
    assert read - published == set(), "the page names tables that are not published"
    assert set(tables(exposures["dashboard_page"])) == read


def test_a_table_that_the_code_names_is_found(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_page.py").write_text("seg_in_a_test")
    (tmp_path / "view.py").write_text('query("select * from seg_shown")  # not xseg_hidden')
    assert tables_named_in(tmp_path) == {"seg_shown"}
