"""Debits paired with lots in SQL, against ledgers that are played entry by entry.

Belongs here: random ledgers, many members in one run of the models. Does not belong here: sums over
months and money (``test_points_by_month.py``).
"""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest
from conftest import Build
from points_models import PointsModels, points_models
from points_played import Entry, Pair, Played, named_first, once_through

MEMBERS = 1_500
START = datetime(2025, 1, 1)
AS_OF = date(2025, 6, 30)
Ledgers = dict[str, list[Entry]]


@pytest.fixture(scope="module")
def models(empty_build: Build, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PointsModels]:
    with points_models(empty_build, tmp_path_factory.mktemp("points")) as found:
        yield found


def drawn(seed: int, naming_share: float, *, overdrawn: bool = True) -> Ledgers:
    """Up to 14 movements a member, several at one instant; debits may ask for what is not there."""
    rng = random.Random(seed)
    ledgers: Ledgers = {}
    for member in range(MEMBERS):
        entries: list[Entry] = []
        at = 0
        for number in range(rng.randint(1, 14)):
            at += rng.choice((0, 1, 1, 2))
            entry_id = f"m{member:04}-{number:02}"
            lots = [e for e in entries if e.points > 0]
            if rng.random() < 0.45 or not lots:
                kind = rng.choice(("earn", "earn", "opening", "adjust"))
                lot = rng.choice((None, f"lot {rng.randint(1, 3)}"))
                points = Decimal(rng.randint(1, 8)) / rng.choice((1, 1, 2))
                entries.append(Entry(entry_id, at, kind, points, lot))
                continue
            kind = rng.choice(("burn", "burn", "expire", "reverse", "adjust"))
            named = rng.choice(lots) if rng.random() < naming_share else None
            points = -Decimal(rng.randint(1, 8))
            name = named and (named.lot or named.entry_id)
            entries.append(Entry(entry_id, at, kind, points, name))
            if not overdrawn and once_through(entries).missing:
                entries.pop()
        ledgers[f"m{member:04}"] = entries
    return ledgers


def paired(models: PointsModels, ledgers: Ledgers) -> dict[str, Played]:
    """What the models make of the ledgers, by member."""
    entries = [(member, entry) for member, found in ledgers.items() for entry in found]
    models.put(
        "staging.stg_crm__loyalty_ledger",
        pa.table(
            {
                "entry_id": [entry.entry_id for _, entry in entries],
                "member_id": [member for member, _ in entries],
                "at": [START + timedelta(days=entry.at) for _, entry in entries],
                "kind": [entry.kind for _, entry in entries],
                "points": [entry.points for _, entry in entries],
                "lot_id": pa.array([entry.lot for _, entry in entries], pa.string()),
            }
        ),
    )
    models.run(AS_OF)
    found = {member: Played({}, {}, {}) for member in ledgers}
    for debit, lot, points in models.rows(
        "select debit_entry_id, lot_entry_id, sum(points)"
        " from intermediate.int_points_debits_paired group by all"
    ):
        found[debit[:5]].pairs[debit, lot] = points
    for lot, points in models.rows("select lot_entry_id, open_points from marts.points_ledger_lot"):
        found[lot[:5]].open[lot] = points
    for member, entry in entries:
        served = sum(p for (debit, _), p in found[member].pairs.items() if debit == entry.entry_id)
        if entry.points < 0 and served < -entry.points:
            found[member].missing[entry.entry_id] = -entry.points - served
    return found


def test_ledgers_that_name_no_lot_come_out_as_played(models: PointsModels) -> None:
    ledgers = drawn(1, naming_share=0)
    found = paired(models, ledgers)
    assert {m: found[m] for m in ledgers} == {m: once_through(ledgers[m]) for m in ledgers}
    assert any(played.missing for played in found.values())


def test_ledgers_that_name_every_lot_come_out_as_played(models: PointsModels) -> None:
    """Where a lot is overdrawn, other debits on their own lots come first."""
    ledgers = drawn(2, naming_share=1)
    found = paired(models, ledgers)
    assert found == {m: named_first(ledgers[m]) for m in ledgers}
    overdrawn = {row[0] for row in models.rows(
        "select member_id from marts.points_balance where elsewhere_points + debt_points > 0"
    )}  # fmt: skip
    sound = ledgers.keys() - overdrawn
    assert len(sound) > MEMBERS / 4 and len(overdrawn) > MEMBERS / 10
    assert {m: found[m] for m in sound} == {m: once_through(ledgers[m]) for m in sound}


def test_ledgers_that_name_some_lots_keep_to_what_is_named(models: PointsModels) -> None:
    """Unless they contradict themselves: then the earlier of two debits of a point has it."""
    ledgers = drawn(3, naming_share=0.5)
    found = paired(models, ledgers)
    regained = {row[0][:5] for row in models.rows(
        "select debit_entry_id from intermediate.int_points_debits_paired"
        " where pairing = 'regained'"
    )}  # fmt: skip
    sound = ledgers.keys() - regained
    assert len(sound) > MEMBERS / 2 and len(regained) > MEMBERS / 50
    assert {m: found[m] for m in sound} == {m: named_first(ledgers[m]) for m in sound}
    for member in ledgers:
        assert_possible(ledgers[member], found[member])


def test_ledgers_that_name_some_lots_mostly_have_the_balance_of_one_pass(
    models: PointsModels,
) -> None:
    """Those that do not take more from a named lot than it ever held."""
    ledgers = drawn(4, naming_share=0.5, overdrawn=False)
    found = paired(models, ledgers)
    played = {m: once_through(ledgers[m]) for m in ledgers}
    agreeing = {m for m in ledgers if sum(found[m].open.values()) == sum(played[m].open.values())}
    assert len(agreeing) > 0.94 * MEMBERS
    assert all(found[m].missing for m in ledgers.keys() - agreeing)


def assert_possible(entries: list[Entry], played: Played) -> None:
    """Each point was given before it was taken, and was taken once."""
    place = {e.entry_id: n for n, e in enumerate(sorted(entries, key=_booked))}
    points = {e.entry_id: abs(e.points) for e in entries}
    taken: dict[str, Decimal] = {}
    for (debit, lot), pair_points in played.pairs.items():
        assert pair_points > 0 and place[lot] < place[debit]
        for side in (debit, lot):
            taken[side] = taken.get(side, Decimal(0)) + pair_points
    assert all(taken[side] <= points[side] for side in taken)
    assert all(left >= 0 for left in played.open.values())


def _booked(entry: Entry) -> tuple[int, bool, str]:
    return entry.at, entry.points < 0, entry.entry_id


def test_a_spent_point_cannot_expire(models: PointsModels) -> None:
    """The burn names no lot, the expiry of the whole lot does: it comes out as booked too high."""
    ledger = [
        Entry("m0000-00", 0, "earn", Decimal(100), "lot 1"),
        Entry("m0000-01", 1, "burn", Decimal(-70)),
        Entry("m0000-02", 2, "earn", Decimal(50), "lot 2"),
        Entry("m0000-03", 3, "expire", Decimal(-100), "lot 1"),
    ]
    found = paired(models, {"m0000": ledger})["m0000"]
    pairs: dict[Pair, Decimal] = {
        ("m0000-01", "m0000-00"): Decimal(70), ("m0000-03", "m0000-00"): Decimal(30),
    }  # fmt: skip
    assert found == Played(pairs, {"m0000-03": Decimal(70)}, {
        "m0000-00": Decimal(0), "m0000-02": Decimal(50),
    })  # fmt: skip
