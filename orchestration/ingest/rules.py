"""The rules a delivered value must meet, as SQL, and the reasons for which rows are refused.

Belongs here: how text becomes a typed value, and every judgement about one row. Does not belong
here: reading files and judgements across rows (``duplicates.py``).

What the contract's types accept from text (CSV, JSON lines, text columns of Parquet):

=============  =====================================================================================
varchar        as delivered, spaces kept; the empty text is null
boolean        true, t, yes, y, 1 / false, f, no, n, 0 in any case
integer, -64   digits with an optional sign; a zero fraction (``7.0``) is taken, ``7.5``, ``1e3``,
               ``0x1F`` and ``1_000`` are refused: DuckDB would round or reinterpret them
decimal        plain or exponent notation; more decimals than declared are rounded half away from
               zero (doubles written out have them); ``1_000`` is 1000, as SQL writes it; ``1,5``
               and ``nan`` are refused
double         as decimal, unrounded; ``nan`` and ``inf`` are refused
date           year-month-day with ``-`` or ``/``, optionally a midnight behind it; a time of day or
               anything else behind it is refused (DuckDB would cut it off)
timestamp      date with optional time; an offset is honoured, without one it is UTC; result UTC
=============  =====================================================================================

Spaces around a number, boolean, date or timestamp are ignored; a field of spaces only is no value
of these types. DuckDB's own CSV casts are not used: they take ``1.5`` for the integer 2, ignore
offsets and text behind a date, and turn an unreadable TIMESTAMPTZ into null without a reject.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from orchestration.contracts import Column, ExtractContract


class ReasonCode(StrEnum):
    """Why a row was refused."""

    REQUIRED_MISSING = "required_missing"  # a required column is null, empty or blank
    WRONG_TYPE = "wrong_type"  # the value is none of the declared type
    UNKNOWN_CODE = "unknown_code"  # not in the enum, after the value map
    NULL_BYTE = "null_byte"  # a text holds a byte 0
    TOO_FEW_FIELDS = "too_few_fields"  # a CSV record with fewer fields than the header
    TOO_MANY_FIELDS = "too_many_fields"
    BAD_ENCODING = "bad_encoding"  # bytes that are no text in the declared encoding
    BAD_QUOTES = "bad_quotes"  # a quoted field does not end, or goes on behind its quote
    BAD_LINE_END = "bad_line_end"  # a carriage return in the middle of a line
    LINE_TOO_LONG = "line_too_long"
    NOT_AN_OBJECT = "not_an_object"  # a JSON line that is no JSON object
    DUPLICATE_ROW = "duplicate_row"  # repeats an earlier row of the file exactly
    DUPLICATE_KEY = "duplicate_key"  # same key and extracted_at as an earlier row of the file


@dataclass(frozen=True)
class Reason:
    """One reason; the message never holds the value."""

    code: ReasonCode
    column: str | None
    message: str

    @property
    def label(self) -> str:
        """How the manifest counts it: ``code`` or ``code:column``."""
        return f"{self.code}:{self.column}" if self.column else str(self.code)


@dataclass(frozen=True)
class Arrival:
    """How a column arrives: an SQL expression over the reader's relation, and its DuckDB type."""

    expression: str
    type: str = "VARCHAR"


@dataclass(frozen=True)
class Judgement:
    """A query giving the typed columns, then ``refused``: null, or the numbers of the reasons."""

    sql: str
    reasons: tuple[Reason, ...]


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """An SQL text literal."""
    return "'" + text.replace("'", "''") + "'"


def judge(
    contract: ExtractContract,
    arrivals: Mapping[str, Arrival],
    relation: str,
    constants: Mapping[str, str],
    look_for_null_bytes: bool = False,
    malformed: tuple[str, Reason] | None = None,
) -> Judgement:
    """The query that types and judges every row of ``relation``.

    Args:
        arrivals: by canonical name, the columns that the file brings; others are null.
        constants: by canonical name, SQL for the value that stands in where the file has none.
        look_for_null_bytes: whether the file holds a byte 0 at all; looking costs time.
        malformed: condition over ``relation`` of a row that is none, and its only reason.
    """
    columns = contract.columns
    present = [(i, column) for i, column in enumerate(columns) if column.name in arrivals]
    delivered = ", ".join(f"{arrivals[c.name].expression} AS d{i}" for i, c in present)
    values = ", ".join(f"{_value(c, f'd{i}', arrivals[c.name].type)} AS v{i}" for i, c in present)
    rules = [
        rule
        for i, c in present
        for rule in _rules(c, i, arrivals[c.name].type, look_for_null_bytes)
    ]
    output = ", ".join(
        f"{_output(column, i, column.name in arrivals, constants)} AS {quoted(column.name)}"
        for i, column in enumerate(columns)
    )
    refused = _refused([condition for _, condition in rules])
    reasons = [reason for reason, _ in rules]
    if malformed:
        delivered += f", {malformed[0]} AS malformed"
        refused = f"CASE WHEN malformed THEN '{len(reasons)}' ELSE {refused} END"
        reasons.append(malformed[1])
    return Judgement(
        f"SELECT {output}, {refused} AS refused FROM "
        f"(SELECT *, {values} FROM (SELECT {delivered} FROM {relation}))",
        tuple(reasons),
    )


def _output(column: Column, i: int, is_present: bool, constants: Mapping[str, str]) -> str:
    value = f"v{i}" if is_present else f"CAST(NULL AS {column.type})"
    if column.name in constants:
        value = f"coalesce({value}, {constants[column.name]})"
    return value


def _refused(conditions: list[str]) -> str:
    if not conditions:
        return "CAST(NULL AS VARCHAR)"
    numbers = ", ".join(f"CASE WHEN {c} THEN '{n}' END" for n, c in enumerate(conditions))
    # The list is built for the few rows that need it: CASE evaluates lazily.
    return f"CASE WHEN {' OR '.join(conditions)} THEN concat_ws(',', {numbers}) END"


def _rules(
    column: Column, i: int, arrives_as: str, look_for_null_bytes: bool
) -> list[tuple[Reason, str]]:
    """Reasons and the conditions over ``d<i>`` (delivered) and ``v<i>`` (typed) that raise them."""
    name, value, delivered = column.name, f"v{i}", f"d{i}"
    rules = []
    is_text = column.type == "varchar"
    if column.required:
        # Blank text sorts below '!'; the cheap comparison spares the pattern for most rows.
        blank = (
            f"(CASE WHEN {value} < '!' THEN regexp_full_match({value}, '\\s*') "
            f"ELSE {value} IS NULL END)"
        )
        missing = blank if is_text else f"({delivered} IS NULL)"
        reason = Reason(
            ReasonCode.REQUIRED_MISSING, name, f"{name} is required and null, empty or blank"
        )
        rules.append((reason, missing))
    if not is_text or arrives_as == "BLOB":
        reason = Reason(ReasonCode.WRONG_TYPE, name, f"{name} is no {column.type}")
        rules.append((reason, f"({delivered} IS NOT NULL AND {value} IS NULL)"))
    if column.enum:
        known = ", ".join(literal(code) for code in column.enum)
        reason = Reason(
            ReasonCode.UNKNOWN_CODE, name, f"{name} is none of {', '.join(column.enum)}"
        )
        # An OR over a null is null, which CASE takes for false: a null is no unknown code.
        rules.append((reason, f"(CAST({value} AS VARCHAR) NOT IN ({known}))"))
    if look_for_null_bytes and is_text:
        reason = Reason(ReasonCode.NULL_BYTE, name, f"{name} holds a byte 0")
        rules.append((reason, f"contains({value}, chr(0))"))
    return rules


def _value(column: Column, delivered: str, arrives_as: str) -> str:
    """SQL that turns a delivered value into the column's type, or null where it is none."""
    if arrives_as in ("VARCHAR", "ENUM"):
        text = _mapped(column, delivered)
        return _FROM_TEXT.get(column.type, _decimal_from_text)(text, column.type)
    if column.value_map:
        text = _mapped(column, f"CAST({delivered} AS VARCHAR)")
        return _FROM_TEXT.get(column.type, _decimal_from_text)(text, column.type)
    return _from_native(column, delivered, arrives_as)


def _mapped(column: Column, text: str) -> str:
    if not column.value_map:
        return text
    cases = " ".join(f"WHEN {literal(a)} THEN {literal(b)}" for a, b in column.value_map)
    return f"(CASE {text} {cases} ELSE {text} END)"


def _same(text: str, _: str) -> str:
    return text


def _boolean_from_text(text: str, _: str) -> str:
    word = f"lower(trim({text}))"
    # The two most frequent words first: a seventh of the time.
    return (
        f"CASE WHEN {text} = 'true' THEN true WHEN {text} = 'false' THEN false "
        f"WHEN {word} IN ('true', 't', 'yes', 'y', '1') THEN true "
        f"WHEN {word} IN ('false', 'f', 'no', 'n', '0') THEN false END"
    )


def _integer_from_text(text: str, type_: str) -> str:
    number = f"try_cast({text} AS {type_})"
    # Text that is what the number prints as needs no pattern: nearly every row.
    return (
        f"CASE WHEN CAST({number} AS VARCHAR) = {text} "
        f"OR regexp_full_match({text}, '\\s*[+-]?[0-9]+(\\.0*)?\\s*') THEN {number} END"
    )


def _decimal_from_text(text: str, type_: str) -> str:
    return f"try_cast({text} AS {type_})"


def _double_from_text(text: str, _: str) -> str:
    number = f"try_cast({text} AS DOUBLE)"
    return f"CASE WHEN isfinite({number}) THEN {number} END"


def _date_from_text(text: str, _: str) -> str:
    day = f"try_cast({text} AS DATE)"
    midnight = "([T ]0{1,2}:00(:00(\\.0+)?)?(Z|[+]00(:?00)?)?)?"
    pattern = f"\\s*[0-9]{{4}}[-/][0-9]{{1,2}}[-/][0-9]{{1,2}}{midnight}\\s*"
    return (
        f"CASE WHEN (length({text}) = 10 AND CAST({day} AS VARCHAR) = {text}) "
        f"OR regexp_full_match({text}, '{pattern}') THEN {day} END"
    )


def _timestamp_from_text(text: str, _: str) -> str:
    # The two most frequent forms are told by their length and go without a pattern. The pattern
    # keeps out 'infinity', years before Christ and zone names (an hour of theirs comes twice).
    is_utc = f"strlen({text}) = 20 AND ends_with({text}, 'Z')"
    is_plain = f"strlen({text}) = 19 AND substr({text}, 17, 1) = ':'"
    day, minute = "[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}", "[T ][0-9]{1,2}:[0-9]{2}"
    zone = "(Z| ?UTC|[+-][0-9]{2}(:?[0-9]{2})?)"
    full = f"\\s*{day}({minute}(:[0-9]{{2}}(\\.[0-9]+)?{zone}?)?)?\\s*"
    with_second = f"regexp_replace({text}, '({minute})', '\\1:00')"  # DuckDB wants one there
    return (
        f"CASE WHEN {is_utc} THEN try_cast({text} AS TIMESTAMP) "
        f"WHEN {is_plain} THEN try_cast({text} AS TIMESTAMP) "
        f"WHEN regexp_full_match({text}, '{full}') "
        f"THEN try_cast({text} AS TIMESTAMPTZ) AT TIME ZONE 'UTC' "
        f"WHEN regexp_full_match({text}, '\\s*{day}{minute}{zone}\\s*') "
        f"THEN try_cast({with_second} AS TIMESTAMPTZ) AT TIME ZONE 'UTC' END"
    )


_FROM_TEXT = {
    "varchar": _same,
    "boolean": _boolean_from_text,
    "integer": _integer_from_text,
    "bigint": _integer_from_text,
    "double": _double_from_text,
    "date": _date_from_text,
    "timestamp": _timestamp_from_text,
}


def _from_native(column: Column, delivered: str, arrives_as: str) -> str:
    """From a typed column of Parquet; lossy casts give null, except rounding to the scale."""
    cast = f"try_cast({delivered} AS {column.type})"
    if column.type == "timestamp" and arrives_as == "TIMESTAMP WITH TIME ZONE":
        return f"{delivered} AT TIME ZONE 'UTC'"
    if column.type in ("integer", "bigint") and arrives_as in ("DOUBLE", "FLOAT", "DECIMAL"):
        return f"CASE WHEN {delivered} = floor({delivered}) THEN {cast} END"
    if column.type == "varchar" and arrives_as in ("DOUBLE", "FLOAT"):
        # A whole-number id that passed through a float column: 13085.0 is id 13085.
        whole = f"try_cast({delivered} AS BIGINT)"
        return f"CASE WHEN {delivered} = {whole} THEN CAST({whole} AS VARCHAR) ELSE {cast} END"
    if column.type == "double":
        return f"CASE WHEN isfinite({cast}) THEN {cast} END"
    if column.type == "date" and arrives_as.startswith("TIMESTAMP"):
        return f"CASE WHEN {delivered} = {cast} THEN {cast} END"
    if column.type in ("date", "timestamp"):
        return f"CASE WHEN isfinite({cast}) THEN {cast} END"
    return cast
