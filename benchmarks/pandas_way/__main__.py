"""Extracts to published tables and customer value with pandas and lifetimes, in one process.

    .venv-bench/bin/python -m benchmarks.pandas_way LANDING OUT AS_OF --key-file FILE [--plain]

Makes the outputs of the hand-written DuckDB script (``benchmarks.hand_written``) from the same
files: typed reading without refused rows, keyed hashes, people, the twelve marts in exact
amounts, ``seg_customer`` and ``seg_summary`` as Parquet. Then BG/NBD and Gamma-Gamma by lifetimes,
with P(alive), expected purchases and discounted value of each customer. Like the script it has no
reasons for refused rows, no checks, lineage, lock or manifest. The histories of the customers are
kept as files for ``benchmarks.value_library.ours``. Prints the cost of each stage as JSON.
"""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.pandas_way import outputs, values
from benchmarks.pandas_way.exact import write_parquet


def main() -> None:
    asked = outputs.arguments().parse_args()
    as_of, key = pd.Timestamp(asked.as_of), asked.key_file.read_text().strip().encode()
    stages: dict[str, dict[str, float]] = {}
    frames = timed(stages, "read", lambda: outputs.read(asked.landing, asked.as_of, asked.plain))
    made = timed(stages, "sales", lambda: outputs.sales_marts(frames, as_of, key))
    timed(stages, "customers", lambda: outputs.customer_marts(frames, made, as_of))
    histories = timed(stages, "histories", lambda: values.histories_of(
        made["customer_cbs"], made["dim_customer"]
    ))  # fmt: skip
    models = timed(stages, "fits", lambda: values.fit(histories))
    valued = timed(stages, "scores", lambda: values.score(histories, *models))
    timed(stages, "write", lambda: write(asked.out, made | {"customer_clv": valued}, histories))
    told = {
        "stages": stages,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
        "customers": len(valued),
        "lines": len(made["fct_order_net"]),
        "parameters": {k: float(v) for model in models for k, v in model.params_.items()},
        "total": float(valued["clv"].sum()),
    }
    print(json.dumps(told))


def timed(stages: dict[str, dict[str, float]], name: str, work: Callable[[], Any]) -> Any:
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    stages[name] = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
    return found


def write(out: Path, tables: dict[str, pd.DataFrame], histories: pd.DataFrame) -> None:
    (out / "base").mkdir(parents=True)
    for name in ("seg_customer", "seg_summary", "customer_clv"):
        write_parquet(tables[name], out / f"{name}.parquet")
    for column in histories:
        np.save(out / "base" / f"{column}.npy", histories[column].to_numpy())


if __name__ == "__main__":
    main()
