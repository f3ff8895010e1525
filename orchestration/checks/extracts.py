"""Asset checks of the extracts: nothing lost, as promised by contract, and fresh.

Belongs here: check results in Dagster. Does not belong here: Great Expectations itself
(``great_expectations.py``) and refusing rows (``orchestration/ingest``).
"""

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSeverity,
    AssetCheckSpec,
    DailyPartitionsDefinition,
    multi_asset_check,
)

from orchestration import warehouse
from orchestration.assets.extracts import Contracts, extract_key
from orchestration.checks import great_expectations as gx
from orchestration.checks.extract_suites import judgement_of, name_of, validated
from orchestration.checks.results import Verdicts, of_date, suite_check_result
from orchestration.contracts import ExtractContract
from orchestration.refresh_tags import FULL_TAG
from orchestration.settings import Settings

EXPECTATIONS = "contract_expectations_hold"
ACCOUNTED = "rows_landed_are_accepted_or_quarantined"
DELIVERED = "extract_is_fresh"
EVENTS = "events_are_fresh"


def build_extract_checks(
    settings: Settings, contracts: Contracts, partitions: DailyPartitionsDefinition
) -> AssetChecksDefinition:
    """All checks of all active extracts in one step: Great Expectations is imported once."""
    active = {name: contract for name, contract in contracts.items() if name[0] in settings.sources}

    @multi_asset_check(
        name="extract_checks",
        specs=[spec for contract in active.values() for spec in _specs(contract)],
    )
    def extract_checks(context: AssetCheckExecutionContext) -> Verdicts:
        as_of = date.fromisoformat(context.partition_key)
        again = FULL_TAG in context.run.tags
        yield from of_date(context, extract_results(settings, active, as_of, again))

    return extract_checks


def extract_results(
    settings: Settings, active: Contracts, as_of: date, again: bool = False
) -> Iterator[AssetCheckResult]:
    """What each check finds, whoever asks; with ``again`` in all rows, judged before or not."""
    with tempfile.TemporaryDirectory(prefix="patron-checks-") as folder:
        database = Path(folder) / "checks.duckdb"
        with duckdb.connect(str(database)) as connection:
            warehouse.register_raw(connection, settings, active, as_of)
            for contract in active.values():
                yield accounted(connection, contract)
                yield delivered(connection, contract, as_of)
                yield events(connection, contract, as_of)
            judgements = [
                judgement_of(connection, contract, settings.zones, again)
                for contract in active.values()
            ]
        config = {"threads": settings.threads, "memory_limit": settings.memory_limit}
        results = validated(
            judgements, lambda suites: gx.validate(database, suites, duckdb_config=config)
        )
        gx.build_data_docs(settings.zones.data_docs / "extracts", results, as_of)
    for contract in active.values():
        yield suite_check_result(
            EXPECTATIONS, extract_key(contract), results.get(name_of(contract))
        )


def _specs(contract: ExtractContract) -> list[AssetCheckSpec]:
    key = extract_key(contract)
    specs = [
        AssetCheckSpec(EXPECTATIONS, asset=key, blocking=True,
                       description="The Great Expectations expectations of the contract."),
        AssetCheckSpec(ACCOUNTED, asset=key, blocking=True,
                       description="Rows landed = rows accepted + rows quarantined, per file."),
        AssetCheckSpec(DELIVERED, asset=key, blocking=contract.is_required,
                       description=f"The newest extract is at most {contract.freshness_days} "
                       "days older than the as-of date."),
        AssetCheckSpec(EVENTS, asset=key, blocking=False,
                       description="The newest event is as recent as the contract promises."),
    ]  # fmt: skip
    return specs


def accounted(connection: duckdb.DuckDBPyConnection, contract: ExtractContract) -> AssetCheckResult:
    files, landed, accepted, refused, wrong = _one_row(
        connection,
        "SELECT count(*), coalesce(sum(rows_landed), 0), coalesce(sum(rows_accepted), 0), "
        "coalesce(sum(rows_quarantined), 0), "
        "count(*) FILTER (WHERE rows_landed <> rows_accepted + rows_quarantined) "
        "FROM raw.extract_load WHERE source = ? AND table_name = ?",
        [contract.source, contract.table],
    )
    (in_raw,) = _one_row(
        connection, f"SELECT count(*) FROM {contract.raw_schema}.{contract.table}", []
    )
    (visible,) = _one_row(  # of a full delivery only the newest extract is visible
        connection,
        "SELECT coalesce(sum(rows_accepted), 0) FROM raw.extract_load "
        "WHERE source = $source AND table_name = $table AND (NOT $full OR extract_date = ("
        "SELECT max(extract_date) FROM raw.extract_load "
        "WHERE source = $source AND table_name = $table))",
        {
            "source": contract.source,
            "table": contract.table,
            "full": contract.delivery == "full",
        },
    )
    return AssetCheckResult(
        asset_key=extract_key(contract),
        check_name=ACCOUNTED,
        passed=wrong == 0 and in_raw == visible,
        metadata={
            "files": files,
            "rows_landed": int(landed),
            "rows_accepted": int(accepted),
            "rows_quarantined": int(refused),
            "rows_in_raw": in_raw,
            "files_that_do_not_add_up": wrong,
        },
    )


def delivered(
    connection: duckdb.DuckDBPyConnection, contract: ExtractContract, as_of: date
) -> AssetCheckResult:
    (newest,) = _one_row(
        connection,
        "SELECT max(extract_date) FROM raw.extract_load WHERE source = ? AND table_name = ?",
        [contract.source, contract.table],
    )
    severity = AssetCheckSeverity.ERROR if contract.is_required else AssetCheckSeverity.WARN
    return _freshness(contract, DELIVERED, newest, as_of, severity)


def events(
    connection: duckdb.DuckDBPyConnection, contract: ExtractContract, as_of: date
) -> AssetCheckResult:
    column = contract.event_time or "extract_date"
    (newest,) = _one_row(
        connection,
        f'SELECT max("{column}")::DATE FROM {contract.raw_schema}.{contract.table}',
        [],
    )
    return _freshness(contract, EVENTS, newest, as_of, AssetCheckSeverity.WARN)


def _freshness(
    contract: ExtractContract,
    name: str,
    newest: date | None,
    as_of: date,
    severity: AssetCheckSeverity,
) -> AssetCheckResult:
    limit = contract.freshness_days
    if newest is None:  # a firm need not hold an optional extract
        passed = not contract.is_required
    else:
        passed = limit is None or (as_of - newest).days <= limit
    metadata: dict[str, Any] = {
        "newest": newest.isoformat() if newest else "none",
        "age_days": (as_of - newest).days if newest else "never delivered",
        "limit_days": limit if limit is not None else "none promised",
    }
    return AssetCheckResult(
        asset_key=extract_key(contract),
        check_name=name,
        passed=passed,
        severity=severity,
        metadata=metadata,
    )


def _one_row(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: list[Any] | dict[str, Any]
) -> tuple[Any, ...]:
    return connection.execute(query, parameters).fetchall()[0]  # an aggregate has one row
