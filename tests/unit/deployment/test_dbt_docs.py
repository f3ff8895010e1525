"""The page of dbt's documentation: whole, by itself, and without the warehouse."""

import json
import re
from pathlib import Path

import pytest

from orchestration.dbt_docs import write_dbt_docs
from orchestration.settings import Settings


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_dbt_docs(Settings(home=tmp_path_factory.mktemp("home")))


def test_it_asks_no_other_address_for_a_part_of_itself(page: Path) -> None:
    parts = re.findall(
        r"<(?:script|link|img)\b[^>]*?(?:src|href)=[\"']?([^\"' >]+)", page.read_text()
    )
    assert [part for part in parts if part.startswith(("http", "//"))] == []


def test_it_has_tables_with_types_exposures_and_metrics(page: Path) -> None:
    text = page.read_text()
    manifest = text.index(
        '{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest'
    )
    document, _ = json.JSONDecoder().raw_decode(text[manifest:])
    assert document["nodes"]["model.patron.seg_customer"]["description"]
    assert "exposure.patron.dashboard_page" in document["exposures"]
    assert "metric.patron.net_sales" in document["metrics"]
    assert "model.patron.kpi_daily" in document["parent_map"]["model.patron.seg_summary_daily"]
    catalog = text.index(
        '{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog'
    )
    types, _ = json.JSONDecoder().raw_decode(text[catalog:])
    columns = types["nodes"]["model.patron.seg_customer"]["columns"]
    assert columns["net_amount"]["type"] == "decimal(18,4)"


def test_it_leaves_nothing_else_behind(page: Path) -> None:
    assert list(page.parent.iterdir()) == [page]
    assert not (page.parent.parent / "warehouse").exists()
