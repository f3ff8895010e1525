"""Customers in lists lead to their own view.

Belongs here: the address of one customer's view, and how it is written and read. Does not belong
here: the view (``customer.py``).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import streamlit as st

PARAMETER = "key"
SHOWN = 12  # characters of a key that tell customers apart on the screen


def address(key: Any) -> str:
    """Where the customer is shown."""
    return f"/customer?{PARAMETER}={quote(str(key), safe='')}"


def column() -> Any:
    """A column of such addresses, which shows how the keys begin."""
    return st.column_config.LinkColumn(
        display_text=rf"{PARAMETER}=(.{{1,{SHOWN}}})", width=110, help="Opens the customer's view"
    )


def asked() -> str | None:
    """Key that the address names; any text, for it is only ever a bound value."""
    return st.query_params.get(PARAMETER)
