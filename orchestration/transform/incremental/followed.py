"""Which raw rows belong to which customer: what is followed, and what is only looked up.

Belongs here: the link of each raw table, and how a change of a price or a rate finds its orders. A
raw table that is neither has to be empty, else everything is made anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from orchestration.contracts import ExtractContract, load_extract_contract
from orchestration.settings import CONTRACTS_ROOT

CUSTOMER, ORDER = "customer_id", "order_id"


@dataclass(frozen=True)
class Followed:
    """A raw table whose rows belong to one source record or one order, by the column ``link``."""

    contract: ExtractContract
    link: str

    @property
    def relation(self) -> str:
        return f"{self.contract.raw_schema}.{self.contract.table}"

    def is_told_by_key(self, link: str) -> bool:
        """Whether all versions of a row are of the same source record or order."""
        columns = {"source_system", CUSTOMER} if link == CUSTOMER else {ORDER}
        return columns <= set(self.contract.key)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns by which a new row touches a record or an order."""
        columns = {column.name for column in self.contract.columns}
        return (CUSTOMER, ORDER) if {CUSTOMER, ORDER} <= columns else (self.link,)


@dataclass(frozen=True)
class LookedUp:
    """Intervals of days with one value, of which orders take what holds on their day.

    ``orders`` selects the ``order_id`` of what stands in a ``changed`` interval.
    """

    relation: str
    key: tuple[str, ...]
    begins: str
    ends: str
    orders: str


@cache
def followed_tables() -> dict[str, Followed]:
    """By dbt's node."""
    links = {
        ("crm", "crm_customers"): CUSTOMER,
        ("crm", "crm_identities"): CUSTOMER,
        ("crm", "loyalty_members"): CUSTOMER,
        ("sales", "sales_orders"): ORDER,
        ("sales", "sales_order_lines"): ORDER,
        ("sales", "sales_returns"): ORDER,
    }
    return {
        f"source.patron.{source}.{table}": Followed(
            load_extract_contract(CONTRACTS_ROOT / "extracts" / source / f"{table}.yaml"), link
        )
        for (source, table), link in links.items()
    }


LOOKED_UP = {
    "model.patron.int_products_unioned": LookedUp(
        "intermediate.int_products_unioned",
        ("delivered_by", "product_id"),
        "applies_from_date",
        "applies_to_date",
        "SELECT lines.order_id FROM marts.fct_order_net AS lines JOIN changed "
        "ON lines.product_id = changed.product_id "
        "AND lines.purchase_date >= changed.begins AND lines.purchase_date < changed.ends",
    ),
    # A rate gives the amounts of an order and, where a product's cost is in it, that of its lines.
    "model.patron.int_fx_rates_filled": LookedUp(
        "intermediate.int_fx_rates_filled",
        ("currency_code",),
        "valid_from_date",
        "valid_to_date",
        "SELECT lines.order_id FROM marts.fct_order_net AS lines JOIN changed "
        "ON lines.purchase_date >= changed.begins AND lines.purchase_date < changed.ends "
        "WHERE lines.local_currency_code = changed.currency_code OR EXISTS ("
        "FROM intermediate.int_products_unioned AS products "
        "WHERE products.currency_code = changed.currency_code)",
    ),
}
