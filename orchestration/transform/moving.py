"""Compiled SQL that reads some of its tables from another database."""

from __future__ import annotations

import re
from collections.abc import Collection


def moved_sql(sql: str, relations: Collection[str], database: str) -> str:
    """``sql`` with the names of ``relations`` (``schema.table``) put into ``database``."""
    if not relations:
        return sql
    known = frozenset(relations)
    schemas = "|".join(sorted({relation.split(".")[0] for relation in known}))
    pattern = rf'(?P<place>("\w+"\.)?"?\b(?P<schema>{schemas})"?\.)(?="?(?P<table>\w+))'

    def moved(found: re.Match[str]) -> str:
        if f"{found['schema']}.{found['table']}" in known:
            return f'"{database}"."{found["schema"]}".'
        return found["place"]

    return re.sub(pattern, moved, sql)
