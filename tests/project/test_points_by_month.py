"""Points of a 400-day sample world as of each month's end: nothing gets lost, the liability agrees.

Belongs here: ledgers of the sample world, as they are and with what goes wrong at firms. Does not
belong here: how single debits find their lots (``test_points_pairing.py``).
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from conftest import Build
from points_chain_ladder import Months, expected_redemptions
from points_models import LIABILITY, MODELS, PointsModels, points_models
from points_played import Entry, once_through

from orchestration.sample_world.extracts import programme
from orchestration.sample_world.firm.world import draw_world

LAST_DAY = date(2025, 6, 30)
AS_OF_DATES = [
    date(2025, 5, 17),  # in the middle of a month
    *(stamp.date() for stamp in pd.date_range("2024-05-31", LAST_DAY, freq="ME")),
]
COST, LIFETIME = 0.008, 12
# What the contract makes of the source's words.
KINDS = {"redeem": "burn", "expiry": "expire"}


@pytest.fixture(scope="module")
def ledger() -> pd.DataFrame:
    """Earnings, openings, goodwill, redemptions, refunds and expiries of 800 customers' cards."""
    world = draw_world(800, 400, 7, LAST_DAY, lambda line: None)
    drawn = programme.draw_ledger(
        world.seed, world.enrolled, world.orders, world.lines, world.returns, world.calendar,
        world.par,
    )  # fmt: skip
    rows = programme.ledger_table(world.seed, drawn, world.par).rows.to_pandas()
    rows["kind"] = rows["kind"].replace(KINDS)
    assert set(rows["kind"]) == {"opening", "earn", "adjust", "burn", "reverse", "expire"}
    return rows[["entry_id", "member_id", "at", "kind", "points", "lot_id", "expires_at"]]


@pytest.fixture(scope="module")
def models(
    empty_build: Build, ledger: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PointsModels]:
    with points_models(empty_build, tmp_path_factory.mktemp("points")) as found:
        programmes = {"program_id": ["card"], "type": ["points"], "unit_cost": [Decimal("0.008")],
                      "currency": ["GBP"], "expiry_months": [LIFETIME]}  # fmt: skip
        found.put("staging.stg_crm__loyalty_programs", pa.table(programmes))
        members = sorted(set(ledger["member_id"]))
        found.put(
            "staging.stg_crm__loyalty_members",
            pa.table({"program_id": ["card"] * len(members), "member_id": members}),
        )
        rates = {"currency_code": ["GBP"], "valid_from_date": [date(1900, 1, 1)],
                 "valid_to_date": [date(9999, 1, 1)], "fx_rate": [Decimal(1)]}  # fmt: skip
        found.put("intermediate.int_fx_rates_filled", pa.table(rates))
        yield found


def put_ledger(models: PointsModels, ledger: pd.DataFrame) -> None:
    models.put(
        "staging.stg_crm__loyalty_ledger", pa.Table.from_pandas(ledger, preserve_index=False)
    )


def gone_wrong(ledger: pd.DataFrame) -> pd.DataFrame:
    """The same with redemptions that name no lot, refunds of spent points, expiries that are lost,
    booked twice or too high, and corrections downwards."""
    rng = np.random.default_rng(3)
    rows = ledger.copy()
    chance = rng.random(len(rows))
    rows.loc[(rows["kind"] == "burn") & (chance < 0.7), "lot_id"] = None
    refunds = (rows["kind"] == "reverse") & (chance < 0.5)
    rows.loc[refunds, "points"] = rows.loc[refunds, "points"] * 10
    expiries = rows["kind"] == "expire"
    doubled = rows[expiries & (chance > 0.6)].assign(entry_id=lambda r: r["entry_id"] + "-again")
    lower = rows[(rows["kind"] == "earn") & (chance < 0.05)].assign(
        entry_id=lambda r: r["entry_id"] + "-corrected",
        at=lambda r: r["at"] + timedelta(days=9),
        kind="adjust",
        points=lambda r: -r["points"],
    )
    rows = rows[~(expiries & (chance < 0.2))]
    return pd.concat([rows, doubled, lower], ignore_index=True)


def assert_nothing_is_lost(models: PointsModels, ledger: pd.DataFrame, as_of: date) -> None:
    [[broken]] = models.rows(
        "select count(*) from marts.points_ledger_lot where least(open_points, redeemed_points,"
        " expired_points, expired_unbooked_points, reversed_points, adjusted_down_points) < 0"
        " or issued_points <> redeemed_points + expired_points + expired_unbooked_points"
        " + reversed_points + adjusted_down_points + open_points"
    )
    assert broken == 0, as_of
    known = ledger[ledger["at"] < pd.Timestamp(as_of + timedelta(days=1))]
    given = known[known["points"] > 0]
    taken = known[known["points"] < 0].groupby("kind")["points"].sum()
    [[lots, issued, redeemed, expired, reversed_, lowered, held]] = models.rows(
        "select count(*), sum(issued_points), sum(redeemed_points), sum(expired_points),"
        " sum(reversed_points), sum(adjusted_down_points),"
        " sum(open_points + expired_unbooked_points) from marts.points_ledger_lot"
    )
    [[debt, overexpired, balance]] = models.rows(
        "select sum(debt_points), sum(overexpired_points), sum(ledger_balance_points)"
        " from marts.points_balance"
    )
    assert (lots, issued) == (len(given), given["points"].sum()), as_of
    assert issued == redeemed + expired + reversed_ + lowered + held, as_of
    assert expired + overexpired == -taken.get("expire", Decimal(0)), as_of
    spent = -sum(taken.get(kind, Decimal(0)) for kind in ("burn", "reverse", "adjust"))
    assert redeemed + reversed_ + lowered + debt == spent, as_of
    assert balance == known["points"].sum() == held - debt - overexpired, as_of


def played_by_month(ledger: pd.DataFrame, as_of: date) -> tuple[list[pd.Period], Months]:
    """The ledger played entry by entry, its points summed by months of issue and redemption."""
    known = ledger[ledger["at"] < pd.Timestamp(as_of + timedelta(days=1))]
    month = known.set_index("entry_id")["at"].dt.to_period("M")
    kind = known.set_index("entry_id")["kind"]
    calendar = list(pd.period_range(month.min(), pd.Period(as_of, "M")))
    place = {period: number for number, period in enumerate(calendar)}
    size = len(calendar)
    net, left, redeemed = np.zeros(size), np.zeros(size), np.zeros((size, size))
    for _, rows in known.groupby("member_id"):
        played = once_through(
            Entry(row.entry_id, row.at.value, row.kind, row.points, row.lot_id)
            for row in rows.itertuples()
        )
        for lot, open_points in played.open.items():
            left[place[month[lot]]] += float(open_points)
        for row in rows[rows["points"] > 0].itertuples():
            net[place[month[row.entry_id]]] += float(row.points)
        for (debit, lot), points in played.pairs.items():
            if kind[debit] == "burn":
                redeemed[place[month[lot]], place[month[debit]]] += float(points)
            elif kind[debit] != "expire":
                net[place[month[lot]]] -= float(points)
    is_over = (as_of + timedelta(days=1)).day == 1
    return calendar, Months(net, left, redeemed, size if is_over else size - 1)


def test_nothing_is_lost_and_the_liability_agrees_at_each_month_end(
    models: PointsModels, ledger: pd.DataFrame
) -> None:
    put_ledger(models, ledger)
    methods = set()
    for as_of in AS_OF_DATES:
        models.run(as_of, MODELS + LIABILITY)
        assert_nothing_is_lost(models, ledger, as_of)
        calendar, months = played_by_month(ledger, as_of)
        expected = dict(zip(calendar, expected_redemptions(months, LIFETIME), strict=True))
        found = models.rows(
            "select cohort, issue_month_date, estimation_method, expected_points,"
            " liability_amount from marts.points_liability"
        )
        total = sum(expected.values())
        for cohort, issue_month, method, points, liability in found:
            methods.add(method)
            wanted = total if cohort == "all" else expected[pd.Period(issue_month, "M")]
            assert float(points) == pytest.approx(wanted, rel=1e-6, abs=0.01), (as_of, cohort)
            assert float(liability) == pytest.approx(wanted * COST, rel=1e-6, abs=0.001)
        assert len(found) == 1 + sum(months.net_issued > 0)
    assert methods == {"chain_ladder", "cape_cod", "no_breakage", "sum"}


def test_nothing_is_lost_where_the_ledger_goes_wrong(
    models: PointsModels, ledger: pd.DataFrame
) -> None:
    wrong = gone_wrong(ledger)
    put_ledger(models, wrong)
    for as_of in AS_OF_DATES:
        models.run(as_of)
        assert_nothing_is_lost(models, wrong, as_of)
    assert models.rows(
        "select sum(debt_points) > 0, sum(overexpired_points) > 0, sum(elsewhere_points) > 0,"
        " sum(expired_unbooked_points) > 0, sum(adjusted_down_points) > 0 from marts.points_balance"
    ) == [(True,) * 5]
