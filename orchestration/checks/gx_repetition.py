"""What Great Expectations (GX) makes anew at every step of a validation, made once.

Belongs here: shortcuts inside GX that change no result. Does not belong here: what is validated
(``great_expectations.py``). GX's version is pinned; where it has changed inside, this raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
    samples of what breaks it are asked for, of which none is wanted."""
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
