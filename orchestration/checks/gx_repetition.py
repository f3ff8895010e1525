"""What Great Expectations (GX) makes anew at every step of a validation, made once.

Belongs here: shortcuts inside GX that change no result. Does not belong here: what is validated
(``great_expectations.py``). GX's version is pinned; where it has changed inside, this raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

PLAIN = {str, int, bool, type(None)}  # JSON says these as they are


class NoRows:
    """What a query for no rows returns."""

    def fetchmany(self, _size: int) -> list[Any]:
        return []


@contextmanager
def repetition_spared() -> Iterator[None]:
    """An expectation is validated as it was built: its configuration is made once, not at each look
    at one of its arguments (42,000 times for 491 expectations). Names of metrics are hashed from
    their arguments: plain ones need not be turned into JSON's types first. Of each expectation
    samples of what breaks it are asked for, of which none is wanted, of a query all its rows again
    beside their count. Rows that share columns are counted from groups, not joined with them."""
    from great_expectations.core import id_dict
    from great_expectations.execution_engine import SqlAlchemyExecutionEngine
    from great_expectations.expectations.expectation import Expectation

    made: dict[int, tuple[Expectation, Any]] = {}  # with the expectation, so that its id stays its
    make = Expectation.configuration.fget  # type: ignore[attr-defined]
    convert = id_dict.convert_to_json_serializable
    execute = SqlAlchemyExecutionEngine.execute_query

    def configuration(expectation: Expectation) -> Any:
        if id(expectation) not in made:
            made[id(expectation)] = expectation, make(expectation)
        return made[id(expectation)][1]

    def converted(data: dict[str, Any]) -> Any:
        return data if all(type(value) in PLAIN for value in data.values()) else convert(data)

    def executed(engine: SqlAlchemyExecutionEngine, query: Any) -> Any:
        most = getattr(query, "_limit_clause", None)
        return NoRows() if getattr(most, "value", None) == 0 else execute(engine, query)

    with (
        _replaced(Expectation, "configuration", property(configuration)),
        _replaced(id_dict, "convert_to_json_serializable", converted),
        _replaced(SqlAlchemyExecutionEngine, "execute_query", executed),
        _computed_by("unexpected_rows_query.table", lambda **_: []),
        _computed_by("column_values.unique.unexpected_count", _rows_in_groups),
        _computed_by("compound_columns.unique.unexpected_count", _rows_in_groups),
    ):
        yield


@contextmanager
def _replaced(owner: object, name: str, value: property | Callable[..., Any]) -> Iterator[None]:
    kept = vars(owner)[name]
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, kept)


def _rows_in_groups(*, execution_engine: Any, metrics: Mapping[str, Any], **_: Any) -> int:
    """How many rows share all columns, none of them null, with another row."""
    import sqlalchemy as sa
    from great_expectations.util import get_sqlalchemy_selectable

    _condition, of_table, of_columns = metrics["unexpected_condition"]
    domain = {**of_table, **of_columns}
    rows: Any = get_sqlalchemy_selectable(execution_engine.get_domain_records(domain_kwargs=domain))
    names = of_columns.get("column_list") or [of_columns["column"]]
    columns: list[Any] = [sa.column(name) for name in names]
    size = sa.func.count().label("size")
    groups = (
        sa.select(size)
        .select_from(rows)
        .where(*(column.is_not(None) for column in columns))
        .group_by(*columns)
        .having(size > 1)
        .subquery()
    )
    total = execution_engine.execute_query(sa.select(sa.func.sum(groups.c.size))).scalar()
    return int(total or 0)


@contextmanager
def _computed_by(metric: str, function: Callable[..., Any]) -> Iterator[None]:
    """Let SQL engines compute a metric by another function."""
    from great_expectations.expectations import registry

    providers = registry._registered_metrics[metric]["providers"]
    provider, _function = kept = providers["SqlAlchemyExecutionEngine"]
    providers["SqlAlchemyExecutionEngine"] = provider, function
    try:
        yield
    finally:
        providers["SqlAlchemyExecutionEngine"] = kept
