"""The first pass over a text file, and finding records again, against one byte after the other."""

import gzip
import hashlib
import tempfile
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orchestration.ingest.formats import survey as survey_module
from orchestration.ingest.formats.find_records import ChangedFile, find_records
from orchestration.ingest.formats.strict_text import MAX_RECORD_BYTES
from orchestration.ingest.formats.survey import BLOCK_BYTES, survey

LIMIT = 50
WICKED = st.lists(
    st.one_of(
        st.sampled_from([b"\n", b"\r\n", b"\r", b'"', b"\0", b"x", b",", b"\n\n"]),
        st.integers(1, 150).map(lambda count: b"y" * count),
    ),
    max_size=60,
).map(b"".join)


def records_of(text, has_quotes):
    """Start, end and first line of every record and empty line."""
    found, start, line, lines, is_inside = [], 0, 1, 1, False
    for place, byte in enumerate(text):
        is_inside ^= has_quotes and byte == ord('"')
        lines += byte == ord("\n")
        if byte == ord("\n") and not is_inside:
            found.append((start, place + 1, line))
            start, line = place + 1, lines
    return found + ([(start, len(text), line)] if start < len(text) else [])


def seen(text, has_quotes, block_bytes, is_gzip=False, wanted=None):
    """The survey of ``text``, and what is found of the ``wanted`` records."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "text"
        path.write_bytes(gzip.compress(text) if is_gzip else text)
        with patch.object(survey_module, "BLOCK_BYTES", block_bytes):
            known = survey(path, is_gzip, has_quotes)
        assert known.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
        assert known.size == path.stat().st_size
        numbers = np.array(sorted(wanted or ()), np.int64)
        return known, list(find_records(path, is_gzip, known, numbers, LIMIT))


@settings(deadline=None)
@given(WICKED, st.booleans(), st.integers(1, 200), st.booleans())
@example(b"\n", True, 1, False)
@example(b"\r\n", True, 1, False)
@example(b"x\n\r\n\n", True, 2, False)
@example(b"x" * 61 + b"\n\r\n\n\r\nx\n", False, 64, False)
@example(b"x" * 62 + b"\n\nx\n", False, 64, False)
@example(b'"' + b"\n" * 130 + b'"\n\n', True, 64, False)
@example(b'"\n"' * 50 + b"\n", True, 7, True)
@example(b"x\r", False, 1, False)
def test_a_survey_is_that_of_single_bytes(text, has_quotes, block_bytes, is_gzip):
    known, _ = seen(text, has_quotes, block_bytes, is_gzip)
    expected = records_of(text, has_quotes)
    empty = [n for n, (start, end, _) in enumerate(expected) if text[start:end] in (b"\n", b"\r\n")]
    assert known.empty_lines.tolist() == empty
    assert known.records == len(expected) - len(empty)
    assert (known.text_bytes, known.head) == (len(text), text)
    assert known.has_null_byte == (b"\0" in text)
    assert known.ends_with_line_end == text.endswith(b"\n")
    returns, pairs, feeds = text.count(b"\r"), text.count(b"\r\n"), text.count(b"\n")
    assert known.has_mixed_line_ends == (returns > 0 and not returns == pairs == feeds)
    lengths = [end - start for start, end, _ in expected]
    assert max(known.longest_record, block_bytes) == max([*lengths, block_bytes])
    assert known.longest_record in [0, *lengths]


@settings(deadline=None)
@given(WICKED, st.booleans(), st.integers(1, 200), st.booleans(), st.data())
def test_records_are_found_wherever_blocks_end(text, has_quotes, block_bytes, is_gzip, data):
    expected = records_of(text, has_quotes)
    wanted = data.draw(st.sets(st.integers(0, len(expected) - 1)) if expected else st.just(set()))
    _, found = seen(text, has_quotes, block_bytes, is_gzip, wanted)
    assert found == [
        (start, end, line, text[start : min(end, start + LIMIT)].rstrip(b"\r\n"))
        for start, end, line in (expected[number] for number in sorted(wanted))
    ]


@pytest.mark.parametrize("is_gzip", [False, True])
def test_records_are_found_in_blocks_of_the_usual_size(is_gzip):
    lines = [b'%d,"%s"\n' % (n, b"\n" * (n % 3) + b"z" * (n * 7919 % 9_000)) for n in range(400)]
    lines[100] = b'"' + b"\nlong" * BLOCK_BYTES + b'"\n'
    text = b"".join(lines)
    assert len(text) > 6 * BLOCK_BYTES
    known, found = seen(text, True, BLOCK_BYTES, is_gzip, range(len(lines)))
    assert known.longest_record == len(lines[100])
    assert found == [
        (start, end, line, text[start : min(end, start + LIMIT)].rstrip(b"\r\n"))
        for start, end, line in records_of(text, True)
    ]


def test_no_record_that_the_parser_cannot_hold_fits_into_a_block():
    assert BLOCK_BYTES <= MAX_RECORD_BYTES


def test_a_text_that_is_replaced_in_between_is_not_taken_for_the_surveyed_one(tmp_path):
    path = tmp_path / "text"
    path.write_bytes(b"a\nb\nc\n")
    known = survey(path, False, True)
    path.write_bytes(b"a\n")
    with pytest.raises(ChangedFile):
        list(find_records(path, False, known, np.array([1]), LIMIT))
