"""Orders, exchange rates, prices, returns, and the net amount of every order line.

Belongs here: from what was sold to what is left of it, in exact amounts of one currency.
"""

from __future__ import annotations

import pandas as pd

from benchmarks.pandas_way import keys
from benchmarks.pandas_way.exact import as_units, converted, divided
from benchmarks.pandas_way.tables import DECIMAL, RATE

CURRENCY = "GBP"
FIRST_DAY = pd.Timestamp("1900-01-01")
LINE = ["order_id", "line_no"]


def orders_of_records(orders: pd.DataFrame, as_of: pd.Timestamp, key: bytes) -> pd.DataFrame:
    """Orders until the end of ``as_of`` with the record that ordered, a guest by what was given."""
    orders = orders[orders["ordered_at"] < as_of + pd.Timedelta(days=1)].copy()
    orders["order_key"] = keys.entity_key(orders["source_system"], orders["order_id"])
    orders["member"] = keys.number(orders.pop("member_id"), "loyalty_no", key)
    orders["guest_mail"] = keys.email(orders.pop("guest_email"), key)
    orders["guest_number"] = keys.phone(orders.pop("guest_phone"), key)
    orders["record_id"] = (
        orders["customer_id"]
        .fillna("guest:member:" + orders["member"])
        .fillna("guest:email:" + orders["guest_mail"])
        .fillna("guest:phone:" + orders["guest_number"])
    )
    orders["purchase_date"] = orders["ordered_at"].dt.normalize()
    was_cancelled = orders.pop("cancelled_at").notna()
    unknown = was_cancelled.map({True: "cancelled", False: "placed"}).astype("str")
    status = orders.pop("status").astype("str").fillna(unknown)
    orders["order_status"] = status.replace({"dispatched": "shipped", "canceled": "cancelled"})
    orders["is_cancelled"] = orders["order_status"].isin(["cancelled", "failed"])
    orders["currency_code"] = orders.pop("currency").astype("str").fillna(CURRENCY)
    return orders


def daily_rates(rates: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The rate of each currency and day: of that day or of the last day before it that has one."""
    known = rates[(rates["currency"] != CURRENCY) & rates["rate"].notna()]
    wide = known.pivot(index="date", columns="currency", values="rate")
    wide = wide.reindex(pd.date_range(known["date"].min(), as_of, name="purchase_date")).ffill()
    return wide.reset_index().melt("purchase_date", var_name="currency_code", value_name="rate")


def with_rate(rows: pd.DataFrame, rates: pd.DataFrame) -> pd.Series:
    """The rate of each row's currency on its purchase date."""
    found = rows[["currency_code", "purchase_date"]].merge(
        rates, on=["currency_code", "purchase_date"], how="left"
    )
    found = found.set_axis(rows.index)["rate"].astype("Int64")
    return found.mask(rows["currency_code"] == CURRENCY, RATE)


def priced_orders(orders: pd.DataFrame, bridge: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Orders with their customer and the exchange rate of their day, in order of time."""
    people = bridge[["source_system", "customer_id", "customer_key"]].rename(
        columns={"customer_id": "record_id"}
    )
    orders = orders.merge(people, on=["source_system", "record_id"], how="left")
    orders["customer_key"] = orders["customer_key"].fillna("unknown")
    orders["rate"] = with_rate(orders, rates)
    return orders.sort_values("purchase_date", kind="stable", ignore_index=True)


def valued_lines(lines: pd.DataFrame) -> pd.DataFrame:
    """Order lines with their amount in the currency of the order."""
    price = lines.pop("unit_price").fillna(lines.pop("list_price"))
    discount = lines.pop("discount").fillna(0)
    lines["has_discount"] = discount > 0
    lines["amount_reason"] = pd.Series(None, index=lines.index, dtype="str")
    lines.loc[price.isna(), "amount_reason"] = "price_missing"
    lines.loc[lines["qty"].isna(), "amount_reason"] = "quantity_missing"
    lines["amount"] = divided(lines["qty"] * price - discount * DECIMAL, DECIMAL).fillna(0)
    lines["quantity"] = lines["qty"].fillna(0)
    return lines


def fct_return(
    returns: pd.DataFrame, orders: pd.DataFrame, lines: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Returned lines with their amount, and why one does not count."""
    wanted = ["order_id", "order_key", "customer_key", "currency_code", "rate", "is_cancelled"]
    sold = lines[[*LINE, "amount", "qty"]].rename(
        columns={"amount": "sold_amount", "qty": "sold_qty"}
    )
    found = (
        returns[returns["returned_at"] < as_of + pd.Timedelta(days=1)]
        .merge(orders[wanted], on="order_id", how="left")
        .merge(sold, on=LINE, how="left", indicator="line")
    )
    found["returned_date"] = found["returned_at"].dt.normalize()
    bought = found.pop("sold_qty").replace(0, pd.NA).astype("float64") / DECIMAL
    share = (found["qty"] * found.pop("sold_amount")).astype("float64") / DECIMAL**2 / bought
    found["local_amount"] = found["amount"].fillna(as_units(share)).fillna(0)
    found["reporting_amount"] = converted(found["local_amount"], found["rate"])
    found["uncounted_reason"] = pd.Series(None, index=found.index, dtype="str")
    found.loc[found.pop("is_cancelled").eq(True), "uncounted_reason"] = "order_cancelled"
    found.loc[found.pop("line") == "left_only", "uncounted_reason"] = "line_unknown"
    found.loc[found["order_key"].isna(), "uncounted_reason"] = "order_unknown"
    return found


def fct_order_net(
    orders: pd.DataFrame,
    lines: pd.DataFrame,
    returned: pd.DataFrame,
    products: pd.DataFrame,
    rates: pd.DataFrame,
) -> pd.DataFrame:
    """One row per order line, or per order without lines: net amount, cost and margin."""
    sold = _sold(orders, lines, returned)
    sold["gross_amount"] = converted(sold["local_gross_amount"], sold["rate"])
    known, priced = converted(sold.pop("cost"), sold["rate"]), _versions(sold, products)
    listed = converted(priced["cost"], with_rate(priced, rates))
    sold["unit_cost"] = known.fillna(listed)
    sold["category"], sold["brand"] = priced["category"], priced["brand"]
    cancelled = sold["is_cancelled"]
    sold["is_valid_line"] = ~cancelled & sold["is_line"]
    sold["cancelled_amount"] = sold["gross_amount"].where(cancelled, 0)
    sold["net_amount"] = sold["gross_amount"] - sold["cancelled_amount"] - sold["returned_amount"]
    sold["local_net_amount"] = (
        sold["local_gross_amount"].mask(cancelled, 0) - sold["local_returned_amount"]
    )
    kept = sold["quantity"] - sold["returned_quantity"]
    cogs = divided(kept * sold["unit_cost"], DECIMAL)
    sold["cogs_amount"] = cogs.where(sold["is_valid_line"], 0)
    sold["margin_amount"] = sold["net_amount"] - sold["cogs_amount"]
    return sold


def _sold(orders: pd.DataFrame, lines: pd.DataFrame, returned: pd.DataFrame) -> pd.DataFrame:
    """Orders with their lines and what came back of each."""
    columns = [
        "order_key", "source_system", "order_id", "customer_key", "ordered_at", "purchase_date",
        "order_status", "is_cancelled", "channel", "store_id", "currency_code", "rate",
    ]  # fmt: skip
    counted = returned[returned["uncounted_reason"].isna()]
    back = (
        counted.assign(qty=counted["qty"].fillna(0))
        .groupby(LINE, as_index=False)
        .agg(
            returned_quantity=("qty", "sum"),
            local_returned_amount=("local_amount", "sum"),
            returned_amount=("reporting_amount", "sum"),
        )
    )
    lines = lines.drop(columns="qty").rename(columns={"amount": "local_gross_amount"})
    lines = lines.assign(is_line=True).merge(back, on=LINE, how="left")
    sold = orders[columns].merge(lines, on="order_id", how="left")
    sold["is_line"] = sold["is_line"].eq(True)
    missing = (
        "line_no", "quantity", "local_gross_amount", "returned_quantity", "local_returned_amount",
        "returned_amount",
    )  # fmt: skip
    sold[[*missing]] = sold[[*missing]].fillna(0)
    sold["line_no"] = sold["line_no"].astype("int64")
    return sold.rename(columns={"currency_code": "local_currency_code"})


def _versions(sold: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """For each line, in order of time, the product as it was on that day; the first from ever."""
    versions = products.sort_values(["product_id", "valid_from"])
    is_first = ~versions["product_id"].duplicated()
    versions["since"] = versions["valid_from"].mask(is_first, FIRST_DAY)
    path = versions["category_path"].astype("str").str.rsplit(">", n=1)
    versions["category"] = path.str[-1].str.strip(" ").astype("category")
    versions["currency_code"] = versions["currency"].astype("str").fillna(CURRENCY)
    return pd.merge_asof(
        sold[["product_id", "purchase_date"]],
        versions[["product_id", "since", "category", "brand", "cost", "currency_code"]]
        .sort_values("since"),
        left_on="purchase_date", right_on="since", by="product_id",
    )  # fmt: skip
