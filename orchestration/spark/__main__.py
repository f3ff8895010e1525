"""``python -m orchestration.spark``: one refresh on Spark from the command line."""

from __future__ import annotations

import argparse
import time
from datetime import date

from orchestration.settings import load_settings
from orchestration.spark.refresh import refresh_on_spark


def main() -> None:
    """Refresh the deployment that ``PATRON_*`` describe on the cluster of ``SPARK_CONF_DIR``."""
    parser = argparse.ArgumentParser(prog="python -m orchestration.spark", description=__doc__)
    parser.add_argument("--as-of", type=date.fromisoformat, required=True)
    parser.add_argument(
        "--full",
        action="store_true",
        help="read every extract in landing again, and take out of raw what was withdrawn",
    )
    parser.add_argument(
        "--without-claims",
        action="store_true",
        help="judge no data test of dbt; for whoever compares the tables with DuckDB's",
    )
    arguments = parser.parse_args()
    started = time.monotonic()

    def tell(line: str) -> None:
        print(f"{time.monotonic() - started:7.1f} s  {line}", flush=True)  # noqa: T201

    done = refresh_on_spark(
        load_settings(),
        arguments.as_of,
        tell,
        full=arguments.full,
        with_claims=not arguments.without_claims,
    )
    tell(f"published: {done.served.publication_id} ({done.reason})")


if __name__ == "__main__":
    main()
