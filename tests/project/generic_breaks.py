"""How the generic tests of dbt are broken: a statement made from the test's own arguments.

Belongs here: generic tests whose arguments say what would be wrong. Does not belong here: singular
tests and ``holds``, which need a statement written by hand (``breaking_*.py``).
"""

from collections.abc import Callable
from typing import Any

# A value of each family of types, and one that no list of accepted values has.
SAMPLES = {
    "VARCHAR": ("'x'", "'no such value'"),
    "DATE": ("date '2001-01-01'", "date '1815-06-18'"),
    "TIMESTAMP": ("timestamp '2001-01-01'", "timestamp '1815-06-18'"),
    "BOOLEAN": ("true", "true"),
}
NUMBER = ("1", "-987654")

Types = dict[str, str]


def statement(test: dict[str, Any], relation: str, types: Types) -> str | None:
    """The statement that breaks a generic test, or None when it takes one written by hand."""
    metadata = test.get("test_metadata")
    if not metadata or metadata["name"] not in BREAKS:
        return None
    return BREAKS[metadata["name"]](metadata["kwargs"], relation, types)


def _sample(types: Types, column: str) -> tuple[str, str]:
    return SAMPLES.get(types[column], NUMBER)


def _not_null(arguments: dict[str, Any], relation: str, types: Types) -> str:
    return f'INSERT INTO {relation} ("{arguments["column_name"]}") VALUES (NULL)'


def _unique(arguments: dict[str, Any], relation: str, types: Types) -> str:
    return _unique_together({"columns": [arguments["column_name"]]}, relation, types)


def _unique_together(arguments: dict[str, Any], relation: str, types: Types) -> str:
    columns = ", ".join(f'"{column}"' for column in arguments["columns"])
    row = ", ".join(_sample(types, column)[0] for column in arguments["columns"])
    return f"INSERT INTO {relation} ({columns}) VALUES ({row}), ({row})"


def _unknown_value(arguments: dict[str, Any], relation: str, types: Types) -> str:
    column = arguments["column_name"]
    return f'INSERT INTO {relation} ("{column}") VALUES ({_sample(types, column)[1]})'


def _value_between(arguments: dict[str, Any], relation: str, types: Types) -> str:
    return (
        f'INSERT INTO {relation} ("{arguments["column_name"]}") VALUES ({arguments["lowest"]} - 1)'
    )


BREAKS: dict[str, Callable[[dict[str, Any], str, Types], str]] = {
    "not_null": _not_null,
    "unique": _unique,
    "is_key": _unique,
    "unique_together": _unique_together,
    "accepted_values": _unknown_value,
    "relationships": _unknown_value,
    "value_between": _value_between,
}
