"""Settings of one deployment, read once from ``PATRON_*`` variables.

Belongs here: every value an operator may change, with its type, default and unit.
Does not belong here: business rules (seeds of the dbt project) and what an extract looks like
(contracts in ``expectations/``).
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PROJECT_ROOT = Path(__file__).resolve().parent.parent
CONTRACTS_ROOT = PROJECT_ROOT / "expectations"
DBT_PROJECT_ROOT = PROJECT_ROOT / "dbt_project"

DEFAULT_OWNER = "team:data-engineering"  # of what no contract gives to another team

KNOWN_VARIABLES = {
    "PATRON_HOME": "folder of all zones; default data/ in the checkout",
    "PATRON_SOURCES": "active source systems, comma-separated; default crm,sales",
    "PATRON_TIMEZONE": "business time zone (IANA name); default UTC",
    "PATRON_CURRENCY": "reporting currency (ISO 4217); default GBP",
    "PATRON_START_DATE": "first day that may be an as-of date; default 2009-12-01",
    "PATRON_TARGET": "dbt target; default duckdb",
    "PATRON_THREADS": "DuckDB and dbt threads; default 2",
    "PATRON_MEMORY_LIMIT": "DuckDB memory limit; default 4GB",
    "PATRON_VALUE_SCOPE": "part of the base that value models are fitted on; default base",
    "PATRON_VALUE_PERIOD": "period of the value bridge; default month",
    "PATRON_ASSUMED_MARGIN_RATE": "margin of goods whose cost is unknown, 0 to 1; default none",
    "PATRON_KEEP_INTERMEDIATE": "1 keeps staging and intermediate tables to look at; default 0",
    "PATRON_PII_KEY": "secret key of the keyed hash; default: generated into a private file",
    "PATRON_POSTGRES_DSN": (
        "PostgreSQL to publish to as well, postgresql://user:password@host/database (secret); "
        "default none"
    ),
    "PATRON_POSTGRES_READER": "role that may read what is published there; default patron_reader",
    "PATRON_SUPERSET_POSTGRES_DSN": (
        "PostgreSQL as Superset reads it: the same database, by a member of the reader role "
        "(secret); default none"
    ),
    "PATRON_SUPERSET_PASSWORD": "password of Superset's user admin (secret); default generated",
    "PATRON_OBJECT_STORE_URL": (
        "object storage to publish Parquet to as well, s3://bucket/prefix; credentials, region and "
        "endpoint in the AWS_* variables; default none"
    ),
    "PATRON_DAGSTER_URL": "address of the Dagster UI, for the page's link to the lineage",
    "PATRON_FAILURE_COMMAND": "command that gets the report of a failed run on standard input",
}
KNOWN_TARGETS = ("duckdb",)
# base: one model for all; else one per value of the customer's attribute.
KNOWN_VALUE_SCOPES = ("base", "region", "acquisition_channel", "cohort")
KNOWN_VALUE_PERIODS = ("day", "week", "month")


class SettingError(ValueError):
    """A setting has a value that the system does not know."""


@dataclass(frozen=True)
class Zones:
    """Where each zone of the lake lives; see "How it flows" in the README."""

    home: Path

    @property
    def landing(self) -> Path:
        return self.home / "landing"

    @property
    def raw(self) -> Path:
        return self.home / "raw"

    @property
    def quarantine(self) -> Path:
        return self.home / "quarantine"

    @property
    def models(self) -> Path:
        return self.home / "models"

    @property
    def history(self) -> Path:
        return self.home / "history"

    @property
    def warehouse_file(self) -> Path:
        return self.home / "warehouse" / "patron.duckdb"

    @property
    def serving(self) -> Path:
        return self.home / "serving"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def data_docs(self) -> Path:
        return self.home / "data_docs"

    @property
    def dagster_home(self) -> Path:
        return self.home / "dagster"

    @property
    def secrets(self) -> Path:
        return self.home / "secrets"


@dataclass(frozen=True)
class Settings:
    """One deployment. Build it with :func:`load_settings`."""

    home: Path
    sources: tuple[str, ...] = ("crm", "sales")
    timezone: str = "UTC"
    currency: str = "GBP"
    start_date: date = date(2009, 12, 1)
    target: str = "duckdb"
    threads: int = 2
    memory_limit: str = "4GB"
    value_scope: str = "base"
    value_period: str = "month"
    assumed_margin_rate: Decimal | None = None
    keep_intermediate: bool = False
    failure_command: str | None = None
    dagster_url: str | None = None
    postgres_dsn: str | None = field(default=None, repr=False)  # holds a password
    postgres_reader: str = "patron_reader"
    object_store_url: str | None = None
    superset_postgres_dsn: str | None = field(default=None, repr=False)  # holds a password
    superset_password: str | None = field(default=None, repr=False)

    @property
    def zones(self) -> Zones:
        return Zones(self.home)

    @property
    def duckdb_limits(self) -> dict[str, str | int]:
        """What a DuckDB connection of its own may use."""
        return {"threads": self.threads, "memory_limit": self.memory_limit}


def known_sources() -> tuple[str, ...]:
    """Source systems that have a folder of extract contracts, sorted."""
    folder = CONTRACTS_ROOT / "extracts"
    return tuple(sorted(path.name for path in folder.iterdir() if path.is_dir()))


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from ``environment`` (default: the process's own).

    Raises:
        SettingError: a variable or a value is unknown; the message lists the known ones.
    """
    env = os.environ if environment is None else environment
    unknown = sorted(n for n in env if n.startswith("PATRON_") and n not in KNOWN_VARIABLES)
    if unknown:
        raise SettingError(
            f"unknown setting {', '.join(unknown)}; known: {', '.join(KNOWN_VARIABLES)}"
        )
    return Settings(
        home=_home(env.get("PATRON_HOME")),
        sources=_sources(env.get("PATRON_SOURCES", "crm,sales")),
        timezone=_timezone(env.get("PATRON_TIMEZONE", "UTC")),
        currency=_currency(env.get("PATRON_CURRENCY", "GBP")),
        start_date=_date("PATRON_START_DATE", env.get("PATRON_START_DATE", "2009-12-01")),
        target=_one_of("PATRON_TARGET", env.get("PATRON_TARGET", "duckdb"), KNOWN_TARGETS),
        threads=_positive("PATRON_THREADS", env.get("PATRON_THREADS", "2")),
        memory_limit=_memory("PATRON_MEMORY_LIMIT", env.get("PATRON_MEMORY_LIMIT", "4GB")),
        value_scope=_one_of(
            "PATRON_VALUE_SCOPE", env.get("PATRON_VALUE_SCOPE", "base"), KNOWN_VALUE_SCOPES
        ),
        value_period=_one_of(
            "PATRON_VALUE_PERIOD", env.get("PATRON_VALUE_PERIOD", "month"), KNOWN_VALUE_PERIODS
        ),
        assumed_margin_rate=_share(
            "PATRON_ASSUMED_MARGIN_RATE", env.get("PATRON_ASSUMED_MARGIN_RATE")
        ),
        keep_intermediate=_one_of(
            "PATRON_KEEP_INTERMEDIATE", env.get("PATRON_KEEP_INTERMEDIATE", "0"), ("0", "1")
        )
        == "1",
        failure_command=env.get("PATRON_FAILURE_COMMAND") or None,
        dagster_url=env.get("PATRON_DAGSTER_URL") or None,
        postgres_dsn=_connection_string("PATRON_POSTGRES_DSN", env),
        postgres_reader=_role(env.get("PATRON_POSTGRES_READER", "patron_reader")),
        object_store_url=_bucket_url(env.get("PATRON_OBJECT_STORE_URL")),
        superset_postgres_dsn=_connection_string("PATRON_SUPERSET_POSTGRES_DSN", env),
        superset_password=env.get("PATRON_SUPERSET_PASSWORD") or None,
    )


def _home(value: str | None) -> Path:
    if value is None:
        return PROJECT_ROOT / "data"
    if "://" in value:
        raise SettingError(
            f"PATRON_HOME={value!r} is a URL; the zones live on a local or mounted path for now"
        )
    return Path(value).expanduser().resolve()


def _sources(value: str) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))
    for name in names:
        _one_of("PATRON_SOURCES", name, known_sources())
    if not names:
        raise SettingError(f"PATRON_SOURCES is empty; known: {', '.join(known_sources())}")
    return names


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingError(
            f"PATRON_TIMEZONE={value!r} is no IANA time zone; examples: UTC, Europe/London"
        ) from error
    return value


def _currency(value: str) -> str:
    if len(value) != 3 or not value.isalpha() or not value.isupper():
        raise SettingError(f"PATRON_CURRENCY={value!r} is no ISO 4217 code; examples: EUR, GBP")
    return value


def _date(name: str, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise SettingError(f"{name}={value!r} is no date; write YYYY-MM-DD") from error


def _positive(name: str, value: str) -> int:
    if not value.isdigit() or int(value) < 1:
        raise SettingError(f"{name}={value!r} is no positive whole number")
    return int(value)


def _memory(name: str, value: str) -> str:
    # "none" is no amount: DuckDB would take four fifths of the machine, whatever else runs there.
    if not re.fullmatch(r"(?=.*[1-9])\d+(\.\d+)? ?[KMGT](i?B)?", value, re.IGNORECASE):
        raise SettingError(f"{name}={value!r} is no amount of memory; write 4GB or 512MB")
    return value


def _share(name: str, value: str | None) -> Decimal | None:
    if not value:
        return None
    try:
        share = Decimal(value)
    except InvalidOperation as error:
        raise SettingError(f"{name}={value!r} is no number; write 0.35 for 35 %") from error
    if not (share.is_finite() and 0 <= share <= 1):
        raise SettingError(f"{name}={value!r} is not between 0 and 1; write 0.35 for 35 %")
    if share != round(share, 6):  # what the warehouse holds of it
        raise SettingError(f"{name}={value!r} has more than six decimals")
    return share


def _connection_string(name: str, env: Mapping[str, str]) -> str | None:
    value = env.get(name)
    if not value:
        return None
    from psycopg import ProgrammingError, conninfo  # only where there is such a target

    try:
        conninfo.conninfo_to_dict(value)
    except ProgrammingError:
        # The library quotes the piece that it stumbles over, which may be the password.
        raise SettingError(
            f"{name} is no connection string; write postgresql://user:password@host:5432/database"
        ) from None
    return value


def _role(value: str) -> str:
    if not 0 < len(value.encode()) < 64 or value.startswith("pg_") or value == "public":
        raise SettingError(
            f"PATRON_POSTGRES_READER={value!r} cannot be the name of a role: 1 to 63 bytes, not "
            "public, not beginning with pg_"
        )
    return value


def _bucket_url(value: str | None) -> str | None:
    if not value:
        return None
    # A bucket's name is 3 to 63 of these; a prefix needs no quoting anywhere.
    if not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._=-]+)*/?", value):
        # Not quoted: some write credentials into such addresses.
        raise SettingError(
            "PATRON_OBJECT_STORE_URL is no address of a bucket; write s3://bucket/prefix. "
            "Credentials belong in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, the server in "
            "AWS_ENDPOINT_URL_S3"
        )
    return value


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise SettingError(f"{name}: unknown value {value!r}; known: {', '.join(known)}")
    return value
