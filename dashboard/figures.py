"""How figures and words are written: units, currencies, dates, names.

Belongs here: text made of one value. Does not belong here: colours (``palette.py``) or meaning
(``definitions.py``).
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime, timedelta
from typing import Any

SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$", "JPY": "¥", "CNY": "CN¥", "INR": "₹"}
UNKNOWN = "–"
STEPS = ((1e9, "bn"), (1e6, "m"), (1e3, "k"))
# Words of the data that mean more than they say.
NAMES = {
    "not_given": "Not given",
    "not_tiered": "No tier",
    "not_typed": "Type unknown",
    "rfm": "RFM",
    "csat": "CSAT",
    "nps": "NPS",
    "sms": "SMS",
    "mbgnbd": "MBG/NBD",
    "bgnbd": "BG/NBD",
    "pareto_nbd": "Pareto/NBD",
    "nbd": "NBD",
    "same_as_last_period": "Same as last period",
}

LOYALTY_NAMES = {
    "none": "No loyalty",
    "price": "For the price",
    "incentive": "For rewards",
    "convenience": "For convenience",
    "monopoly": "No alternative",
    "inertia": "Out of habit",
}


def known(value: Any) -> bool:
    """Whether there is a value at all: not None, not NaN, not a missing value of pandas."""
    return not (value is None or value != value or str(value) in ("<NA>", "NaT"))


def symbol(currency: str | None) -> str:
    """Sign of a currency in front of a number; the code where it has none."""
    return SYMBOLS.get(currency or "", f"{currency} " if currency else "")


def short(value: Any, digits: int = 3) -> str:
    """A number in a few characters: 1,148; 26.8k; 1.32m."""
    if not known(value):
        return UNKNOWN
    number = float(value)
    for size, unit in STEPS:
        if abs(number) >= size * 10 or (abs(number) >= size and size > 1e3):
            return f"{_significant(number / size, digits)}{unit}"
    return f"{number:,.0f}" if abs(number) >= 100 or number == int(number) else f"{number:.3g}"


def money(value: Any, currency: str | None) -> str:
    """An amount in a few characters, with its currency: £26.8k."""
    if not known(value):
        return UNKNOWN
    number = float(value)
    sign = "−" if number < 0 else ""
    text = f"{abs(number):,.2f}" if abs(number) < 100 and number != int(number) else None
    text = text or short(abs(number))
    return f"{sign}{symbol(currency)}{text}"


def exact_money(value: Any, currency: str | None) -> str:
    """An amount to the hundredth: £26,790.14."""
    if not known(value):
        return UNKNOWN
    sign = "−" if float(value) < 0 else ""
    return f"{sign}{symbol(currency)}{abs(float(value)):,.2f}"


def count(value: Any) -> str:
    """A whole number: 1,148."""
    return f"{float(value):,.0f}" if known(value) else UNKNOWN


def counted(value: Any, thing: str) -> str:
    """A number of things: 1 order, 48 orders."""
    return f"{count(value)} {thing}" + ("" if known(value) and float(value) == 1 else "s")


def share(value: Any, digits: int = 1) -> str:
    """A rate of 0 to 1 as per cent: 39.3 %."""
    return f"{float(value) * 100:.{digits}f} %".replace("-", "−") if known(value) else UNKNOWN


def points(value: Any, digits: int = 1) -> str:
    """A score with sign: +12.4."""
    return f"{float(value):+.{digits}f}".replace("-", "−") if known(value) else UNKNOWN


def day(value: Any) -> str:
    """A date: 30 Jun 2025."""
    if not known(value):
        return UNKNOWN
    return f"{value.day} {value:%b %Y}"


def month(value: Any) -> str:
    """A month: Jun 2025."""
    return f"{value:%b %Y}" if known(value) else UNKNOWN


def ago(then: datetime, now: datetime) -> str:
    """Time since, in one unit: 12 minutes ago."""
    passed = max(now - then, timedelta())
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        number = int(passed.total_seconds() // size)
        if number:
            return f"{number} {unit}{'s' if number > 1 else ''} ago"
    return "just now"


def days_between(earlier: date, later: date) -> str:
    """Distance of two days in words: 1 day."""
    number = (later - earlier).days
    return f"{number:,} day{'s' if abs(number) != 1 else ''}"


def first_reason(reason: Any) -> str | None:
    """The first of several reasons, as a sentence."""
    if not known(reason):
        return None
    text = str(reason).split(";")[0].strip()
    return text[:1].upper() + text[1:] + "."


def latin(text: Any) -> str:
    """A name without its form in another script, which not every machine has letters for."""
    return re.sub(r"\s*\([^)]*[^\x00-\x7f][^)]*\)", "", str(text))


def name(word: Any, scheme: str | None = None) -> str:
    """A word of the data as people read it: won_back is Won back; some by their scheme."""
    if not known(word):
        return "Unknown"
    text = str(word)
    if scheme == "loyalty" and text in LOYALTY_NAMES:
        return LOYALTY_NAMES[text]
    return NAMES.get(text) or (text[:1].upper() + text[1:]).replace("_", " ")


def _significant(number: float, digits: int) -> str:
    whole = len(str(int(abs(number)))) if abs(number) >= 1 else 1
    decimals = max(0, digits - whole)
    rounded = round(number, decimals)
    return (
        f"{rounded:,.{decimals}f}" if not math.isclose(rounded, int(rounded)) else f"{rounded:,.0f}"
    )
