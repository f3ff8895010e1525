"""One sample world, and every way from its extracts to published tables that is measured on it.

Belongs here: how each part is run and what is recorded of it. Does not belong here: in which order
(``end_to_end.py``) and what is shown (``report.py``). Every part starts from the same landed files
and an empty home, as a process of its own.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks import daily
from benchmarks.measure import Cost
from benchmarks.runs import Runs, World, inner_costs, size_mb
from orchestration.settings import PROJECT_ROOT

Agreement = dict[str, dict[str, Any]]
DIGITS = 5e-5  # largest relative difference of totals that are equal to four digits
AS_OF, DAY_BEFORE = "2025-06-30", "2025-06-29"
LITTLE_MEMORY = {"PATRON_MEMORY_LIMIT": "2GB"}  # for DuckDB
VALUED_LIMIT = "256MB"  # for DuckDB, when memory is compared with that of pandas
OTHER_PYTHON = PROJECT_ROOT / ".venv-bench" / "bin" / "python"


class Disagreement(RuntimeError):
    """Two ways made different tables, so their costs say nothing."""


class Bench(Runs):
    """Every way on one world; what it costs goes to ``results`` at once."""

    def __init__(self, folder: Path, world: World, results: Path, measurement: str) -> None:
        super().__init__(folder, world, results, measurement)
        self.by_hand: Agreement = {}

    def write_world(self) -> None:
        """The landed files, once, and the project compiled, as at installation."""
        home, size = self.folder / "world", self.world
        if not (self.folder / "world.written").exists():
            shutil.rmtree(home, ignore_errors=True)
            cost, _ = self._run(
                "sample_world", home, "-m", "orchestration.cli", "sample-world",
                "--customers", str(size.customers), "--days", str(size.days),
                "--seed", str(size.seed),
            )  # fmt: skip
            self._record("sample_world", cost, told={"landed_mb": size_mb(self.landing)})
            (self.folder / "world.written").touch()
        self._run("parse", home, "-m", "benchmarks.stages", "parse", AS_OF)

    def hand_written(self) -> None:
        """One script without any framework; the first time its answers are kept for comparison."""
        cost, told = self._by_hand("hand_written")
        self._record("hand_written", cost, parts=inner_costs(told["stages"]))
        self._ask_script()

    def alone(self) -> None:
        """Ingestion and transforms of the shared outputs, each without Dagster and checks."""
        home = self._home("alone")
        for stage in ("ingest", "transforms"):
            cost, _ = self._run(f"{stage}_alone", home, "-m", "benchmarks.stages", stage, AS_OF)
            inner = {"inside": self._last_line(f"{stage}_alone")}
            self._record(f"{stage}_alone", cost, parts=inner_costs(inner))
        shutil.rmtree(home)

    def restricted_run(self) -> None:
        """The shared outputs through Dagster, checks and publication included."""
        home = self._home("restricted")
        self._traced("restricted_run", home, "benchmarks.restricted", AS_OF)
        self._agree("restricted_run", home)
        shutil.rmtree(home)

    def restricted_little_memory(self) -> None:
        """The shared outputs with 2 GB for DuckDB."""
        home = self._home("restricted_2gb")
        self._traced(
            "restricted_run_2gb", home, "benchmarks.restricted", AS_OF, environment=LITTLE_MEMORY
        )
        self._agree("restricted_run_2gb", home)
        shutil.rmtree(home)

    def full_run(self) -> None:
        """`patron run` with everything, then again with nothing new."""
        home = self._home("full")
        self._traced("full_run", home, "benchmarks.trace", "run", "--as-of", AS_OF)
        self._agree("full_run", home)
        self._traced("full_run_again", home, "benchmarks.trace", "run", "--as-of", AS_OF)

    def plain_dbt(self) -> None:
        """`dbt build` of the whole project over the raw and the models of :meth:`full_run`."""
        target = {"DBT_TARGET_PATH": str(self.folder / "dbt"), "DBT_LOG_PATH": str(self.folder)}
        home = self.folder / "full"
        dbt = ("-m", "orchestration.cli", "dbt")
        self._run("plain_dbt_parse", home, *dbt, "parse", "--quiet", environment=target)
        cost, _ = self._run(
            "plain_dbt", home, *dbt, "build", "--quiet", "--exclude", "resource_type:unit_test",
            environment=target,
        )  # fmt: skip
        self._record("plain_dbt", cost)

    def little_memory(self) -> None:
        """`patron run` with everything and 2 GB for DuckDB."""
        home = self._home("little_memory")
        command = ("benchmarks.trace", "run", "--as-of", AS_OF)
        self._traced("full_run_2gb", home, *command, environment=LITTLE_MEMORY)
        self._agree("full_run_2gb", home)
        shutil.rmtree(home)

    def daily_run(self) -> None:
        """The day after, with everything: one daily extract is new."""
        self._daily("daily_run", "benchmarks.trace", ("run", "--as-of"))

    def restricted_daily_run(self) -> None:
        """The day after, of the shared outputs."""
        self._daily("restricted_daily_run", "benchmarks.restricted", ())

    def _daily(self, part: str, module: str, command: tuple[str, ...]) -> None:
        """After the day before: the last day's extracts land, and a second deployment with the
        same memory makes all of the same day anew. Which of both goes first turns by rounds."""
        home = self.folder / part
        shutil.rmtree(home, ignore_errors=True)
        daily.land(self.landing, home, last=DAY_BEFORE)
        self._traced(f"{part}_day_before", home, module, *command, DAY_BEFORE)
        daily.land(self.landing, home, last=AS_OF)
        whole = daily.with_the_same_memory(home, self.folder / f"{part}_in_full")
        both = [(part, home, ()), (f"{part}_in_full", whole, ("--full",))]
        for name, of, extra in both if self.round % 2 == 0 else both[::-1]:
            tell = daily.landed_rows if of == home else None
            self._traced(name, of, module, *command, AS_OF, *extra, tell=tell)
        differing = _told("benchmarks.daily", home, whole)
        if differing:
            raise Disagreement(f"{part} and the full refresh of the same day differ: {differing}")
        self._agree(part, home)
        for done in (home, whole):
            shutil.rmtree(done)

    def valued_run(self) -> None:
        """What the pandas way makes, by Dagster: the shared outputs and the value of customers."""
        home, limit = self._home("valued"), {"PATRON_MEMORY_LIMIT": VALUED_LIMIT}
        module, arguments = "benchmarks.restricted", (AS_OF, "--values")
        self._traced("valued_run", home, module, *arguments, environment=limit)
        self._agree("valued_run", home)
        shutil.rmtree(home)

    def pandas_way(self) -> None:
        """The same landed files with pandas and lifetimes; then its models by our value library."""
        for part, form in (("pandas_way", ()), ("pandas_plain", ("--plain",))):
            out = self.folder / part
            if self.round == 0:  # not shown: comparing costs time too
                self._by_pandas(f"{part}_compared", "pandas_way.outputs", out, *form)
                self._agree(part, out)
            cost = self._by_pandas(part, "pandas_way", out, *form)
            told = self._last_line(part)
            self._record(part, cost, parts=inner_costs(told.pop("stages")), told=told)
            if part == "pandas_way":
                self._value_library(out, told)
            shutil.rmtree(out)

    def _by_pandas(self, name: str, module: str, out: Path, *form: str) -> Cost:
        shutil.rmtree(out, ignore_errors=True)
        cost, _ = self._run(
            name, out, "-W", "ignore", "-m", f"benchmarks.{module}", str(self.landing), str(out),
            AS_OF, "--key-file", str(self.key_file), *form, python=OTHER_PYTHON,
        )  # fmt: skip
        return cost

    def _value_library(self, out: Path, told: dict[str, Any]) -> None:
        """Our models on the histories that pandas has made; the total value must be the same."""
        cost, _ = self._run(
            "value_library", out, "-m", "benchmarks.value_library.ours",
            str(out / "base"), str(out / "ours.npy"),
        )  # fmt: skip
        ours = self._last_line("value_library")
        parts = {name: {"wall_s": ours["wall_s"][name], "cpu_s": ours["cpu_s"][name]}
                 for name in ours["wall_s"]}  # fmt: skip
        told |= {"ours": ours["total"]}
        if abs(ours["total"] / told["total"] - 1) > DIGITS:
            raise Disagreement(f"lifetimes and the value library differ: {told}")
        self._record("value_library", cost, parts=inner_costs(parts), told=told)

    def clean(self) -> None:
        """Everything but the world."""
        for name in ("full", "dbt"):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def _ask_script(self) -> None:
        """Its answers, once, in a run that is not shown: comparing costs time too."""
        if not self.by_hand:
            cost, told = self._by_hand("hand_written_compared", "--compare")
            self.by_hand = {"hashes": told["hashes"], "sums": told["sums"]}
            rows = {table: int(sums[0]) for table, sums in told["sums"].items()}
            self._record("hand_written_compared", cost, told={"rows": rows})
        shutil.rmtree(self.folder / "hand_written", ignore_errors=True)

    def _by_hand(self, name: str, *extra: str) -> tuple[Cost, dict[str, Any]]:
        out = self.folder / "hand_written"
        shutil.rmtree(out, ignore_errors=True)
        cost, _ = self._run(
            name, out, "-m", "benchmarks.hand_written", str(self.landing), str(out), AS_OF,
            "--key-file", str(self.key_file), *extra,
        )  # fmt: skip
        return cost, dict(json.loads(self._output(name).read_text()))

    def _agree(self, part: str, made: Path) -> None:
        self._ask_script()
        said = told_by(made)
        for kind, expected in self.by_hand.items():
            differing = sorted(name for name in expected if expected[name] != said[kind].get(name))
            if differing:
                raise Disagreement(f"{part} and the script differ: {kind} of {differing}")


def told_by(made: Path) -> Agreement:
    """What a refreshed home or a folder of Parquet says."""
    served = made / "serving" / "current" / "patron.duckdb"
    files = (made / "warehouse" / "patron.duckdb", served) if served.exists() else (made,)
    return dict(_told("benchmarks.agreement", *files))


def _told(module: str, *arguments: Path) -> Any:
    """What a module prints; in a child, to keep this process small."""
    said = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        check=True, capture_output=True, text=True, cwd=PROJECT_ROOT,
    )  # fmt: skip
    return json.loads(said.stdout)
