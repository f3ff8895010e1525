"""Twenty people of a village, each with a story of why they come back or do not.

Belongs here: their raw rows. Does not belong here: what is expected of each
(``test_loyalty_stories.py``), and the people of ``tiny_world.py``, whose ids they do not share.

All buy coffee for 10 pounds, on the web unless a store is named. Orders of a person are numbered
from 1; an answer is given on 2 June 2025. The window of a year begins on 1 July 2024.
"""

from typing import Any

Row = dict[str, Any]
VILLAGE = "village"
OFTEN = ("2024-09-10", "2024-11-10", "2025-01-10", "2025-02-10", "2025-03-10", "2025-05-10")
TWICE = ("2024-10-05", "2025-04-05")
LONG_AGO = ("2023-07-01", "2023-09-01", "2023-11-01", "2024-03-01", "2024-06-30")

# Days on which a person bought coffee.
COFFEE: dict[str, tuple[str, ...]] = {
    "inert-ida": OFTEN,
    "coupon-carl": OFTEN,
    "promoter-pru": (),
    "captive-mona": OFTEN,
    "collecting-paul": OFTEN,
    "loyal-tara": (*OFTEN, "2025-06-30"),
    "roaming-vera": TWICE,
    "silent-sid": ("2025-06-11",),
    "unasked-nora": OFTEN,
    "torn-eve": TWICE,
    "unmoved-udo": OFTEN,
    "nearby-conny": OFTEN,
    "fond-lea": ("2024-08-20",),
    "passing-noa": ("2024-12-24",),
    "lapsed-olga": LONG_AGO,
    "free-fred": OFTEN,
    "cross-del": ("2024-12-01",),
    "passive-pam": ("2024-12-02",),
    "new-nele": ("2025-06-01",),
    "both-bea": ("2024-09-10", "2025-01-10", "2025-03-10"),
}
# Answers by question: (kind, scale), then who said what.
SCALES = {
    "ATT_ATTACHED": ("attitude", 1, 7),
    "SWITCH_EFFORT": ("switching", 1, 7),
    "INV_IMPORTANT": ("involvement", 1, 7),
    "VAL_FUNCTIONAL": ("value", 1, 7),
    "VAL_COMPETITOR": ("value", 1, 7),
    "NPS_RECOMMEND": ("nps", 0, 10),
}
ANSWERS: dict[str, dict[str, int]] = {
    "inert-ida": {"ATT_ATTACHED": 3},
    "coupon-carl": {"ATT_ATTACHED": 2},
    "promoter-pru": {"NPS_RECOMMEND": 10},
    "captive-mona": {"ATT_ATTACHED": 1, "SWITCH_EFFORT": 7},
    "collecting-paul": {"ATT_ATTACHED": 3},
    "loyal-tara": {"ATT_ATTACHED": 7, "NPS_RECOMMEND": 10},
    "roaming-vera": {"ATT_ATTACHED": 6},
    "torn-eve": {"ATT_ATTACHED": 3, "VAL_FUNCTIONAL": 5, "VAL_COMPETITOR": 5},
    "unmoved-udo": {"ATT_ATTACHED": 4, "INV_IMPORTANT": 2},
    "nearby-conny": {"ATT_ATTACHED": 3},
    "fond-lea": {"ATT_ATTACHED": 6},
    "passing-noa": {"ATT_ATTACHED": 2},
    "lapsed-olga": {"ATT_ATTACHED": 7},
    "free-fred": {"ATT_ATTACHED": 3, "SWITCH_EFFORT": 1},
    "cross-del": {"NPS_RECOMMEND": 3},
    "passive-pam": {"NPS_RECOMMEND": 8},
    "new-nele": {"ATT_ATTACHED": 7},
    "both-bea": {"ATT_ATTACHED": 7},
}
# Who says how much goes to all sellers in a month with one purchase of ours.
WALLETS = {
    "captive-mona": ("panel", 10),
    "free-fred": ("survey", 10),
    "nearby-conny": ("survey", 40),
    "inert-ida": ("imputed", 10),
    "torn-eve": ("survey", 20),
}
IN_STORES = {  # the numbers of the orders that were placed in this store
    "captive-mona": ("V1", (1, 2, 3, 4, 5, 6)),
    "unasked-nora": ("V2", (1, 2, 3, 4, 5, 6)),
    "nearby-conny": ("V2", (1, 2, 3, 4, 5)),
    "inert-ida": ("V2", (1, 2)),
}
WITH_COUPON = {"coupon-carl": (1, 2, 3, 4, 5), "inert-ida": (6,)}
REDEEMING = {"collecting-paul": (2, 5)}


def _orders() -> list[Row]:
    orders = []
    for person, days in COFFEE.items():
        store, in_store = IN_STORES.get(person, (None, ()))
        for number, day in enumerate(days, start=1):
            placed = {"channel": "store", "store_id": store} if number in in_store else {}
            orders.append(_order(f"{person}-{number}", person, day, **placed))
    orders += [_order(f"both-bea-t{n}", "both-bea", f"2025-0{n}-20") for n in (1, 2, 3)]
    return orders


def _order(order: str, person: str, day: str, **columns: Any) -> Row:
    return {
        "source_system": VILLAGE,
        "order_id": order,
        "customer_id": person,
        "ordered_at": f"{day} 12:00:00",
        "status": "delivered",
        "channel": "web",
        "currency": "GBP",
        **columns,
    }


def _lines() -> list[Row]:
    lines = []
    for person, days in COFFEE.items():
        for number, _ in enumerate(days, start=1):
            coupon = 5 if number in WITH_COUPON.get(person, ()) else 0
            products = ["coffee-A"]
            if person == "roaming-vera":  # three brands at a time, none of them twice
                products = [f"coffee-{brand}" for brand in ("BCD", "EFG")[number - 1]]
            lines += [
                _line(f"{person}-{number}", place, product, coupon)
                for place, product in enumerate(products, start=1)
            ]
    return lines + [_line(f"both-bea-t{n}", 1, "tea", 0) for n in (1, 2, 3)]


def _line(order: str, place: int, product: str, coupon: int) -> Row:
    price = 10 + coupon
    return {"order_id": order, "line_no": place, "product_id": product, "qty": 1, "cost": 4,
            "list_price": price, "unit_price": price, "discount": coupon}  # fmt: skip


def _answers() -> list[Row]:
    return [
        {
            "response_id": f"village-{person}",
            "question_code": question,
            "survey_id": VILLAGE,
            "wave": "2025",
            "customer_id": person,
            "source_system": VILLAGE,
            "kind": SCALES[question][0],
            "score": score,
            "scale_min": SCALES[question][1],
            "scale_max": SCALES[question][2],
            "invited_at": "2025-06-01 09:00:00",
            "answered_at": "2025-06-02 09:00:00",
        }
        for person, answers in ANSWERS.items()
        for question, score in answers.items()
    ]


def _wallets() -> list[Row]:
    return [
        {"customer_id": person, "source_system": VILLAGE, "category_id": "Coffee",
         "period": f"{day[:7]}-01", "total_spend": spend, "total_occasions": spend // 10,
         "method": method, "currency": "GBP"}
        for person, (method, spend) in WALLETS.items()
        for day in COFFEE[person][:2]
    ]  # fmt: skip


def _ledger() -> list[Row]:
    opening = {"entry_id": "village-opening", "member_id": "M-paul", "kind": "opening",
               "points": 500, "at": "2024-07-01 12:00:00", "lot_id": "village"}  # fmt: skip
    return [opening] + [
        {"entry_id": f"village-burn-{number}", "member_id": "M-paul", "kind": "burn",
         "points": -100, "order_id": f"{person}-{number}", "reward_kind": "voucher",
         "at": f"{COFFEE[person][number - 1]} 12:00:00"}
        for person, numbers in REDEEMING.items()
        for number in numbers
    ]  # fmt: skip


ROWS: dict[tuple[str, str], list[Row]] = {
    ("crm", "crm_customers"): [
        {"source_system": VILLAGE, "customer_id": person, "created_at": "2023-06-01",
         "updated_at": "2023-06-01"}
        for person in COFFEE
    ],
    ("crm", "crm_survey_responses"): _answers(),
    ("crm", "crm_category_wallet"): _wallets(),
    ("crm", "loyalty_members"): [
        {"source_system": VILLAGE, "program_id": "card", "member_id": "M-paul",
         "customer_id": "collecting-paul", "enrolled_at": "2024-01-02"},
    ],
    ("crm", "loyalty_ledger"): _ledger(),
    ("sales", "sales_orders"): _orders(),
    ("sales", "sales_order_lines"): _lines(),
    ("sales", "sales_products"): [
        {"product_id": f"coffee-{brand}", "valid_from": "2023-01-01", "name": "Coffee",
         "brand": brand, "category_path": "Pantry > Coffee", "cost": 4, "currency": "GBP"}
        for brand in "ABCDEFG"
    ] + [
        {"product_id": "tea", "valid_from": "2023-01-01", "name": "Tea", "brand": "A",
         "category_path": "Pantry > Tea", "cost": 4, "currency": "GBP"},
    ],
}  # fmt: skip
