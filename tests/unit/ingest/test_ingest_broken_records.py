"""Records that the text itself breaks or bends: what is read of them, and what is quarantined."""

import pytest

from orchestration.ingest.formats.strict_text import MAX_RECORD_BYTES


def test_cut_off_last_line_with_too_few_fields(lake):
    lake.land("id,qty,email\n1,1,a\n2,2")
    result = lake.load()
    assert lake.reasons() == [["too_few_fields"]]
    assert any("cut off" in warning for warning in result.warnings)


def test_cut_off_within_the_last_field_is_a_warning(lake):
    lake.land("id,qty\n1,1\n2,25"[:-1])
    assert any("cut off" in warning for warning in lake.load().warnings)


def test_cut_off_inside_a_quoted_field(lake):
    lake.land('id,email\n1,a\n2,"b')
    lake.load()
    assert lake.reasons() == [["bad_quotes"]]


def test_too_many_fields(lake):
    lake.land("id,qty\n1,1,1\n2,2\n")
    lake.load()
    assert lake.refused("record, line, byte_offset, delivered") == [(1, 2, 7, b"1,1,1")]
    assert lake.reasons() == [["too_many_fields"]]


def test_bad_encoding_is_refused_line_by_line(lake):
    lake.land(b"id,email\n1,caf\xc3\xa9\n2,caf\xe9\n3,x\n")
    lake.load()
    assert lake.rows("id, email") == [("1", "café"), ("3", "x")]
    assert lake.refused("record, delivered") == [(2, b"2,caf\xe9")]
    assert lake.reasons() == [["bad_encoding"]]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16", "utf-16-le", "utf-8-sig"])
@pytest.mark.parametrize("name", ["things.csv", "things.csv.gz"])
def test_declared_encodings(lake, encoding, name):
    lake = lake.with_contract(encoding=encoding)
    lake.land('id,email\n1,café\n2,"ä\nö"\n'.encode(encoding), name)
    lake.load()
    assert lake.rows("id, email") == [("1", "café"), ("2", "ä\nö")]


def test_bytes_that_a_declared_encoding_does_not_have(lake):
    lake = lake.with_contract(encoding="gb18030")
    lake.land("id,email\n1,客户\n2,".encode("gb18030") + b"\x81\xff\n3,x\n")
    lake.load()
    assert lake.rows("id, email") == [("1", "客户"), ("3", "x")]
    assert lake.reasons() == [["bad_encoding"]]


def test_byte_order_mark(lake):
    lake.land(b"\xef\xbb\xbfid,qty\n1,1\n2,2\n")
    lake.load()
    assert lake.rows("id") == [("1",), ("2",)]


def test_byte_order_mark_in_json_lines(lake):
    lake.land(b"\xef\xbb\xbf" + b'{"id": 1}\n{"id": 2}\n', "things.jsonl")
    lake.load()
    assert lake.rows("id") == [("1",), ("2",)]


def test_null_bytes_in_a_value(lake):
    lake.land(b"id,email\n1,a\0b\n\0,x\n3,c\n")
    lake.load()
    assert lake.reasons() == [["null_byte:email"], ["null_byte:id"]]
    assert lake.refused("delivered") == [(b"1,a\0b",), (b"\0,x",)]


@pytest.mark.parametrize("name", ["things.csv", "things.csv.gz", "things.jsonl"])
def test_a_line_of_100_mb(lake, name):
    if name.endswith("jsonl"):
        parts = b'{"id": 1}\n{"id": 2, "email": "', b'"}\n{"id": 3}\n'
    else:
        parts = b"id,email\n1,a\n2,", b"\n3,c\n"
    lake.land(parts[0] + b"x" * 100_000_000 + parts[1], name)
    lake.load()
    assert lake.rows("id") == [("1",), ("3",)]
    assert lake.reasons() == [["line_too_long"]]
    ((kept, length),) = lake.refused("octet_length(delivered), delivered_bytes")
    assert kept == 64 * 1024
    assert length > 100_000_000


def test_a_quoted_field_that_is_longer_than_a_record_may_be(lake):
    lines = ("x" * 1023 + "\n") * (MAX_RECORD_BYTES // 1024 + 1)
    lake.land(f'id,email\n1,a\n2,"{lines}"\n3,c\n')
    lake.load()
    assert lake.rows("id, email")[0] == ("1", "a")
    assert ("3", "c") in lake.rows("id, email")
    assert lake.reasons()[0] == ["bad_quotes"]


def test_an_open_quote_refuses_its_line_and_not_the_rest(lake):
    lines = "".join(f"{n},{n}\n" for n in range(2, 1000))
    lake.land(f'id,qty\n"1,1\n{lines}')
    lake.load()
    assert len(lake.rows()) == 998
    assert lake.refused("record, line, delivered") == [(1, 2, b'"1,1')]
    assert lake.reasons() == [["bad_quotes"]]


def test_text_behind_a_closing_quote(lake):
    lake.land('id,email\n1,"a" b\n2,c\n3,"d\n"\n')
    lake.load()
    assert lake.rows("id, email") == [("2", "c"), ("3", "d\n")]
    assert lake.reasons() == [["bad_quotes"]]


def test_a_quote_within_an_unquoted_field_stands_for_itself(lake):
    lake.land('id,email\n1,5" pipe\n2,"say ""a"""\n3,c\n')
    lake.load()
    assert lake.rows("email") == [('5" pipe',), ('say "a"',), ("c",)]


@pytest.mark.parametrize("wicked", ["", '9,"open\n'])  # the parser alone, and the strict way
def test_spaces_around_quotes_do_not_count(lake, wicked):
    lake.land(f'id,email\n1, "a, b" \n2, c \n{wicked}3,x\n')
    lake.load()
    assert lake.rows("id, email") == [("1", "a, b"), ("2", " c "), ("3", "x")]


def test_mixed_line_ends(lake):
    lake.land("id,qty\r\n1,1\n2,2\r\n3,3\n")
    lake.load()
    assert lake.rows("id, qty") == [("1", 1), ("2", 2), ("3", 3)]


def test_a_carriage_return_within_a_line(lake):
    lake.land("id,email\n1,a\rb\n2,c\n")
    lake.load()
    assert lake.rows("id") == [("2",)]
    assert lake.reasons() == [["bad_line_end"]]


def test_windows_line_ends_and_empty_lines(lake):
    lake.land('id,email\r\n\r\n1,"a\r\nb"\r\n\r\n2,x,y\r\n3,\r\n\r\n')
    lake.load()
    assert lake.rows("id, email") == [("1", "a\r\nb"), ("3", None)]
    assert lake.refused("record, line, delivered") == [(2, 6, b"2,x,y")]
