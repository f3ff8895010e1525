"""The nine tables that are read: where each lies, its key, its columns by kind, its codes.

Belongs here: what the script's ``ingest.py`` knows of them too. A column that is in ``checked`` is
only read because a value of wrong type refuses its row.
"""

from __future__ import annotations

from dataclasses import dataclass, field

DECIMAL = 10_000  # amounts and quantities have four decimals
RATE = 100_000_000  # exchange rates have eight


@dataclass(frozen=True)
class Table:
    folder: str
    key: tuple[str, ...]
    texts: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    moments: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    integers: tuple[str, ...] = ()
    booleans: tuple[str, ...] = ()
    codes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    not_empty: tuple[str, ...] = ()
    checked: tuple[str, ...] = ()
    unit: int = DECIMAL
    is_newest_only: bool = False  # delivered as the whole state each time

    @property
    def required(self) -> tuple[str, ...]:
        return (*self.key, *self.not_empty)

    @property
    def typed(self) -> tuple[str, ...]:
        return (*self.moments, *self.numbers, *self.integers, *self.booleans)

    @property
    def read(self) -> tuple[str, ...]:
        return (*self.texts, *self.categories, *self.typed, *self.codes)

    @property
    def used(self) -> tuple[str, ...]:
        return tuple(name for name in self.read if name not in self.checked)


TABLES = {
    "customers": Table(
        "crm/crm_customers", ("source_system", "customer_id"),
        texts=("source_system", "customer_id", "email", "phone", "full_name"),
        categories=(
            "region", "city", "occupation", "income_band", "education", "acquisition_channel",
            "acquisition_campaign_id", "sales_rep_id",
        ),
        moments=("created_at", "updated_at", "deleted_at", "birth_date"),
        booleans=("is_test",),
        codes={"gender": ("female", "male", "other")},
    ),
    "identities": Table(
        "crm/crm_identities", ("source_system", "customer_id", "id_type", "id_value"),
        texts=("source_system", "customer_id", "id_value"),
        moments=("first_seen_at", "last_seen_at"),
        booleans=("verified",),
        codes={"id_type": ("email", "phone", "loyalty_no", "device", "other")},
        checked=("first_seen_at", "last_seen_at"),
        is_newest_only=True,
    ),
    "members": Table(
        "crm/loyalty_members", ("program_id", "member_id"),
        texts=("program_id", "member_id", "customer_id", "source_system"),
        moments=("enrolled_at", "left_at"), numbers=("fee",),
        not_empty=("customer_id", "enrolled_at"),
        checked=("program_id", "enrolled_at", "left_at", "fee"),
    ),
    "answers": Table(
        "crm/crm_survey_responses", ("response_id", "question_code"),
        texts=("response_id", "customer_id", "source_system"),
        categories=("survey_id", "question_code", "wave", "touchpoint"),
        moments=("invited_at", "answered_at"), numbers=("score", "scale_min", "scale_max"),
        codes={"kind": (
            "nps", "csat", "ces", "attitude", "value", "switching", "involvement",
            "competitor_rank",
        )},
        not_empty=("customer_id",), checked=("invited_at",),
    ),
    "orders": Table(
        "sales/sales_orders", ("source_system", "order_id"),
        texts=(
            "source_system", "order_id", "customer_id", "member_id", "guest_email", "guest_phone",
            "currency",
        ),
        categories=("channel", "store_id"),
        moments=("ordered_at", "cancelled_at", "updated_at"), numbers=("shipping", "tax"),
        codes={"status": (
            "placed", "paid", "shipped", "delivered", "completed", "cancelled", "failed",
            "dispatched", "canceled",
        )},
        not_empty=("ordered_at",), checked=("updated_at", "shipping", "tax"),
    ),
    "lines": Table(
        "sales/sales_order_lines", ("order_id", "line_no"),
        texts=("order_id", "product_id"), categories=("promo_id",), integers=("line_no",),
        numbers=("qty", "list_price", "unit_price", "discount", "cost"),
    ),
    "returns": Table(
        "sales/sales_returns", ("return_line_id",),
        texts=("return_line_id", "order_id"), categories=("reason_code",), integers=("line_no",),
        moments=("returned_at",), numbers=("qty", "amount"), booleans=("restocked",),
        not_empty=("order_id", "line_no", "returned_at"),
    ),
    "products": Table(
        "sales/sales_products", ("product_id", "valid_from"),
        texts=("product_id", "category_path", "currency"), categories=("brand",),
        moments=("valid_from", "launched_at"), numbers=("list_price", "cost"),
        booleans=("is_own_brand",), checked=("list_price", "launched_at", "is_own_brand"),
        is_newest_only=True,
    ),
    "rates": Table(
        "sales/fx_rates", ("date", "currency"),
        texts=("currency",), moments=("date",), numbers=("rate",), unit=RATE,
    ),
}  # fmt: skip
