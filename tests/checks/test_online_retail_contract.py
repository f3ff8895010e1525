"""The contract of the real extract accepts every line of it as it is."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.checks import great_expectations as gx
from orchestration.contracts import load_extract_contract
from orchestration.settings import CONTRACTS_ROOT, PROJECT_ROOT

CONTRACT = load_extract_contract(
    CONTRACTS_ROOT / "extracts" / "online_retail" / "online_retail_lines.yaml"
)
FILE = PROJECT_ROOT.parent / "shared/data/online_retail_ii/online_retail_ii.parquet"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not FILE.exists():
        pytest.skip(f"real data is absent: {FILE}")
    path = tmp_path_factory.mktemp("online_retail") / "raw.duckdb"
    columns = ", ".join(
        f'CAST("{column.source_name}" AS {column.type}) AS {column.name}'
        for column in CONTRACT.columns
        if column.name not in ("source_system", "extracted_at", "op")
    )
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE SCHEMA raw_online_retail")
        connection.execute(
            f"CREATE VIEW raw_online_retail.online_retail_lines AS SELECT {columns} FROM '{FILE}'"
        )
    return path


def test_every_line_has_what_the_contract_requires(database: Path):
    required = [column.name for column in CONTRACT.columns if column.required]
    complete = " AND ".join(f"{name} IS NOT NULL" for name in required)
    with duckdb.connect(str(database), read_only=True) as connection:
        counts = connection.execute(
            f"SELECT count(*), count(*) FILTER (WHERE {complete}) "
            "FROM raw_online_retail.online_retail_lines"
        ).fetchone()
    assert counts == (1_067_370, 1_067_370)


def test_the_expectations_hold_on_the_real_file(database: Path):
    result = gx.validate(database, {"lines": gx.suite_of(CONTRACT)})["lines"]
    assert result.passed, result.failures
    assert len(result.expectations) == len(CONTRACT.expectations)
