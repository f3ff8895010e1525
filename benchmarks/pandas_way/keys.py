"""Keys: keyed hashes of personal values in one spelling, and keys of records.

Belongs here: what identifies somebody or something without saying who.
"""

from __future__ import annotations

import hashlib
import hmac

import pandas as pd


def hashed(values: pd.Series, domain: str, key: bytes) -> pd.Series:
    """HMAC-SHA-256 of each value, once per distinct one."""
    hashes = {
        value: hmac.digest(key, f"{domain}:{value}".encode(), "sha256").hex()
        for value in values.dropna().unique()
    }
    return values.map(hashes).astype("str")


def email(values: pd.Series, key: bytes) -> pd.Series:
    return hashed(_given(values.astype("str").str.strip(" ").str.lower()), "email", key)


def phone(values: pd.Series, key: bytes) -> pd.Series:
    """Digits alone, with the country in front."""
    values = values.astype("str")
    digits = values.str.replace("(0)", "").str.replace(r"[^0-9]", "", regex=True)
    is_short = ~values.str.strip(" ").str.startswith("+", na=False)
    is_abroad = is_short & digits.str.startswith("00", na=False)
    is_home = is_short & digits.str.startswith("0", na=False) & ~is_abroad
    digits = digits.mask(is_abroad, digits.str[2:]).mask(is_home, "44" + digits.str[1:])
    return hashed(_given(digits), "phone", key)


def number(values: pd.Series, kind: str, key: bytes) -> pd.Series:
    return hashed(_given(values.astype("str").str.strip(" ")), f"identifier:{kind}", key)


def entity_key(systems: pd.Series, ids: pd.Series) -> pd.Series:
    keys = [
        hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        for text in systems + "|" + ids
    ]
    return pd.Series(keys, index=ids.index, dtype="str")


def _given(values: pd.Series) -> pd.Series:
    return values.mask(values == "")
