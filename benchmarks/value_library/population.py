"""A simulated base with known truth, as raw rows: x, t_x and T in whole days, and mean spend.

Belongs here: drawing customers. Does not belong here: measuring.

Buying and dropping out follow BG/NBD and spend follows Gamma-Gamma, with the parameters that CDNOW
has (weeks). Customers join evenly over two years, so that nearly every T occurs; times are whole
days, as in orders.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.value_library.question import COLUMNS

R, ALPHA, A, B = 0.243, 4.414, 0.793, 2.426
P, Q, V = 6.25, 3.74, 15.44
DAYS = 730
SEED = 20_250_630
CHUNK = 250_000  # customers that are drawn at a time


def draw(customers: int, seed: int) -> dict[str, NDArray[np.float64]]:
    """Columns of ``customers`` customers; mean_spend is 0 without repeat purchase."""
    random = np.random.default_rng(seed)
    t = random.integers(1, DAYS + 1, customers).astype(np.float64)
    rate = random.gamma(R, 1 / (ALPHA * 7), customers)
    leave = random.beta(A, B, customers)
    x = np.zeros(customers)
    last = np.zeros(customers)
    now = np.zeros(customers)
    active = np.arange(customers)
    while active.size:
        now[active] += random.exponential(size=active.size) / np.maximum(rate[active], 1e-12)
        active = active[now[active] <= t[active]]
        day = np.floor(now[active])
        counts = day > last[active]  # the second purchase of a day is none
        x[active] += counts
        last[active] = day
        active = active[random.random(active.size) >= leave[active]]
    spread = random.gamma(Q, 1 / V, customers)
    total = random.gamma(np.maximum(P * x, 1e-9)) / spread
    mean = np.where(x > 0, np.maximum(np.round(total, 2), 0.01) / np.maximum(x, 1), 0.0)
    return {"x": x, "t_x_days": last, "t_days": t, "mean_spend": mean}


def write(customers: int, folder: Path) -> None:
    """Write the columns as ``<column>.npy`` of float64."""
    folder.mkdir(parents=True, exist_ok=True)
    written = {
        name: np.lib.format.open_memmap(
            folder / f"{name}.npy", mode="w+", dtype=np.float64, shape=(customers,)
        )
        for name in COLUMNS
    }
    for number, start in enumerate(range(0, customers, CHUNK)):
        part = slice(start, min(start + CHUNK, customers))
        for name, values in draw(part.stop - part.start, SEED + number).items():
            written[name][part] = values


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("customers", type=int)
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args()
    write(asked.customers, asked.folder)
