"""pymc-marketing's MAP fit on a simulated base, with flat priors so that it is the MLE.

Belongs here: the measured process of pymc-marketing, in the benchmark's own environment. Only fits
are asked of it. A first fit of a thousand customers fills its caches of compiled code and is
reported apart.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pymc_extras.prior import Prior
from pymc_marketing.clv import BetaGeoModel, GammaGammaModel

from benchmarks.value_library.cost import Costs
from benchmarks.value_library.question import columns

Parameters = dict[str, float]


def fit_purchases(rows: pd.DataFrame) -> Parameters:
    return _fit(BetaGeoModel, rows[["customer_id", "frequency", "recency", "T"]], "alpha r a b")


def fit_spend(rows: pd.DataFrame) -> Parameters:
    repeaters = rows[rows.frequency > 0]
    return _fit(GammaGammaModel, repeaters[["customer_id", "frequency", "monetary_value"]], "p q v")


def _fit(model: type, rows: pd.DataFrame, names: str) -> Parameters:
    flat = {name: Prior("HalfFlat") for name in names.split()}
    fitted = model(rows.reset_index(drop=True), model_config=flat)
    fitted.fit(method="map", progressbar=False, tol=1e-10)
    return {name: float(fitted.fit_result[name].item()) for name in flat}


def table(x: NDArray, t_x: NDArray, t: NDArray, spend: NDArray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": np.arange(len(x)),
            "frequency": x,
            "recency": t_x / 7,
            "T": t / 7,
            "monetary_value": spend,
        }
    )


def main(base: Path) -> None:
    costs = Costs()
    with costs.part("load"):
        rows = table(*columns(base))
    with costs.part("compile"):
        fit_purchases(rows[:1000])
        fit_spend(rows[:1000])
    with costs.part("fit purchases"):
        purchases = fit_purchases(rows)
    with costs.part("fit spend"):
        spends = fit_spend(rows)
    costs.report(customers=len(rows), rows=len(rows), parameters={**purchases, **spends})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
