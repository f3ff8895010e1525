"""A world of a few rows in which every claim of the project has something to hold for.

Belongs here: the people and their orders, as raw rows that can be followed by hand. Does not belong
here: rows of one topic (``tiny_<topic>.py``: a dictionary ``ROWS`` as here, found by itself), what
the marts make of them (``test_tiny_world.py``) and how a claim is broken (``breaking_*.py``).

The people: Ann has a CRM record, a shop account with the same e-mail and a loyalty card she once
showed without logging in. Bob has a shop account and ordered once as a guest with his phone number
in another spelling. Cleo is only ever a guest. Dan's record was deleted. Tess is a tester. One
order is of nobody.
"""

import importlib
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

AS_OF = date(2025, 6, 30)
Row = dict[str, Any]


def raw_rows(source: str, table: str) -> list[Row]:
    """Rows of a raw table with provenance filled in; a table that is not listed has none."""
    rows = [row for part in (ROWS, *_topics()) for row in part.get((source, table), [])]
    return [
        {
            "source_system": source,
            "op": "I",
            "extract_date": AS_OF,
            "extracted_at": datetime(2025, 6, 30, 22),
            "source_file": f"{table}.csv",
            "source_row": number,
            **row,
        }
        for number, row in enumerate(rows, start=1)
    ]


@cache
def _topics() -> tuple[dict[tuple[str, str], list[Row]], ...]:
    """The rows of every ``tiny_<topic>.py``, in the order of their names."""
    names = (path.stem for path in sorted(Path(__file__).parent.glob("tiny_*.py")))
    return tuple(importlib.import_module(name).ROWS for name in names if name != __name__)


def _order(order_id: str, day: str, **columns: Any) -> Row:
    return {
        "source_system": "shop",
        "order_id": order_id,
        "ordered_at": f"{day} 12:00:00",
        "status": "delivered",
        "channel": "web",
        "currency": "GBP",
        **columns,
    }


def _line(order_id: str, line_no: int, qty: float, price: float, **columns: Any) -> Row:
    return {
        "order_id": order_id,
        "line_no": line_no,
        "product_id": "mug",
        "qty": qty,
        "list_price": price,
        "unit_price": price,
        "discount": 0,
        **columns,
    }


def _invoice(
    number: str, sheet: str, code: str, quantity: int, price: float, **columns: Any
) -> Row:
    return {
        "invoice_no": number,
        "sheet": sheet,
        "stock_code": code,
        "description": f"ARTICLE {code}",
        "quantity": quantity,
        "unit_price": price,
        "invoiced_at": "2010-12-05 10:00:00",
        "customer_id": "13085",
        "country": "United Kingdom",
        **columns,
    }


def _nps(response: str, customer: str, score: int) -> Row:
    return {
        "response_id": response,
        "question_code": "recommend",
        "survey_id": "relationship",
        "wave": "2025-Q2",
        "customer_id": customer,
        "source_system": "shop",
        "kind": "nps",
        "score": score,
        "scale_min": 0,
        "scale_max": 10,
        "text": "Fine, says Ann Archer",
        "invited_at": "2025-06-01 09:00:00",
        "answered_at": "2025-06-02 09:00:00",
    }


ROWS: dict[tuple[str, str], list[Row]] = {
    ("crm", "crm_customers"): [
        {"source_system": "crm", "customer_id": "c-ann", "created_at": "2024-01-05",
         "updated_at": "2024-01-05", "full_name": "Ann  Archer", "email": "Ann@Example.com",
         "phone": "020 7946 0001", "gender": "female", "city": "Bath", "birth_date": "1980-03-01"},
        {"source_system": "shop", "customer_id": "s-ann", "created_at": "2024-02-01",
         "updated_at": "2025-01-01", "full_name": "ANN ARCHER", "email": "ann@example.com",
         "city": "York", "acquisition_channel": "search"},
        {"source_system": "shop", "customer_id": "s-bob", "created_at": "2024-03-01",
         "updated_at": "2024-03-01", "full_name": "Bob Baker", "phone": "+44 (0)7700 900001"},
        {"source_system": "crm", "customer_id": "c-dan", "full_name": "Dan Dyer",
         "extract_date": date(2025, 6, 28)},
        {"source_system": "crm", "customer_id": "c-dan", "full_name": "Dan Dyer", "op": "D"},
        {"source_system": "shop", "customer_id": "s-tess", "created_at": "2024-03-01",
         "updated_at": "2024-03-01", "full_name": "Tess Tester", "is_test": True},
    ],
    ("crm", "crm_identities"): [
        {"source_system": "crm", "customer_id": "c-ann", "id_type": "email",
         "id_value": " ANN@example.com", "verified": True},
        {"source_system": "shop", "customer_id": "s-ann", "id_type": "email",
         "id_value": "ann@example.com", "verified": True},
        {"source_system": "shop", "customer_id": "s-bob", "id_type": "phone",
         "id_value": "+44 (0)7700 900001", "verified": True},
        # Not proven: Tess typed Bob's number.
        {"source_system": "shop", "customer_id": "s-tess", "id_type": "phone",
         "id_value": "07700 900001", "verified": False},
    ],
    ("crm", "loyalty_members"): [
        {"source_system": "shop", "program_id": "card", "member_id": "M-1", "customer_id": "s-ann",
         "enrolled_at": "2024-02-01"},
    ],
    ("crm", "crm_survey_responses"): [
        _nps("r1", "s-ann", 10), _nps("r2", "s-bob", 7), _nps("r3", "s-tess", 0),
    ],
    ("sales", "sales_orders"): [
        _order("o1", "2024-02-01", customer_id="s-ann"),
        _order("o2", "2024-05-01", customer_id="s-ann", currency="EUR"),
        _order("o3", "2025-06-30", member_id="M-1", channel="store"),
        _order("o4", "2025-01-10", customer_id="s-bob"),
        _order("o5", "2025-02-10", guest_phone="0044 7700 900001"),
        _order("o6", "2025-03-10", guest_email="cleo@example.com"),
        _order("o7", "2025-03-11", channel="store"),
        _order("o8", "2025-04-01", customer_id="s-bob", status="cancelled"),
        _order("o9", "2025-04-02", customer_id="s-bob"),  # no lines
        _order("o10", "2025-05-01", customer_id="s-tess"),
        _order("o11", "2025-07-02", customer_id="s-ann"),  # after the as-of date
        _order("o12", "2025-05-05", customer_id="s-deleted-before-we-came"),
    ],
    ("sales", "sales_order_lines"): [
        _line("o1", 1, 2, 10, discount=2, cost=4), _line("o1", 2, 1, 5, product_id="bowl"),
        _line("o2", 1, 1, 20, cost=10), _line("o3", 1, 1.5, 8), _line("o4", 1, 1, 30),
        _line("o5", 1, 1, 12), _line("o6", 1, 3, 4), _line("o7", 1, 1, 9), _line("o8", 1, 1, 50),
        _line("o10", 1, 1, 99), _line("o11", 1, 1, 7), _line("o12", 1, 1, 6),
        _line("o-not-delivered", 1, 1, 1),
    ],
    ("sales", "sales_returns"): [
        {"return_line_id": "r1", "order_id": "o1", "line_no": 1, "qty": 1, "amount": 9,
         "returned_at": "2024-03-01"},
        {"return_line_id": "r2", "order_id": "o8", "line_no": 1, "qty": 1, "amount": 50,
         "returned_at": "2025-04-03"},
        {"return_line_id": "r3", "order_id": "o4", "line_no": 1, "qty": 1, "amount": 30,
         "returned_at": "2025-07-03"},  # after the as-of date
        {"return_line_id": "r4", "order_id": "o-not-delivered", "line_no": 1, "qty": 1,
         "amount": 1, "returned_at": "2025-04-03"},
    ],
    ("sales", "sales_products"): [
        {"product_id": "mug", "valid_from": "2024-01-01", "name": "Mug", "brand": "Kiln",
         "category_path": "Home > Kitchen > Mugs", "cost": 3, "currency": "GBP"},
    ],
    ("sales", "fx_rates"): [
        {"date": "2024-01-01", "currency": "EUR", "rate": 0.85},
        {"date": "2024-06-01", "currency": "EUR", "rate": 0.86},
    ],
    ("online_retail", "online_retail_lines"): [
        # One invoice in both sheets, with postage and a line that is there twice.
        _invoice("536365", "Year 2009-2010", "85123A", 6, 2.55),
        _invoice("536365", "Year 2009-2010", "POST", 1, 18),
        _invoice("536365", "Year 2010-2011", "85123A", 6, 2.55),
        _invoice("536365", "Year 2010-2011", "POST", 1, 18),
        _invoice("536366", "Year 2010-2011", "71053", 1, 3.39),
        _invoice("536366", "Year 2010-2011", "71053", 1, 3.39),
        _invoice("C536379", "Year 2010-2011", "71053", -1, 3.39),
        _invoice("C536379", "Year 2010-2011", "D", -1, 1.5),
        _invoice("A563185", "Year 2010-2011", "B", 1, 11.06, customer_id=None),
        _invoice("536400", "Year 2010-2011", "71053", -4, 0, customer_id=None),
    ],
}  # fmt: skip
