"""Contracts of extracts: what a source system delivers, column by column.

Belongs here: the typed view of ``expectations/extracts/<source>/<table>.yaml``. Does not belong
here: reading rows (``orchestration/ingest``).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from open_data_contract_standard.model import SchemaProperty

from orchestration.contracts import odcs
from orchestration.contracts.odcs import ContractError

Delivery = Literal["full", "delta", "events"]
PiiKind = Literal["name", "email", "phone", "address", "date_of_birth", "identifier", "text"]

TYPES = {
    "varchar",
    "boolean",
    "integer",
    "bigint",
    "double",
    "date",
    "timestamp",  # an instant, UTC; offsets in the text are honoured
    "decimal(18,4)",
    "decimal(18,6)",
    "decimal(18,8)",
}
TABLE_PROPERTIES = {
    "deliveryMode",  # full: whole state each time; delta: I/U/D of changed rows; events: append
    "isRequired",  # the refresh cannot run without this extract
    "quarantineLimit",  # share of refused rows, 0..1, above which the extract is blocked
    "filesPerExtract",  # one (default) or many files for one extract date
    "eventTime",  # the column that says when it happened
    "delimiter",
    "encoding",
}
COLUMN_PROPERTIES = {
    "piiKind",  # how a personal column is standardised before it is hashed
    "valueMap",  # the source's word -> the canonical word
    "ignored",  # delivered and known, but not taken into raw
}


@dataclass(frozen=True)
class Column:
    """One column: ``name`` is canonical, ``source_name`` what the source calls it."""

    name: str
    source_name: str
    type: str
    required: bool = False
    is_key: bool = False
    enum: tuple[str, ...] = ()
    value_map: tuple[tuple[str, str], ...] = ()
    pii_kind: PiiKind | None = None
    description: str = ""


# Every extract may carry these; where it does not, the loader fills them in.
CARRIED_COLUMNS = (
    Column("source_system", "source_system", "varchar",
           description="System of record of the row; default: the contract's source"),
    Column("extracted_at", "extracted_at", "timestamp",
           description="When the source wrote the row out, UTC; default: the extract date"),
    Column("op", "op", "varchar", enum=("I", "U", "D"),
           description="Insert, update or delete; default I"),
)  # fmt: skip
# Written by the loader behind the columns of the extract, in this order.
PROVENANCE_COLUMNS = (
    Column("extract_date", "", "date", description="Date of the extract that brought the row"),
    Column("source_file", "", "varchar", description="Name of the landed file"),
    Column("source_row", "", "bigint",
           description="Number of the accepted row within its file, from 1, in file order"),
)  # fmt: skip


@dataclass(frozen=True)
class ExtractContract:
    """What one extract of one source system brings."""

    source: str
    table: str
    version: str
    description: str
    owner: str
    delivery: Delivery
    columns: tuple[Column, ...]  # declared and carried, without provenance
    event_time: str | None
    freshness_days: int | None
    quarantine_limit: float
    is_required: bool
    many_files: bool
    delimiter: str
    encoding: str
    expectations: tuple[dict[str, Any], ...]
    ignored: tuple[str, ...]  # source names that are known and not taken
    sha256: str

    @property
    def key(self) -> tuple[str, ...]:
        """Columns that identify an entity; empty where the source has no key."""
        return tuple(column.name for column in self.columns if column.is_key)

    @property
    def raw_columns(self) -> tuple[Column, ...]:
        """Columns of the raw table, in order."""
        return self.columns + PROVENANCE_COLUMNS

    @property
    def personal_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.pii_kind)

    @property
    def raw_schema(self) -> str:
        return f"raw_{self.source}"

    def column(self, name: str) -> Column:
        for column in self.raw_columns:
            if column.name == name:
                return column
        raise ContractError(
            f"{self.source}.{self.table} has no column {name!r}; "
            f"known: {', '.join(column.name for column in self.raw_columns)}"
        )


def load_extract_contracts(
    contracts_root: Path, sources: tuple[str, ...]
) -> dict[tuple[str, str], ExtractContract]:
    """All extract contracts of ``sources``, by (source, table), in file order."""
    found = {}
    for source in sources:
        for path in sorted((contracts_root / "extracts" / source).glob("*.yaml")):
            contract = load_extract_contract(path)
            found[contract.source, contract.table] = contract
    return found


def load_extract_contract(path: Path) -> ExtractContract:
    """Read ``expectations/extracts/<source>/<table>.yaml``.

    Raises:
        ContractError: the file is not ODCS, or says something the loader does not know.
    """
    contract, schema = odcs.read_odcs(path)
    where = str(path)
    custom = odcs.custom_properties(schema, TABLE_PROPERTIES, where)
    properties = schema.properties or []
    ignored = [p for p in properties if _column_custom(p, where).get("ignored")]
    columns = [_column(p, where) for p in properties if p not in ignored]
    declared = _names(columns, where)
    columns += [column for column in CARRIED_COLUMNS if column.name not in declared]
    event_time = custom.get("eventTime")
    if event_time is not None and event_time not in declared:
        raise ContractError(f"{where}: eventTime {event_time!r} is no column of the table")
    return ExtractContract(
        source=path.parent.name,
        table=path.stem,
        version=contract.version or "",
        description=schema.description or "",
        owner=odcs.owner(contract),
        delivery=_delivery(custom.get("deliveryMode"), where),
        columns=tuple(columns),
        event_time=event_time,
        freshness_days=_freshness(contract.slaProperties or [], where),
        quarantine_limit=float(custom.get("quarantineLimit", 0.02)),
        is_required=bool(custom.get("isRequired", False)),
        many_files=custom.get("filesPerExtract", "one") == "many",
        delimiter=custom.get("delimiter", ","),
        encoding=custom.get("encoding", "utf-8"),
        expectations=odcs.expectations(schema, where),
        ignored=tuple(p.physicalName or p.name or "" for p in ignored),
        sha256=odcs.file_hash(path),
    )


def _names(columns: list[Column], where: str) -> set[str]:
    names = [column.name for column in columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ContractError(f"{where}: column {', '.join(twice)} is described twice")
    return set(names)


def _column_custom(item: SchemaProperty, where: str) -> dict[str, Any]:
    return odcs.custom_properties(item, COLUMN_PROPERTIES, f"{where}, column {item.name}")


def _column(item: SchemaProperty, where: str) -> Column:
    custom = _column_custom(item, where)
    name = item.name or ""
    if item.physicalType not in TYPES:
        raise ContractError(
            f"{where}, column {name}: physicalType {item.physicalType!r} is unknown; "
            f"known: {', '.join(sorted(TYPES))}"
        )
    kind = custom.get("piiKind")
    if kind is not None and kind not in get_args(PiiKind):
        raise ContractError(f"{where}, column {name}: piiKind {kind!r}; known: {get_args(PiiKind)}")
    if (item.classification == "personal") != (kind is not None):
        raise ContractError(f"{where}, column {name}: 'classification: personal' needs a piiKind")
    value_map = tuple((str(old), str(new)) for old, new in (custom.get("valueMap") or {}).items())
    enum = tuple(str(entry.value) for entry in item.enum or ())
    strange = sorted({new for _, new in value_map} - set(enum)) if enum else []
    if strange:
        raise ContractError(
            f"{where}, column {name}: valueMap leads to {strange}, which the enum does not list; "
            f"listed: {', '.join(enum)}"
        )
    return Column(
        name=name,
        source_name=item.physicalName or name,
        type=item.physicalType,
        required=bool(item.required),
        is_key=bool(item.primaryKey),
        enum=enum,
        value_map=value_map,
        pii_kind=kind,
        description=item.description or "",
    )


def _delivery(value: Any, where: str) -> Delivery:
    if value not in get_args(Delivery):
        raise ContractError(f"{where}: deliveryMode {value!r}; known: {get_args(Delivery)}")
    return value


def _freshness(sla: list[Any], where: str) -> int | None:
    for entry in sla:
        if entry.property == "freshness":
            if entry.unit not in ("d", "day", "days"):
                raise ContractError(f"{where}: freshness is counted in days (unit: d)")
            return int(entry.value)
    return None
