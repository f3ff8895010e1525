"""Whom the news touch: their source records and orders, and all that hang together with them.

Belongs here: growing the touched until nothing outside can matter to them. A customer is made of
all its records; a record joins others by an identifier; an order is of its customer; orders of one
number share their lines.
"""

from __future__ import annotations

import duckdb

from orchestration.transform.incremental.news import CannotFollow

UNKNOWN = "unknown"  # the member that stands for no customer: its orders are touched one by one
MOST_TOUCHED = 0.2  # of all records; beyond it, making everything anew is about as cheap
MOST_ROUNDS = 50

# Every holder of an identifier that touched records hold, or held before.
_HOLDERS = """
SELECT DISTINCT identifiers.source_system, identifiers.customer_id, identifiers.id_type,
    identifiers.id_value_hmac, identifiers.max_records
FROM (FROM intermediate.int_identifiers_gathered UNION ALL FROM touched.keys.new_identifiers)
    AS identifiers
SEMI JOIN (
    SELECT id_type, id_value_hmac
    FROM (FROM intermediate.int_identifiers_gathered UNION ALL FROM touched.keys.new_identifiers)
    SEMI JOIN touched.keys.records USING (source_system, customer_id)
) AS held USING (id_type, id_value_hmac)
"""
# An identifier that too many untouched records hold joins nobody, whatever the touched do. A record
# that is in no extract counts for nothing.
_HOLDERS_WHO_MAY_JOIN = f"""
WITH untouched AS (
    SELECT holders.* FROM ({_HOLDERS}) AS holders
    SEMI JOIN marts.bridge_customer_identity USING (source_system, customer_id)
    ANTI JOIN touched.keys.records USING (source_system, customer_id)
)
SELECT DISTINCT source_system, customer_id FROM untouched
QUALIFY count(*) OVER (PARTITION BY id_type, id_value_hmac) <= max_records
"""
_CUSTOMERS = f"""
SELECT customer_key FROM marts.bridge_customer_identity
SEMI JOIN touched.keys.records USING (source_system, customer_id)
UNION
SELECT customer_key FROM intermediate.int_orders_netted
SEMI JOIN touched.keys.orders USING (order_id) WHERE customer_key <> '{UNKNOWN}'
"""
_RECORDS = """
SELECT source_system, customer_id FROM marts.bridge_customer_identity
SEMI JOIN touched.keys.customers USING (customer_key)
"""
_ORDERS = """
SELECT order_id FROM intermediate.int_orders_netted
SEMI JOIN touched.keys.customers USING (customer_key)
"""


def close(connection: duckdb.DuckDBPyConnection) -> None:
    """Grow ``touched.keys`` until it is closed.

    Raises:
        CannotFollow: so many are touched that making everything anew is as cheap.
    """
    [(known,)] = connection.execute(
        "SELECT count(*) FROM marts.bridge_customer_identity"
    ).fetchall()
    for round_ in range(MOST_ROUNDS):
        # All that can still grow grows with the customers.
        if not add(connection, "customers", _CUSTOMERS) and round_ > 0:
            return
        add(connection, "records", _RECORDS)
        add(connection, "records", _HOLDERS_WHO_MAY_JOIN)
        add(connection, "orders", _ORDERS)
        [(touched,)] = connection.execute("SELECT count(*) FROM touched.keys.records").fetchall()
        if touched > max(MOST_TOUCHED * known, 1000):
            raise CannotFollow(f"{touched:,} of {known:,} source records are touched")
    raise CannotFollow(f"the touched still grow after {MOST_ROUNDS} rounds")


def add(connection: duckdb.DuckDBPyConnection, keys: str, query: str) -> int:
    """Add to a table of keys what it does not have; returns how many."""
    [(count,)] = connection.execute(
        f"INSERT INTO touched.keys.{keys} SELECT DISTINCT * FROM ({query}) "
        f"EXCEPT FROM touched.keys.{keys}"
    ).fetchall()
    return int(count)
