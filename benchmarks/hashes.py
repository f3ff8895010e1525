"""Content hashes of the tables of a DuckDB file, as publication computes them, as JSON.

python -m benchmarks.hashes FILE
"""

from __future__ import annotations

import json
import sys

import duckdb

from orchestration.publish.content_hash import hash_table, quoted


def main() -> None:
    with duckdb.connect(sys.argv[1], read_only=True) as connection:
        columns: dict[str, list[tuple[str, str]]] = {}
        for table, name, type_ in connection.execute(
            "select table_name, column_name, data_type from duckdb_columns() "
            "where not internal order by table_name, column_index"
        ).fetchall():
            columns.setdefault(table, []).append((name, type_))
        hashes = {
            table: hash_table(connection, quoted(table), of).content_hash
            for table, of in columns.items()
        }
    print(json.dumps(hashes))


if __name__ == "__main__":
    main()
