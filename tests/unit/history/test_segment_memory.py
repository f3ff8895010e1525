"""The memory of segments: reruns, older dates, skipped days, and differences that are declared."""

from datetime import date

from small_memory import DECLARATION, SCHEME, keep, opened

from orchestration.history.segment_memory import (
    Outcome,
    restatements_sql,
    segment_log,
)

MONDAY, TUESDAY, WEDNESDAY = date(2025, 6, 2), date(2025, 6, 3), date(2025, 6, 4)
FRIDAY = date(2025, 6, 6)


def restated(connection, zones) -> list[tuple]:
    sql = restatements_sql(zones)
    if sql is None:
        return []
    return connection.execute(
        "SELECT as_of_date, customer_key, recorded_segment, restated_segment, restatement_number "
        f"FROM ({sql}) ORDER BY ALL"
    ).fetchall()


def record(zones, day: date) -> bytes:
    return segment_log().file(zones, day).read_bytes()


def test_a_day_keeps_what_changed_and_opens_the_next(connection, zones):
    assert keep(connection, zones, MONDAY, {"a": "loyal", "b": "lost"}).rows == 2
    done = keep(connection, zones, TUESDAY, {"a": "loyal", "b": "loyal", "c": "lost"})
    assert (done.outcome, done.rows) == (Outcome.WRITTEN, 2)
    assert opened(connection, zones, TUESDAY) == {"a": "loyal", "b": "lost"}
    assert opened(connection, zones, FRIDAY) == {"a": "loyal", "b": "loyal", "c": "lost"}


def test_another_judgement_alone_is_a_change_too(connection, zones):
    keep(connection, zones, MONDAY, {"a": "loyal", "b": "lost"})
    assert keep(connection, zones, TUESDAY, {"a": "loyal", "b": "lost"}, {"a": "lost"}).rows == 1


def test_a_day_that_gives_the_same_again_changes_no_byte(connection, zones):
    keep(connection, zones, MONDAY, {"a": "loyal"})
    keep(connection, zones, TUESDAY, {"a": "lost", "b": "lost"})
    before = record(zones, TUESDAY)
    done = keep(connection, zones, TUESDAY, {"b": "lost", "a": "lost"})
    assert done.outcome is Outcome.UNCHANGED
    assert record(zones, TUESDAY) == before
    assert restated(connection, zones) == []
    assert [path.suffix for path in segment_log().folder(zones).iterdir()] == [".parquet"] * 2


def test_the_newest_day_with_another_result_is_declared_and_replaced(connection, zones):
    keep(connection, zones, MONDAY, {"a": "loyal", "b": "lost", "c": "lost", "d": "lost"})
    keep(connection, zones, TUESDAY, {"a": "lost", "b": "lost", "c": "loyal", "d": "lost"})
    done = keep(connection, zones, TUESDAY, {"a": "loyal", "c": "loyal", "d": "lost", "e": "lost"})
    assert (done.outcome, done.differing) == (Outcome.RESTATED, 3)
    assert restated(connection, zones) == [
        (TUESDAY, "a", "lost", "loyal", 1),  # as it was on Monday
        (TUESDAY, "b", "lost", None, 1),  # recorded as unchanged, gone now
        (TUESDAY, "e", None, "lost", 1),
    ]
    opening = opened(connection, zones, WEDNESDAY)
    assert opening == {"a": "loyal", "c": "loyal", "d": "lost", "e": "lost"}


def test_an_older_day_with_another_result_is_declared_and_its_record_stays(connection, zones):
    keep(connection, zones, MONDAY, {"a": "loyal"})
    keep(connection, zones, TUESDAY, {"a": "lost"})
    before = record(zones, MONDAY)
    done = keep(connection, zones, MONDAY, {"a": "champions"})
    assert (done.outcome, done.differing) == (Outcome.DECLARED, 1)
    assert restated(connection, zones) == [(MONDAY, "a", "loyal", "champions", 1)]
    assert record(zones, MONDAY) == before
    assert opened(connection, zones, TUESDAY) == {"a": "loyal"}


def test_the_same_difference_is_declared_once_and_another_one_beside_it(connection, zones):
    keep(connection, zones, MONDAY, {"a": "loyal"})
    keep(connection, zones, TUESDAY, {"a": "lost"})
    for segment in ("champions", "champions", "at_risk"):
        keep(connection, zones, MONDAY, {"a": segment})
    assert restated(connection, zones) == [
        (MONDAY, "a", "loyal", "at_risk", 2),
        (MONDAY, "a", "loyal", "champions", 1),
    ]


def test_a_restatement_says_who_declared_it_when_and_what_changed(connection, zones):
    keep(connection, zones, MONDAY, {"a": "loyal"})
    keep(connection, zones, MONDAY, {"a": "lost"})
    sql = restatements_sql(zones)
    row = connection.execute(
        f"SELECT scheme, declared_by, declared_at, changed_inputs FROM ({sql})"
    ).fetchone()
    assert row == (SCHEME, *vars(DECLARATION).values())


def test_a_day_before_the_newest_that_was_skipped_is_not_remembered(connection, zones):
    keep(connection, zones, MONDAY, {"a": "loyal"})
    keep(connection, zones, WEDNESDAY, {"a": "lost"})
    done = keep(connection, zones, TUESDAY, {"a": "champions"})
    assert done.outcome is Outcome.TOO_OLD
    assert "2025-06-04 is remembered already" in done.reason
    assert segment_log().dates(zones) == [MONDAY, WEDNESDAY]
    assert list(segment_log().folder(zones).glob("*.tmp")) == []


def test_a_skipped_day_is_as_the_day_before_it(connection, zones):
    keep(connection, zones, MONDAY, {"a": "loyal"})
    keep(connection, zones, FRIDAY, {"a": "lost"})
    for day in (TUESDAY, WEDNESDAY, FRIDAY):
        assert opened(connection, zones, day) == {"a": "loyal"}


def test_a_customer_that_vanishes_ends_and_may_return(connection, zones):
    keep(connection, zones, MONDAY, {"a": "loyal", "b": "lost"})
    keep(connection, zones, TUESDAY, {"a": "loyal"})
    assert opened(connection, zones, WEDNESDAY) == {"a": "loyal"}
    assert keep(connection, zones, WEDNESDAY, {"a": "loyal"}).rows == 0
    keep(connection, zones, FRIDAY, {"a": "loyal", "b": "lost"})
    assert opened(connection, zones, date(2025, 6, 7)) == {"a": "loyal", "b": "lost"}
