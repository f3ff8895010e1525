"""What may come in new extracts: rows that change who is whom, what an order is and what it costs.

Belongs here: drawing such rows into the extracts of a world; a seed always gives the same. No
extract that has landed is touched. Does not belong here: when extracts land
(``extract_sequences.py``).
"""

import random
from collections.abc import Callable, Mapping
from datetime import timedelta

from extract_sequences import Table
from played_landing import Rows, World

Row = dict[str, str | None]
CUSTOMERS, IDENTITIES = ("crm", "crm_customers"), ("crm", "crm_identities")
MEMBERS, ORDERS = ("crm", "loyalty_members"), ("sales", "sales_orders")
LINES, RETURNS = ("sales", "sales_order_lines"), ("sales", "sales_returns")
PRODUCTS, RATES = ("sales", "sales_products"), ("sales", "fx_rates")
KEYS: Mapping[Table, tuple[str, ...]] = {
    CUSTOMERS: ("source_system", "customer_id"),
    MEMBERS: ("program_id", "member_id"),
    ORDERS: ("source_system", "order_id"),
    LINES: ("order_id", "line_no"),
    RETURNS: ("return_line_id",),
    RATES: ("date", "currency"),
    IDENTITIES: ("source_system", "customer_id", "id_type", "id_value"),
    PRODUCTS: ("product_id", "valid_from"),
}
SNAPSHOTS = (IDENTITIES, PRODUCTS)


class NewRows:
    """The world with what else happens on its days, of the tables in ``KEYS``."""

    def __init__(self, world: World, seed: int) -> None:
        self._lots = random.Random(seed)
        self._days = sorted(world[ORDERS])
        self._world = {table: world[table] for table in KEYS}
        self.times = dict.fromkeys(MUTATIONS, 0)

    def drawn(self) -> World:
        """The extracts of all days."""
        first, *later = self._days
        self._known = {
            table: {_key(table, row): row for row in self._world[table][first]} for table in KEYS
        }
        self._gone: dict[Table, set[tuple[str | None, ...]]] = {table: set() for table in SNAPSHOTS}
        self._added: dict[Table, dict[tuple[str | None, ...], Row]] = {t: {} for t in SNAPSHOTS}
        new = {table: {first: list(self._world[table][first])} for table in KEYS}
        for day in later:
            self._day, self._today = day, {table: {} for table in KEYS}
            for table in KEYS:
                self._put(table, *self._world[table].get(day, ()))
            for name in self._lots.choices([*MUTATIONS], k=self._lots.randint(2, 8)):
                self.times[name] += 1
                MUTATIONS[name](self)
            for table in KEYS:
                new[table][day] = self._extract(table)
        return new

    def _extract(self, table: Table) -> Rows:
        if table not in SNAPSHOTS:
            return [*self._today[table].values()]
        rows = {_key(table, row): row for row in self._world[table][self._day]}
        rows |= self._added[table]
        at = {"extracted_at": f"{self._day} 23:59:59"}
        return [{**row, **at} for key, row in rows.items() if key not in self._gone[table]]

    def _put(self, table: Table, *rows: Row) -> None:
        for row in rows:
            self._known[table][_key(table, row)] = row
            self._today[table][_key(table, row)] = row

    def _some(self, table: Table) -> Row:
        """A row that is known, of these days as often as of before."""
        rows = [*self._known[table].values()]
        return dict(self._lots.choice(rows if self._lots.random() < 0.5 else rows[-20:]))

    def _tell(self, table: Table, row: Row, op: str = "U", **changes: str | None) -> None:
        """A version of a row in the extract of the day."""
        told = {"extracted_at": f"{self._day} 23:59:59", "op": op, **changes}
        self._put(table, {**row, **told})

    def _at(self, days: int) -> str:
        return f"{self._day + timedelta(days=days)} {self._lots.randrange(10, 24)}:00:00"

    def said_again(self) -> None:
        """Nothing is new in it, and yet its customer and order are touched."""
        for table in self._lots.choices((CUSTOMERS, MEMBERS, ORDERS, LINES, RETURNS), k=3):
            self._tell(table, self._some(table))

    def deleted(self) -> None:
        table = self._lots.choice((CUSTOMERS, MEMBERS, ORDERS, LINES, RETURNS))
        self._tell(table, self._some(table), op="D")

    def customer_corrected(self) -> None:
        tested = self._lots.choice(("true", "false"))
        self._tell(CUSTOMERS, self._some(CUSTOMERS), is_test=tested, updated_at=self._at(0),
                   region=self._lots.choice(("North West", "Wales", None)))  # fmt: skip

    def customer_new(self) -> None:
        number, at = f"N{self._lots.randrange(10**6)}", self._at(self._lots.choice((0, -40)))
        self._tell(CUSTOMERS, self._some(CUSTOMERS), customer_id=number, created_at=at)
        self._tell(ORDERS, self._some(ORDERS), customer_id=number)

    def order_moved(self) -> None:
        """To another customer, also to one that nobody knows."""
        to = self._lots.choice((self._some(CUSTOMERS)["customer_id"], f"X{self._day.day}"))
        self._tell(ORDERS, self._some(ORDERS), customer_id=to)

    def order_of_a_guest(self) -> None:
        """By an address or a card that may be a customer's."""
        left: Row = dict.fromkeys(("customer_id", "guest_email", "guest_phone", "member_id"))
        identity, member = self._some(IDENTITIES), self._some(MEMBERS)
        left |= self._lots.choice((
            {"guest_email": f"guest{self._lots.randrange(4)}@example.net"},
            {"guest_email": self._some(CUSTOMERS)["email"]},
            {f"guest_{identity['id_type']}": identity["id_value"]}
            if identity["id_type"] in ("email", "phone") else {},
            {"member_id": member["member_id"], "guest_email": "guest1@example.net"},
            {},
        ))  # fmt: skip
        self._tell(ORDERS, self._some(ORDERS), **left)

    def order_redated(self) -> None:
        """Into the past, or beyond the as-of date of the next runs."""
        at = self._at(self._lots.choice((-60, -1, 1, 2, 3)))
        self._tell(ORDERS, self._some(ORDERS), ordered_at=at, updated_at=at)

    def order_changed(self) -> None:
        self._tell(ORDERS, self._some(ORDERS), status=self._lots.choice(("cancelled", "completed")),
                   currency=self._lots.choice(("GBP", "EUR", "USD")))  # fmt: skip

    def order_of_two_systems(self) -> None:
        self._tell(ORDERS, self._some(ORDERS), source_system="shop2",
                   customer_id=self._some(CUSTOMERS)["customer_id"])  # fmt: skip

    def order_without_lines(self) -> None:
        number = f"W{self._lots.randrange(6)}"
        self._tell(ORDERS, self._some(ORDERS), order_id=number)

    def lines_before_their_order(self) -> None:
        number = f"W{self._lots.randrange(6)}"
        self._tell(LINES, self._some(LINES), order_id=number, line_no="1")
        self._tell(RETURNS, self._some(RETURNS), order_id=number, line_no="1",
                   return_line_id=f"R{number}")  # fmt: skip

    def line_changed(self) -> None:
        quantity = f"{self._lots.randint(1, 9)}.0000"
        cost = self._lots.choice((None, "3.5000"))
        self._tell(LINES, self._some(LINES), qty=quantity, cost=cost)

    def return_moved(self) -> None:
        line = self._some(LINES)
        self._tell(RETURNS, self._some(RETURNS), order_id=line["order_id"], line_no=line["line_no"])

    def return_new(self) -> None:
        line, number = self._some(LINES), f"R{self._lots.randrange(10**6)}"
        at = self._at(self._lots.choice((-1, 0, 1, 2)))
        self._tell(RETURNS, self._some(RETURNS), order_id=line["order_id"], line_no=line["line_no"],
                   return_line_id=number, returned_at=at)  # fmt: skip

    def member_moved(self) -> None:
        system = self._lots.choice(("sales", "sales", "crm"))
        self._tell(MEMBERS, self._some(MEMBERS), source_system=system,
                   customer_id=self._some(CUSTOMERS)["customer_id"])  # fmt: skip

    def identity_shared(self) -> None:
        """By so many records that it joins them, or that it joins nobody any more."""
        shared = f"shared{self._lots.randrange(3)}@example.net"
        for _ in range(self._lots.randint(1, 5)):
            row = {**self._some(IDENTITIES), "id_type": "email", "id_value": shared}
            row["customer_id"] = self._some(CUSTOMERS)["customer_id"]
            row["verified"] = self._lots.choice(("true", "true", "false"))
            self._add(IDENTITIES, row)

    def identity_of_a_guest(self) -> None:
        row = {**self._some(IDENTITIES), "id_type": "email", "verified": "true"}
        self._add(IDENTITIES, {**row, "id_value": f"guest{self._lots.randrange(4)}@example.net"})

    def identity_gone(self) -> None:
        ours = [*self._added[IDENTITIES].values()]
        rows = self._lots.sample(ours, min(3, len(ours)))
        for row in [*rows, self._some(IDENTITIES)]:
            self._gone[IDENTITIES].add(_key(IDENTITIES, row))

    def identity_refused(self) -> None:
        """What the contract refuses of a snapshot is not in it."""
        self._add(IDENTITIES, {**self._some(IDENTITIES), "verified": "12,50 approx"})

    def price_changed(self) -> None:
        """A new version of a product, of a past or a coming day, or another cost of an old one."""
        sold = [row["product_id"] for row in self._known[LINES].values()]
        versions = [r for r in self._known[PRODUCTS].values() if r["product_id"] in sold[-60:]]
        row = dict(self._lots.choice(versions))
        begins = self._day + timedelta(days=self._lots.choice((-90, -30, 0, 1, 2)))
        row["valid_from"] = self._lots.choice((row["valid_from"], str(begins)))
        row["currency"] = self._lots.choice(("GBP", "GBP", "EUR"))
        self._add(PRODUCTS, {**row, "cost": f"{self._lots.randint(1, 40)}.1000"})

    def price_gone(self) -> None:
        if self._added[PRODUCTS]:
            self._gone[PRODUCTS].add(self._lots.choice([*self._added[PRODUCTS]]))

    def rate_changed(self) -> None:
        currency, rate = self._lots.choice(("EUR", "USD")), f"0.{self._lots.randint(60, 99)}"
        op = self._lots.choice("UUD")
        self._tell(RATES, self._some(RATES), op=op, currency=currency, rate=rate)

    def _add(self, table: Table, row: Row) -> None:
        key = _key(table, row)
        self._gone[table].discard(key)
        self._added[table][key] = self._known[table][key] = row


MUTATIONS: Mapping[str, Callable[[NewRows], None]] = {
    name: function
    for name, function in vars(NewRows).items()
    if not name.startswith("_") and name not in ("drawn",)
}


def _key(table: Table, row: Row) -> tuple[str | None, ...]:
    return tuple(row.get(name, "") for name in KEYS[table])
