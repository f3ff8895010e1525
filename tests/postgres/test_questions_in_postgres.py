"""The statements of docs/for_analysts.md are valid in PostgreSQL too, on tables as contracted."""

import re

import psycopg
import pytest
from postgres_server import Server

from orchestration.contracts import load_published_contracts
from orchestration.settings import CONTRACTS_ROOT, PROJECT_ROOT

pytestmark = pytest.mark.postgres
STATEMENTS = re.findall(
    r"```sql\n(.*?)```", (PROJECT_ROOT / "docs" / "for_analysts.md").read_text("utf-8"), re.S
)
TYPES = {"double": "double precision"}  # the others have the same name


@pytest.fixture(scope="module")
def tables(server: Server):
    """A connection to empty tables of every contract."""
    dsn = server.new_database("questions")
    with psycopg.connect(dsn, autocommit=True) as connection:
        for contract in load_published_contracts(CONTRACTS_ROOT).values():
            columns = ", ".join(
                f'"{name}" {TYPES.get(kind, kind)}' for name, kind in contract.columns
            )
            connection.execute(f"CREATE TABLE {contract.table} ({columns})")
        yield connection
    server.drop_database("questions")


def test_there_are_ten_statements() -> None:
    assert len(STATEMENTS) == 10


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_statement_is_valid(tables: psycopg.Connection, statement: str) -> None:
    assert tables.execute(statement).fetchall() == []
