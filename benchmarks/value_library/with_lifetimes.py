"""lifetimes on a simulated base, as its documentation shows it: one row per customer.

Belongs here: the measured process of lifetimes, in the benchmark's own environment. With
``--distinct`` its fit of purchases gets distinct rows with weights, which it knows and few use.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter

from benchmarks.value_library.cost import Costs
from benchmarks.value_library.question import MONTHLY_RATE, MONTHS, columns


def main(base: Path, result: Path, *, distinct: bool) -> None:
    costs = Costs()
    with costs.part("load"):
        x, t_x, t, spend = columns(base)
    rows = pd.DataFrame({"x": x, "t_x": t_x / 7, "t": t / 7})
    fitted = rows.assign(customers=1.0)
    if distinct:
        with costs.part("distinct rows"):
            fitted = rows.groupby(["x", "t_x", "t"]).size().rename("customers").reset_index()
    with costs.part("fit purchases"):
        purchases = BetaGeoFitter().fit(fitted.x, fitted.t_x, fitted.t, weights=fitted.customers)
    with costs.part("fit spend"):
        repeats = x > 0
        spends = GammaGammaFitter().fit(x[repeats], spend[repeats])
    with costs.part("score"):
        values = spends.customer_lifetime_value(
            purchases,
            rows.x,
            rows.t_x,
            rows.t,
            pd.Series(spend),
            time=MONTHS,
            discount_rate=MONTHLY_RATE,
            freq="W",
        )
        np.save(result, values.to_numpy())
    costs.report(
        customers=len(x),
        rows=len(fitted),
        parameters={k: float(v) for k, v in (*purchases.params_.items(), *spends.params_.items())},
        total=float(values.sum()),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), distinct="--distinct" in sys.argv)
