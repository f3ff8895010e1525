"""Rows that keep, and rows that break, the contracts of the extracts.

Belongs here: what cannot be told from a contract. Does not belong here: published tables, and how a
row is made from a contract (``breaking_tables.py``).
"""

from datetime import datetime
from typing import Any

Row = dict[str, Any]

# Values of the first passing row that do not follow from types, enums and ranges.
PASSING: dict[str, Row] = {
    "crm_customers": {"email": "ann@shop.example"},
    "crm_identities": {"id_type": "email", "id_value": "ann@shop.example"},
    "crm_referrals": {"referrer_id": "ann", "referee_id": "bob"},
    "crm_survey_responses": {"kind": "nps", "score": 9, "scale_min": 0, "scale_max": 10},
    "loyalty_programs": {"rules_json": '{"earn": 1}'},
    "sales_orders": {"guest_email": "ann@shop.example"},
    "sales_products": {"category_path": "Home > Lamps"},
    "online_retail_lines": {"invoice_no": "C536379"},
}

# (table, description of the SQL expectation) -> what to change in the first passing row.
SQL_BREAKERS: dict[tuple[str, str], Row] = {
    ("crm_customers", "At most 5 % of the e-mail addresses lack the form name@domain."): {
        "email": "ann at shop"
    },
    ("crm_identities", "At most 5 % of the e-mail identifiers lack an @."): {"id_value": "ann"},
    ("crm_referrals", "Nobody refers themselves in more than 1 % of the referrals."): {
        "referee_id": "ann"
    },
    ("crm_survey_responses", "At most 1 % of the scores lie outside of their scale."): {
        "score": 11
    },
    ("crm_survey_responses", "NPS is asked on a scale from 0 to 10 (Reichheld 2003)."): {
        "scale_min": 1
    },
    ("loyalty_ledger", "At most 1 % of the earned points expire before they are booked."): {
        "kind": "earn",
        "expires_at": datetime(2025, 5, 31, 12),
    },
    ("loyalty_ledger", "At most 1 % of the movements have the wrong sign for their kind."): {
        "kind": "burn",
        "points": 5,
    },
    ("loyalty_programs", "The rules are valid JSON."): {"rules_json": "{earn one}"},
    (
        "sales_orders",
        "At most 5 % of the guests' e-mail addresses lack the form name@domain.",
    ): {"guest_email": "ann at shop"},
    ("sales_order_lines", "At most 1 % of the discounts exceed the value of their line."): {
        "qty": 1,
        "unit_price": 10,
        "discount": 11,
    },
    ("sales_products", "A category path has no empty element."): {"category_path": "Home > "},
    (
        "online_retail_lines",
        "Invoice numbers are six digits, with C (cancelled) or A (adjusted) before.",
    ): {"invoice_no": "B536379"},
}

# (table, column) -> what else to change when the column is broken, so that it breaks alone.
COMPANIONS: dict[tuple[str, str], Row] = {
    ("crm_survey_responses", "scale_max"): {"kind": "csat", "score": None},
    ("marketing_spend", "impressions"): {"clicks": None},
    ("social_daily", "interactions"): {"shares": None},
}
