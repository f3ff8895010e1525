"""What Great Expectations (GX) makes anew at every step of a validation, made once.

Belongs here: shortcuts inside GX that change no result. Does not belong here: what is validated
(``great_expectations.py``). GX's version is pinned; where it has changed inside, this raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

Function = Callable[..., Any]
PLAIN = {str, int, bool, type(None)}


class NoRows:
    """What a query for no rows returns."""

    def fetchmany(self, _size: int) -> list[Any]:
        return []


@contextmanager
def repetition_spared() -> Iterator[None]:
    """An expectation is validated as it was built, so what GX derives from it is made once: it as a
    configuration, a configuration as an expectation, its arguments (42,000 looks for 491
    expectations), and the metrics behind a metric. Of each expectation samples of what breaks it
    are asked for, of which none is wanted, of a query all its rows again beside their count. Rows
    that share columns are counted from groups, not joined with them. No relation that is validated
    has a primary key."""
    from great_expectations.core.id_dict import IDDict
    from great_expectations.execution_engine import SqlAlchemyExecutionEngine as Engine
    from great_expectations.expectations.expectation import Expectation
    from great_expectations.expectations.expectation_configuration import (
        ExpectationConfiguration as Configuration,
    )
    from great_expectations.validator.validation_graph import ValidationGraph as Graph
    from sqlalchemy import Inspector

    configuration = Expectation.configuration.fget  # type: ignore[attr-defined]
    with (
        _replaced(Expectation, "configuration", property(_once(configuration))),
        _replaced(Configuration, "to_domain_obj", _once(Configuration.to_domain_obj)),
        _replaced(
            Expectation, "_get_runtime_kwargs", _copied(_once(Expectation._get_runtime_kwargs))
        ),
        _replaced(
            Graph,
            "build_metric_dependency_graph",
            _followed_once(Graph.build_metric_dependency_graph),
        ),
        _replaced(IDDict, "to_id", _plainly_named(IDDict.to_id)),
        _replaced(Engine, "execute_query", _unless_no_rows(Engine.execute_query)),
        _replaced(Inspector, "get_pk_constraint", lambda *_, **__: {}),
        _computed_by("unexpected_rows_query.table", lambda **_: []),
        _computed_by("column_values.unique.unexpected_count", _rows_in_groups),
        _computed_by("compound_columns.unique.unexpected_count", _rows_in_groups),
    ):
        yield


def _once(make: Function) -> Function:
    """``make`` of an object, asked once for it and for equal further arguments."""
    made: dict[Any, tuple[Any, Any]] = {}  # with the object, so that its id stays its

    def asked(of: Any, *rest: Any, **named: Any) -> Any:
        key = (id(of), str(rest), str(named))
        if key not in made:
            made[key] = of, make(of, *rest, **named)
        return made[key][1]

    return asked


def _copied(arguments: Function) -> Function:
    """GX changes what it gets."""

    def copied(*given: Any, **named: Any) -> dict[str, Any]:
        made = arguments(*given, **named)
        return {**made, "result_format": {**made["result_format"]}}

    return copied


def _followed_once(follow: Function) -> Function:
    """GX follows a metric to those that it needs anew for each that needs it."""

    def followed_once(graph: Any, metric_configuration: Any, *rest: Any, **named: Any) -> None:
        followed = vars(graph).setdefault("followed", set())
        if metric_configuration.id not in followed:
            followed.add(metric_configuration.id)
            follow(graph, metric_configuration, *rest, **named)

    return followed_once


def _plainly_named(otherwise: Function) -> Function:
    """Names of metrics come from their arguments: plain ones need neither JSON nor a hash."""

    def to_id(arguments: Any, id_keys: Any = None, id_ignore_keys: Any = None) -> Any:
        of_all = id_keys is None and not (id_ignore_keys or arguments._id_ignore_keys)
        if of_all and len(arguments) > 1 and all(type(v) in PLAIN for v in arguments.values()):
            return repr(sorted(arguments.items()))
        return otherwise(arguments, id_keys, id_ignore_keys)

    return to_id


def _unless_no_rows(execute: Function) -> Function:
    def executed(engine: Any, query: Any) -> Any:
        most = getattr(query, "_limit_clause", None)
        return NoRows() if getattr(most, "value", None) == 0 else execute(engine, query)

    return executed


@contextmanager
def _replaced(owner: object, name: str, value: property | Function) -> Iterator[None]:
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
def _computed_by(metric: str, function: Function) -> Iterator[None]:
    """Let SQL engines compute a metric by another function."""
    from great_expectations.expectations import registry

    providers = registry._registered_metrics[metric]["providers"]
    provider, _function = kept = providers["SqlAlchemyExecutionEngine"]
    providers["SqlAlchemyExecutionEngine"] = provider, function
    try:
        yield
    finally:
        providers["SqlAlchemyExecutionEngine"] = kept
