"""How long each view of the page takes over a million customers, from the click to the last chart.

Belongs here: the enlarged publication and the clock. Does not belong here: whether views are right
(``dashboard/tests``). Runs in the page's environment: ``make bench-dashboard``.

A publication (``PATRON_HOME``) is enlarged: each customer's rows are repeated under new keys until
there are as many as asked for; tables without customers stay, since they do not grow with the base.
The server's part is measured alone, where other processes disturb CPU seconds least. A headless
browser then follows the navigation, and the page itself is timed: from the click to the last change
of the document in the view, after which nothing changes for a while. *first* is the first visit
after a publication, with nothing kept; *again* a later visit, with the answers kept.

``--first`` asks the kernel to serve these processes before all others (root, Linux): for a
machine that does other things.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import streamlit as st
from playwright.sync_api import Browser, sync_playwright

from dashboard.published import Publication, current_publication, held_open
from dashboard.tests.reading import Reader
from dashboard.tests.serving import PageServer
from orchestration.settings import load_settings

VIEWS = ("Overview", "Customer value", "Loyalty", "Lifecycle", "Segments", "One customer",
         "Data quality")  # fmt: skip
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def enlarge(source: Path, home: Path, customers: int) -> None:
    """A publication like that of ``source`` with at least so many customers."""
    version = (source / "serving" / "current").resolve()
    folder = home / "serving" / "versions" / "enlarged"
    folder.mkdir(parents=True)
    manifest = json.loads((version / "manifest.json").read_text(encoding="utf-8"))
    with duckdb.connect(folder / "patron.duckdb", config={"memory_limit": "4GB"}) as opened:
        opened.execute(f"attach '{version / 'patron.duckdb'}' as small (read_only)")
        row = opened.execute("select count(*) from small.seg_customer").fetchone()
        times = -(-customers // (row[0] if row else 1))
        for entry in manifest["tables"]:
            entry["rows"] = _copy(opened, entry, times)
    manifest["publication_id"] = "enlarged"
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (home / "serving" / "current").symlink_to(Path("versions") / "enlarged")


def _copy(opened: duckdb.DuckDBPyConnection, entry: dict, times: int) -> int:
    table = f'"{entry["name"]}"'
    if "customer_key" in [name for name, _ in entry["columns"]]:
        opened.execute(
            f"create table {table} as select * replace "
            "(case when n = 0 then customer_key else md5(customer_key || '/' || n) end "
            f"as customer_key) from small.{table}, range({times}) as again (n) "
            "order by customer_key"
        )
    else:
        opened.execute(f"create table {table} as from small.{table}")
    row = opened.execute(f"select count(*) from {table}").fetchone()
    return int(row[0]) if row else 0


def renderings(home: Path) -> dict[str, tuple[int, float, float]]:
    """Questions, CPU and wall seconds of the server's part of each view, nothing kept.

    The views run without a server here: Streamlit's parts then draw nothing and cost little.
    """
    logging.disable(logging.CRITICAL)  # of Streamlit, which misses its server
    st.fragment = _whole  # which without a server would leave parts out
    from dashboard.definitions import read_currency, read_definitions
    from dashboard.frame import VIEWS as RENDERED
    from dashboard.page import View

    publication = current_publication(home / "serving")
    if publication is None:
        raise SystemExit("nothing is published")
    asked = Counted(**vars(publication))
    view = View(asked, read_definitions(asked), read_currency(asked))
    measured = {}
    for title, render in RENDERED.values():
        before, cpu, wall = asked.questions, time.process_time(), time.perf_counter()
        with held_open():
            render(view)
        measured[title] = (
            asked.questions - before,
            time.process_time() - cpu,
            time.perf_counter() - wall,
        )
    return measured


def _whole(part: Any = None, **_: Any) -> Any:
    """A part of a view as a plain function."""
    return part if part is not None else _whole


class Counted(Publication):
    """A publication that counts what it is asked."""

    questions = 0

    def _answer(self, sql: str, parameters: Sequence[Any]) -> pa.Table:
        type(self).questions += 1
        return super()._answer(sql, parameters)


# Notes the moment of each click and of each change in the view. A canvas changes its size when it
# is drawn; what is written into it later is the table for screen readers, which nobody sees. The
# status sign of Streamlit stands outside of the view.
CLOCK = """() => {
  const seen = window.patronClock = {click: 0, change: 0};
  document.addEventListener('click', () => { seen.click = performance.now(); }, true);
  const shown = (change) => {
    const at = change.target.closest ? change.target : change.target.parentElement;
    const hidden = change.type === 'childList' && at?.closest('canvas');
    return at?.closest('[data-testid="stMain"]') && !hidden;
  };
  const note = (changes) => {
    if (changes.some(shown)) {
      requestAnimationFrame(() => { seen.change = performance.now(); });
    }
  };
  new MutationObserver(note).observe(document.body, {
    subtree: true, childList: true, attributes: true, characterData: true});
}"""
QUIET_MS = 400


def visits(
    browser: Browser, home: Path, prepare: Callable[[], None]
) -> dict[str, tuple[float, float]]:
    """Seconds of the first and of a later visit of each view."""
    with PageServer(home) as server:
        prepare()
        reader = _timed(browser, server.address)
        first = {view: _seconds(reader, view) for view in VIEWS[1:]}
        again = {view: _seconds(reader, view) for view in VIEWS}
        again = {view: _seconds(reader, view) for view in VIEWS}
        if reader.exceptions:
            raise SystemExit(server.log)
        reader.close()
    # The page opens with the overview, so its first visit is timed on a server of its own.
    with PageServer(home) as server:
        prepare()
        reader = _timed(browser, f"{server.address}/quality")
        first["Overview"] = _seconds(reader, "Overview")
        reader.close()
    return {view: (first[view], again[view]) for view in VIEWS}


def _timed(browser: Browser, address: str) -> Reader:
    reader = Reader(browser, address, 1366, 768)
    reader.tab.evaluate(CLOCK)
    return reader


def _seconds(reader: Reader, view: str) -> float:
    """From the click to the last change of the view."""
    reader.go(view)
    reader.tab.wait_for_function(
        f"performance.now() - window.patronClock.change > {QUIET_MS}", polling=50
    )
    seen = reader.tab.evaluate("window.patronClock")
    return (seen["change"] - seen["click"]) / 1000


def go_first() -> None:
    """Has the sessions of this process and of all below it served before those of others."""
    for process in [os.getpid(), *_below(os.getpid())]:
        Path(f"/proc/{process}/autogroup").write_text("-20", encoding="ascii")


def _below(process: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            found += [int(child), *_below(int(child))]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--first", action="store_true", help="before other processes; see above")
    given = parser.parse_args()
    prepare = go_first if given.first else lambda: None
    prepare()
    home = Path(tempfile.mkdtemp(prefix="patron-page-"))
    try:
        enlarge(load_settings().home, home, given.customers)
        size = (home / "serving" / "current" / "patron.duckdb").stat().st_size / 1e6
        print(f"{given.customers:,} customers, served file of {size:,.0f} MB")
        served = renderings(home)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            rounds = [visits(browser, home, prepare) for _ in range(given.rounds)]
            browser.close()
    finally:
        shutil.rmtree(home)
    print("| view | questions | server: CPU s | wall s | in the browser: first, s | again, s |")
    print("|---|---|---|---|---|---|")
    for view in VIEWS:
        questions, cpu, wall = served[view]
        first, again = (statistics.median(seen[view][place] for seen in rounds) for place in (0, 1))
        print(f"| {view} | {questions} | {cpu:.2f} | {wall:.2f} | {first:.2f} | {again:.2f} |")


if __name__ == "__main__":
    main()
