"""People: records of customers and guests, joined where they share a verified identifier.

Belongs here: which records are one person. An identifier that more than five records carry says
nothing (a shop's own address, say).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from benchmarks.pandas_way import keys

RECORD = ["source_system", "customer_id"]
IDENTIFIER = ["id_type", "value"]
MOST_RECORDS = 5


def bridge_customer_identity(
    customers: pd.DataFrame,
    identities: pd.DataFrame,
    members: pd.DataFrame,
    orders: pd.DataFrame,
    key: bytes,
) -> pd.DataFrame:
    """Every record with the key of its person, the first known of the records that are linked."""
    records = _records(customers, orders)
    shared = _shared(records, _identifiers(identities, members, orders, key))
    records["component"] = _components(len(records), shared)
    first_known = records.sort_values(["is_guest", "first_seen_at", *RECORD])
    survivors = first_known.drop_duplicates("component").set_index("component")
    person = keys.entity_key(survivors["source_system"], survivors["customer_id"])
    records["method"] = shared.groupby("record")["id_type"].min()
    records["method"] = records["method"].fillna("single")
    records["customer_key"] = records.pop("component").map(person)
    return records


def _records(customers: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Known customers, and whoever ordered without being one."""
    known = customers[[*RECORD, "first_seen_at"]].assign(is_guest=False)
    buyers = (
        orders.assign(is_guest=orders["customer_id"].isna())
        .groupby(["source_system", "record_id", "is_guest"], as_index=False)
        .agg(first_seen_at=("ordered_at", "min"))
        .rename(columns={"record_id": "customer_id"})
    )
    return pd.concat([known, buyers]).drop_duplicates(RECORD, ignore_index=True)


def _identifiers(
    identities: pd.DataFrame, members: pd.DataFrame, orders: pd.DataFrame, key: bytes
) -> pd.DataFrame:
    """Record, kind and keyed hash of every identifier that is verified or was used to order."""
    verified = identities[identities["verified"].fillna(False)]
    types = verified["id_type"].astype("str").str.lower()
    given = {
        kind: verified.loc[types == kind, RECORD].assign(value=verified["id_value"])
        for kind in ("email", "phone", "loyalty_no")
    }
    given["email"]["value"] = keys.email(given["email"]["value"], key)
    given["phone"]["value"] = keys.phone(given["phone"]["value"], key)
    given["loyalty_no"]["value"] = keys.number(given["loyalty_no"]["value"], "loyalty_no", key)
    cards = members[RECORD].assign(value=keys.number(members["member_id"], "loyalty_no", key))
    guests = orders[orders["customer_id"].isna()]
    used = [
        guests[["source_system", "record_id", column]]
        .set_axis([*RECORD, "value"], axis=1)
        .assign(id_type=kind)
        for kind, column in (
            ("email", "guest_mail"), ("phone", "guest_number"), ("loyalty_no", "member")
        )
    ]  # fmt: skip
    found = [frame.assign(id_type=kind) for kind, frame in given.items()]
    found += [cards.assign(id_type="loyalty_no"), *used]
    return pd.concat(found, ignore_index=True).dropna(subset=["value"]).drop_duplicates()


def _shared(records: pd.DataFrame, identifiers: pd.DataFrame) -> pd.DataFrame:
    """Identifiers of two to five records, with the position of each record."""
    positions = records[RECORD].assign(record=np.arange(len(records)))
    found = identifiers.merge(positions, on=RECORD)
    holders = found.groupby(IDENTIFIER)["record"].transform("size")
    return found[holders.between(2, MOST_RECORDS)]


def _components(records: int, shared: pd.DataFrame) -> np.ndarray:
    """For each record the number of the group that identifiers link it to."""
    identifier = shared.groupby(IDENTIFIER).ngroup().to_numpy() + records
    nodes = records + len(shared)
    edges = coo_array((np.ones(len(shared)), (shared["record"], identifier)), shape=(nodes, nodes))
    return connected_components(edges, directed=False)[1][:records]
