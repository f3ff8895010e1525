"""Random CSV: nothing is lost, and what is accepted is what Python's csv module reads."""

import csv
import io
import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from conftest import Lake, write_contract
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from orchestration.ingest.refusals import numbers_after_gaps

TEXTS = {name: {"physicalType": "varchar"} for name in ("a", "b", "c")}
# Few characters, all of them able to break a record.
WICKED = st.text(st.sampled_from('xy1 ,"\n\r\té€\0'), max_size=12)
QUICK = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def text_contract(tmp_path_factory):
    return write_contract(tmp_path_factory.mktemp("contract"), TEXTS)


def loaded(contract, content):
    """Load ``content`` (the sums are checked there); accepted rows, refused rows, landed."""
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(Path(folder), contract)
        lake.land(content)
        landed = lake.load(date(2025, 6, 1)).files[0].rows_landed
        return lake.rows("a, b, c"), lake.refused("record, delivered"), landed


@QUICK
@given(st.lists(st.tuples(WICKED, WICKED, WICKED), max_size=20), st.sampled_from(["\n", "\r\n"]))
def test_well_formed_rows_are_accepted_as_the_csv_module_reads_them(text_contract, rows, line_end):
    rows = [tuple(cell.replace("\0", "") for cell in row) for row in rows]
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator=line_end, quoting=csv.QUOTE_ALL)
    writer.writerows([("a", "b", "c"), *rows])
    accepted, refused, landed = loaded(text_contract, sink.getvalue().encode())
    assert refused == []
    assert landed == len(rows)
    assert accepted == [tuple(cell or None for cell in row) for row in rows]


@QUICK
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just(True), st.tuples(*[st.text("xyz€ ", min_size=1)] * 3)),
            st.tuples(st.just(False), st.sampled_from(["1,2", "1,2,3,4", 'a,"b"c,d', 'a,b,"c'])),
        ),
        max_size=25,
    )
)
def test_broken_lines_among_good_ones_are_refused_alone(text_contract, lines):
    if lines and any(line == 'a,b,"c' for _, line in lines):
        # An open quote closes at the next quote, if that ends a field; keep the others out.
        lines = [(good, line) for good, line in lines if good or line == 'a,b,"c']
        lines = [*[x for x in lines if x[0]], *[x for x in lines if not x[0]][:1]]
    text = "a,b,c\n" + "".join((",".join(line) if good else line) + "\n" for good, line in lines)
    accepted, refused, landed = loaded(text_contract, text.encode())
    assert accepted == [line for good, line in lines if good]
    assert [delivered.decode() for _, delivered in refused] == [
        line for good, line in lines if not good
    ]
    assert [record for record, _ in refused] == [
        number for number, (good, _) in enumerate(lines, 1) if not good
    ]
    assert landed == len(lines)


@QUICK
@given(st.lists(WICKED, max_size=30), st.sampled_from(["\n", "\r\n"]))
@example(['"', ',"'], "\n")
@example(["x,y,1", "x\ry,,"], "\n")
@example([' "\n1'], "\n")
@example(["\r1"], "\n")
@example(['  "\n"'], "\n")
@example(['  "\r"'], "\n")
@example(['x,"y"  ,1'], "\n")
@example(['"x', 'y",,', '"'], "\r\n")
def test_whatever_lands_is_accepted_or_quarantined(text_contract, lines, line_end):
    text = line_end.join(["a,b,c", *lines])
    accepted, refused, landed = loaded(text_contract, text.encode())
    assert landed == len(accepted) + len(refused)
    # Every character that is not part of a line end or quoting stands in one of the two.
    kept = "".join(cell or "" for row in accepted for cell in row)
    kept += "".join(delivered.decode() for _, delivered in refused)
    for character in "xy1é€":
        assert kept.count(character) == "".join(lines).count(character)


@given(st.sets(st.integers(0, 40)), st.sets(st.integers(0, 40)))
def test_numbers_after_gaps(gaps, wanted):
    whole = [number for number in range(100) if number not in gaps]
    numbers = np.array(sorted(wanted), np.int64)
    found = numbers_after_gaps(numbers, np.array(sorted(gaps), np.int64))
    assert found.tolist() == [whole[number] for number in sorted(wanted)]
