"""How the as-of dates run: one date per run, so that a backfill goes through them in order."""

from dagster import BackfillPolicy

ONE_DATE_PER_RUN = BackfillPolicy.multi_run(max_partitions_per_run=1)
