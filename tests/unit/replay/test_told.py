"""What a person reads of a replay."""

from datetime import date

from orchestration.history.run_inputs import ChangedInput
from orchestration.replay.days import Finding, ReplayedDay
from orchestration.replay.told import summary, told

DAY = date(2025, 5, 3)
CHANGED = ChangedInput("raw", "sales.sales_orders", "2025-05-01", "replaced")


def test_a_different_day_names_what_changed():
    day = ReplayedDay(DAY, Finding.DIFFERENT, 300, 7, (CHANGED,), 2.34)

    assert told(day) == (
        "2025-05-03  different  300 members, 7 differ; "
        "raw sales.sales_orders 2025-05-01 replaced  (2.3 s)"
    )
    assert "--restate" in summary([day])


def test_a_difference_without_a_known_cause_says_so():
    assert "no input changed that is recorded" in told(
        ReplayedDay(DAY, Finding.DIFFERENT, 300, 7, (), 1)
    )
    assert "not recorded" in told(ReplayedDay(DAY, Finding.DIFFERENT, 300, 7, None, 1))


def test_what_was_written_asks_for_nothing_more():
    days = [
        ReplayedDay(DAY, Finding.EQUAL, 300),
        ReplayedDay(DAY, Finding.DIFFERENT, 300, 7, (CHANGED,), 1, is_written=True),
        ReplayedDay(DAY, Finding.NEW, 300, is_written=True),
    ]

    assert summary(days) == "1 equal, 1 different, 1 no memory"
    assert "restated" in told(days[1])
    assert "written" in told(days[2])


def test_a_day_that_nothing_stands_on_is_passed_over():
    assert "passed over" in told(ReplayedDay(DAY, Finding.PASSED_OVER))
