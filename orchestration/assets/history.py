"""What a run remembers for the periods to come: the asset ``history.customer_value``.

Belongs here: the order, after publication, so that only what was published is remembered. Does not
belong here: what a closing is (``orchestration/history``).
"""

from datetime import date
from typing import Any

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    DailyPartitionsDefinition,
    MaterializeResult,
    asset,
)

from orchestration import warehouse
from orchestration.assets.dates import ONE_DATE_PER_RUN
from orchestration.assets.faults import permanent_faults_final, transient_faults_retried
from orchestration.assets.publication import PUBLICATION
from orchestration.history.closings import write_closing
from orchestration.progress import tell
from orchestration.run_lock import held_run
from orchestration.settings import DEFAULT_OWNER, Settings

CUSTOMER_VALUE = AssetKey(["history", "customer_value"])
CLOSED = AssetKey(["intermediate", "int_customers_value_closed"])
STATE = "SELECT * FROM intermediate.int_customers_value_closed"


def build_history_asset(
    settings: Settings, partitions: DailyPartitionsDefinition
) -> AssetsDefinition:
    """The closing of the running period, kept for the value bridge of the next."""

    @asset(
        key=CUSTOMER_VALUE,
        deps=[CLOSED, PUBLICATION],
        group_name="history",
        kinds={"parquet"},
        owners=[DEFAULT_OWNER],
        partitions_def=partitions,
        backfill_policy=ONE_DATE_PER_RUN,
        description="Customers whose value changed since the close of the period before.",
    )
    def customer_value_history(context: AssetExecutionContext) -> MaterializeResult[Any]:
        as_of = date.fromisoformat(context.partition_key)
        with (
            permanent_faults_final(),
            transient_faults_retried(),
            held_run(settings),
            warehouse.read(settings) as connection,
        ):
            warehouse.require_as_of(connection, as_of)
            closing = write_closing(connection, settings.zones, STATE, as_of, settings.value_period)
        if not closing.is_written:
            tell(context.log, f"not remembered: {closing.reason}")
        return MaterializeResult(
            metadata={
                "dagster/row_count": closing.rows,
                "is_written": closing.is_written,
                "reason": closing.reason,
            }
        )

    return customer_value_history
