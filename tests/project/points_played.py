"""A points ledger played entry by entry, in plain Python: the oracle of the pairing in SQL.

Belongs here: what "first in first out" and "named lots first" mean, one entry at a time. Does not
belong here: running the models (``points_models.py``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

Pair = tuple[str, str]  # debit, lot


@dataclass(frozen=True)
class Entry:
    """A movement of one member; ``lot`` names the lot that it fills or draws on."""

    entry_id: str
    at: int
    kind: str
    points: Decimal
    lot: str | None = None


@dataclass
class Played:
    """What each debit took of each lot, and what was not there to take."""

    pairs: dict[Pair, Decimal]
    missing: dict[str, Decimal]
    open: dict[str, Decimal]

    def take(self, debit: str, lots: Iterable[str], wanted: Decimal) -> Decimal:
        """Take ``wanted`` from the lots in turn; returns what they did not have."""
        for lot in lots:
            taken = min(wanted, self.open[lot])
            if taken:
                self.open[lot] -= taken
                self.pairs[debit, lot] = self.pairs.get((debit, lot), Decimal(0)) + taken
                wanted -= taken
        return wanted


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda e: (e.at, e.points < 0, e.entry_id))


def once_through(entries: Iterable[Entry]) -> Played:
    """One pass: a debit takes from its lot, else from the oldest open ones; expiries never move."""
    played = Played({}, {}, {})
    names: dict[str, list[str]] = {}
    for entry in in_order(entries):
        if entry.points > 0:
            played.open[entry.entry_id] = entry.points
            names.setdefault(entry.lot or entry.entry_id, []).append(entry.entry_id)
            continue
        wanted = -entry.points
        if entry.lot is not None:
            wanted = played.take(entry.entry_id, names.get(entry.lot, ()), wanted)
        if entry.lot is None or entry.kind != "expire":
            wanted = played.take(entry.entry_id, [*played.open], wanted)
        if wanted:
            played.missing[entry.entry_id] = wanted
    return played


def named_first(entries: Iterable[Entry]) -> Played:
    """Three passes: named debits from their lots, unnamed ones, what named ones did not get.

    What a lot holds is its points less all that earlier passes took, whenever they took it.
    """
    ordered = in_order(entries)
    played = Played({}, {}, {e.entry_id: e.points for e in ordered if e.points > 0})
    wanted = {e.entry_id: -e.points for e in ordered if e.points < 0}
    passes = (
        lambda e: e.lot is not None,
        lambda e: e.lot is None,
        lambda e: e.lot is not None and e.kind != "expire",
    )
    for number, is_in in enumerate(passes):
        known: list[Entry] = []
        for entry in ordered:
            if entry.points > 0:
                known.append(entry)
            elif is_in(entry):
                lots = [e.entry_id for e in known if number or (e.lot or e.entry_id) == entry.lot]
                left = played.take(entry.entry_id, lots, wanted[entry.entry_id])
                wanted[entry.entry_id] = left
    played.missing = {entry_id: left for entry_id, left in wanted.items() if left}
    return played
