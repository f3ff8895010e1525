"""Extract tables of the catalogue: products, promotions, calendar, exchange rates.

Belongs here: what the shop delivers without any customer in it. Does not belong here: how prices
and rates come about (``catalogue.py``).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from orchestration.sample_world import words
from orchestration.sample_world.columns import (
    DAY,
    NEVER,
    Ints,
    constant,
    dates,
    decimals,
    ids,
    instants,
    joined,
    numbers,
    texts,
)
from orchestration.sample_world.columns import (
    words as chosen,
)
from orchestration.sample_world.delivery.tables import Table
from orchestration.sample_world.extracts.sales import promo_ids
from orchestration.sample_world.firm.catalogue import (
    PROMO_LENGTH_DAYS,
    PROMO_RATES,
    Catalogue,
)
from orchestration.sample_world.firm.people import Calendar

TIERS = ("value", "standard", "premium")
SEASONS = ("winter", "spring", "summer", "autumn")
# Public holidays of England and Wales that fall on a fixed day: month, day, name.
HOLIDAYS = ((1, 1, "New Year's Day"), (12, 25, "Christmas Day"), (12, 26, "Boxing Day"))


def products_table(catalogue: Catalogue, calendar: Calendar) -> Table:
    """One row per product and price; a launch is told on its day."""
    product = np.arange(catalogue.count)
    start = np.stack([catalogue.launched_day, *catalogue.change_day])
    start[1:][start[1:] <= catalogue.launched_day] = NEVER  # changed before it was on sale
    is_told = start <= calendar.last_day
    of = np.tile(product, 3)[is_told.ravel()]
    version = np.repeat([0, 1, 2], catalogue.count)[is_told.ravel()]
    day = start.ravel()[is_told.ravel()]
    held = catalogue.version(of, day)  # the price that really holds from that day on
    return Table(
        "sales", "sales_products", "full", "parquet",
        _product_rows(catalogue, of, day, held),
        day=np.where(version == 0, np.maximum(day, 0), day),
    )  # fmt: skip


def _product_rows(catalogue: Catalogue, of: Ints, day: Ints, version: Ints) -> pa.Table:
    leaf = catalogue.leaf[of]
    paths = [" > ".join((a, b, c)) for a, b, group in words.CATEGORY_TREE for c in group]
    leaves = [c for _, _, group in words.CATEGORY_TREE for c in group]
    rung = of % catalogue.per_leaf
    brand = chosen((*words.BRANDS, words.OWN_BRAND), catalogue.brand[of])
    kind = chosen(words.PRODUCT_WORDS, rung % len(words.PRODUCT_WORDS))
    name = joined(brand, " ", kind, " ", pa.array(leaves).take(pa.array(leaf)), " ", texts(rung))
    return pa.table(
        {
            "product_id": ids("P", of + 1, 5),
            "valid_from": dates(day),
            "name": name,
            "category_path": pa.array(paths).take(pa.array(leaf)),
            "brand": brand,
            "is_own_brand": numbers(catalogue.brand[of] == len(words.BRANDS)),
            "price_tier": chosen(TIERS, rung * 3 // catalogue.per_leaf),
            "launched_at": instants(catalogue.launched_day[of] * DAY),
            "list_price": decimals(catalogue.price[version, of] * 100),
            "cost": decimals(catalogue.cost[version, of] * 100),
            "currency": constant("GBP", len(of)),
        }
    )


def promotions_table(catalogue: Catalogue, calendar: Calendar) -> Table:
    promo = np.arange(len(catalogue.promo_start))
    start = catalogue.promo_start
    per_cent = np.rint(PROMO_RATES[promo % 4] * 100).astype(np.int64)
    rows = pa.table(
        {
            "promo_id": promo_ids(promo),
            "kind": joined("percent_off_", texts(per_cent)),
            "start": dates(start),
            "end": dates(start + PROMO_LENGTH_DAYS - 1),
            "issued": numbers(10_000 + 500 * (promo % 7)),
            "funder": chosen(("own", "supplier"), (promo % 3 == 0).astype(np.int64)),
        }
    )
    day = np.minimum(start - 7, calendar.last_day)  # announced a week ahead
    return Table("sales", "sales_promotions", "full", "csv", rows, day=day)


def rates_table(catalogue: Catalogue) -> Table:
    currencies, days = catalogue.rates.shape
    day = np.repeat(catalogue.first_rate_day + np.arange(days), currencies)
    currency = np.tile(np.arange(currencies), days)
    rows = pa.table(
        {
            "date": dates(day),
            "currency": chosen(words.CURRENCIES, currency),
            "rate": decimals(catalogue.rate(currency, day), 8),
        }
    )
    return Table("sales", "fx_rates", "delta", "csv", rows, day=day)


def calendar_table(calendar: Calendar) -> Table:
    """All days of the calendar years that the world touches; fiscal years start in April."""
    first = np.datetime64(int(calendar.first_day), "D").astype("datetime64[Y]")
    last = np.datetime64(int(calendar.last_day), "D").astype("datetime64[Y]") + 1
    day = np.arange(first.astype("datetime64[D]"), last.astype("datetime64[D]"))
    month_index = day.astype("datetime64[M]").astype(np.int64)
    year, month = 1970 + month_index // 12, month_index % 12 + 1
    day_of_month = (day - day.astype("datetime64[M]")).astype(np.int64) + 1
    holiday = np.full(len(day), len(HOLIDAYS))
    for code, (at_month, at_day, _) in enumerate(HOLIDAYS):
        holiday[(month == at_month) & (day_of_month == at_day)] = code
    fiscal_year = np.where(month >= 4, year, year - 1)
    period = pa.compute.utf8_lpad(texts((month - 4) % 12 + 1), 2, "0")
    rows = pa.table(
        {
            "date": dates(day.astype(np.int64)),
            "holiday": chosen((*(name for _, _, name in HOLIDAYS), None), holiday),
            "season": chosen(SEASONS, month % 12 // 3),
            "fiscal": joined(texts(fiscal_year), "-P", period),
        }
    )
    told = np.full(len(day), calendar.first_day)
    return Table("sales", "calendar", "full", "csv", rows, day=told, cadence="on_change")
