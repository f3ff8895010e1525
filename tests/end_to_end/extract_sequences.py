"""Random short sequences: what lands between a few runs, and what is done to what has landed.

Belongs here: drawing a sequence; a seed always gives the same. Does not belong here: files
(``played_landing.py``) and what two deployments make of them (``two_ways.py``).
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

Table = tuple[str, str]
ALWAYS_DAILY = (("crm", "crm_customers"), ("sales", "sales_orders"), ("sales", "sales_order_lines"))


class Kind(StrEnum):
    """What happens to one extract."""

    NEW = "new"  # on its day
    LATE = "late"  # after a run of its day or of a later one
    ABSENT = "absent"  # no file on its day
    EMPTY = "empty"  # only a header, also over an extract that had rows
    CORRECTED = "corrected"  # some rows changed, some gone, in the same file
    SAME_SIZE = "corrected, same size"
    UNSEEN = "corrected, same size and time"
    DELETED = "deleted"  # rows with op D
    REFUSED = "refused rows"  # few enough for the contract
    BLOCKED = "blocked"  # too many refused rows: nothing of it may be loaded
    MENDED = "mended"  # a blocked one, delivered again
    WITHDRAWN = "withdrawn"  # its file is taken out of landing
    EMPTIED = "emptied"  # withdrawn, and nothing older has landed
    AGAIN = "delivered again"  # the same bytes
    RENAMED = "renamed"  # under another name, in another format
    REPEATED = "repeated"  # its rows come again in a later extract


ACCIDENTS = {  # to what has landed, with weights
    Kind.CORRECTED: 4, Kind.SAME_SIZE: 2, Kind.UNSEEN: 2, Kind.DELETED: 3, Kind.REFUSED: 2,
    Kind.BLOCKED: 1, Kind.WITHDRAWN: 3, Kind.EMPTIED: 1, Kind.EMPTY: 2, Kind.AGAIN: 2,
    Kind.RENAMED: 3, Kind.REPEATED: 2,
}  # fmt: skip
NEW_ON_ITS_DAY = {Kind.NEW: 14, Kind.LATE: 3, Kind.EMPTY: 1, Kind.ABSENT: 1}
ON_ITS_DAY = {Kind.NEW: 14, Kind.LATE: 4, Kind.EMPTY: 2, Kind.ABSENT: 2}


FORMS = ("csv", "csv.gz", "jsonl", "jsonl.gz", "parquet")
WITHOUT_ROWS = ("csv", "csv.gz", "parquet")  # no header and no row would be no delivery
PLAIN = ("csv", "jsonl")  # another figure of as many digits leaves the size as it is


@dataclass(frozen=True)
class Event:
    """Something happens to the extract of ``table`` for ``day``; ``lot`` draws the rest of it."""

    kind: Kind
    table: Table
    day: date
    lot: int
    form: str  # of its file from now on


@dataclass(frozen=True)
class Step:
    """What happens before the run of ``as_of``."""

    as_of: date
    events: tuple[Event, ...]
    is_back: bool = False  # an earlier date is run again


@dataclass(frozen=True)
class Stock:
    """What there is to deliver: the rows of each table by day, and which tables tell deletions."""

    rows: Mapping[Table, Mapping[date, int]]
    deltas: frozenset[Table]

    @property
    def days(self) -> list[date]:
        return sorted({day for rows in self.rows.values() for day in rows})


def draw(seed: int, stock: Stock, of_all_tables: bool = False) -> list[Step]:
    """The sequence of a seed; some tables come daily, with ``of_all_tables`` the others once."""
    return _Draw(random.Random(seed), stock, of_all_tables).steps()


@dataclass
class _Draw:
    lots: random.Random
    stock: Stock
    of_all_tables: bool
    landed: dict[tuple[Table, date], str] = field(default_factory=dict)  # form of the file
    empty: set[tuple[Table, date]] = field(default_factory=set)
    late: list[tuple[Table, date]] = field(default_factory=list)
    blocked: list[tuple[Table, date]] = field(default_factory=list)

    def steps(self) -> list[Step]:
        others = self.stock.days[1:]
        days = sorted(self.lots.sample(others, self.lots.randint(2, 5)))
        daily = {*ALWAYS_DAILY, *self.lots.sample(sorted(self.stock.rows), 8)}
        at_first = {*self.stock.rows} if self.of_all_tables else daily
        done: list[Step] = []
        before = None
        for day in days:
            events = [
                *self._overdue(),
                *self._delivered(daily if before else at_first, before, day),
            ]
            if before:
                events += self._accidents()
            done.append(Step(day, tuple(events)))
            before = day
            if len(done) > 1 and self.lots.random() < 0.15:
                done.append(Step(done[-2].as_of, tuple(self._accidents()), is_back=True))
        return done

    def _event(self, kind: Kind, table: Table, day: date) -> Event:
        extract = (table, day)
        form = self.landed.get(extract)
        if kind in (Kind.NEW, Kind.LATE, Kind.MENDED):
            self.empty.discard(extract)
        if kind == Kind.EMPTY:
            self.empty.add(extract)
        if form is None or kind == Kind.RENAMED or kind == Kind.EMPTY:
            form = self.lots.choice(WITHOUT_ROWS if extract in self.empty else FORMS)
        self.landed[extract] = form
        if kind in (Kind.WITHDRAWN, Kind.EMPTIED, Kind.BLOCKED, Kind.ABSENT):
            del self.landed[extract]
        if kind == Kind.BLOCKED:
            self.blocked.append(extract)
        return Event(kind, table, day, self.lots.randrange(2**32), form)

    def _overdue(self) -> list[Event]:
        """What was late or blocked comes, most of it."""
        events = []
        for kind, waiting in ((Kind.LATE, self.late), (Kind.MENDED, self.blocked)):
            for extract in [*waiting]:
                if self.lots.random() < 0.7:
                    waiting.remove(extract)
                    events.append(self._event(kind, *extract))
        return events

    def _delivered(self, tables: set[Table], before: date | None, day: date) -> list[Event]:
        """The extracts since the run before; the first of all holds the whole history."""
        events = []
        first = self.stock.days[0]
        for table in sorted(tables):
            for its in sorted(self.stock.rows[table]):
                if not (before or date.min) < its <= day:
                    continue
                kind = _one_of(self.lots, ON_ITS_DAY) if its > first else Kind.NEW
                if kind == Kind.LATE:
                    self.late.append((table, its))
                    continue
                events.append(self._event(kind, table, its))
        return events

    def _accidents(self) -> list[Event]:
        drawn = (_one_of(self.lots, ACCIDENTS) for _ in range(self.lots.randint(1, 6)))
        return [event for kind in drawn for event in self._accident(kind)]

    def _accident(self, kind: Kind) -> list[Event]:
        fit = [extract for extract in sorted(self.landed) if self._fits(kind, *extract)]
        if not fit:
            return []
        return [self._event(kind, *self.lots.choice(fit))]

    def _fits(self, kind: Kind, table: Table, day: date) -> bool:
        rows = 0 if (table, day) in self.empty else self.stock.rows[table][day]
        is_oldest = day == min((its for of, its in self.landed if of == table), default=day)
        is_oldest &= not any(of == table for of, _ in self.blocked)
        if kind == Kind.DELETED:
            return table in self.stock.deltas and not is_oldest
        if kind == Kind.EMPTIED:
            return is_oldest
        if kind == Kind.WITHDRAWN:
            return not is_oldest
        if kind == Kind.REFUSED:
            return rows > 60
        if kind in (Kind.SAME_SIZE, Kind.UNSEEN):
            return rows > 3 and self.landed[table, day] in PLAIN
        if kind in (Kind.BLOCKED, Kind.CORRECTED):
            return rows > 3
        if kind == Kind.REPEATED:
            return any(of == table and its > day for of, its in self.landed)
        return True


def draw_new(seed: int, stock: Stock) -> list[Step]:
    """Days on which extracts only come: in time, late, empty or not at all. Some days are skipped,
    some run twice, some once more after a later one."""
    lots = random.Random(seed)
    first, *others = stock.days
    days = sorted(lots.sample(others, lots.randint(3, 6)))
    steps: list[Step] = []
    late: list[Event] = []
    for before, day in zip([date.min, *days], days, strict=False):
        events, late = late, []
        for table, its in [(t, its) for t in sorted(stock.rows) for its in sorted(stock.rows[t])]:
            if not before < its <= day:
                continue
            kind = _one_of(lots, NEW_ON_ITS_DAY) if its > first else Kind.NEW
            if kind == Kind.EMPTY and table not in stock.deltas:
                kind = Kind.ABSENT
            has_rows = kind != Kind.EMPTY and stock.rows[table][its] > 0
            form = lots.choice(FORMS if has_rows else WITHOUT_ROWS)
            event = Event(kind, table, its, 1, form)
            if kind == Kind.LATE:
                late.append(event)
            elif kind != Kind.ABSENT:
                events.append(event)
        steps.append(Step(day, tuple(events)))
        if lots.random() < 0.15:
            steps.append(Step(day, tuple(late)))
            late = []
        if len(days) > 1 and day > days[0] and lots.random() < 0.1:
            steps.append(Step(days[0], (), is_back=True))
    return steps


def _one_of(lots: random.Random, weights: Mapping[Kind, int]) -> Kind:
    return lots.choices([*weights], [*weights.values()])[0]
