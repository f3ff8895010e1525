"""The numbers of a seed of rules, as the fields of a dataclass.

Belongs here: finding them by their names, with their types. Does not belong here: which numbers
make sense (the dataclasses), and their values and reasons (the seeds).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any


class SeedRuleError(ValueError):
    """A seed lacks a rule or gives it a value that makes no sense."""


def numbers_of(rules: type, seed: str, values: Mapping[str, float]) -> dict[str, Any]:
    """The values of those fields of ``rules`` that are numbers; other rules may stand among them.

    Raises:
        SeedRuleError: naming those that ``seed`` lacks.
    """
    kinds = {field.name: field.type for field in fields(rules) if field.type in ("int", "float")}
    missing = [name for name in kinds if values.get(name) is None]
    if missing:
        raise SeedRuleError(f"seed {seed} lacks {', '.join(missing)}")
    return {name: (int if kind == "int" else float)(values[name]) for name, kind in kinds.items()}
