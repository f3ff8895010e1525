"""The ``patron`` command: a thin shell over the Dagster job and the pure packages.

Belongs here: arguments, what is printed, exit codes. Does not belong here: work. Heavy imports
stand in the commands, so that ``patron --help`` answers at once.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from orchestration.failure_report import report, reported
from orchestration.metric_commands import commands as metric_commands
from orchestration.settings import (
    DBT_PROJECT_ROOT,
    PROJECT_ROOT,
    SettingError,
    Settings,
    load_settings,
)
from orchestration.target_commands import follow, target_commands
from orchestration.terminal import console, plain_errors

if TYPE_CHECKING:
    from orchestration.refresh import Refresh

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for name, commands in target_commands().items():
    app.add_typer(commands, name=name)
app.add_typer(metric_commands, name="metrics")
DEFAULT_CUSTOMERS = 20_000
DEFAULT_DAYS = 730
DEFAULT_SEED = 7
UI_PORT = 3000
NEW_OBJECTS = 50_000  # before garbage is searched for; at Python's 700, a second of a small refresh

DayOption = Annotated[str | None, typer.Option(help="As-of date, YYYY-MM-DD; default: newest.")]


@app.callback()
def patron() -> None:
    """Customer-value warehouse: extracts in, published segment tables out."""


def _parsed(name: str, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise SettingError(f"{name}={value!r} is no date; write YYYY-MM-DD") from error


@app.command("sample-world")
def sample_world(
    customers: Annotated[int, typer.Option(min=10)] = DEFAULT_CUSTOMERS,
    days: Annotated[int, typer.Option(min=30, help="Days of history.")] = DEFAULT_DAYS,
    seed: int = DEFAULT_SEED,
    out: Annotated[Path | None, typer.Option(help="Default: PATRON_HOME.")] = None,
    last_day: Annotated[str, typer.Option(help="Last day of the world.")] = "2025-06-30",
    daily_extracts: Annotated[
        int, typer.Option(min=1, help="How many of the last days come as extracts of their own.")
    ] = 7,
) -> None:
    """Write a coherent firm with known truth into landing/."""
    from orchestration.sample_world import write_world

    with plain_errors():
        write_world(
            out or load_settings().home,
            customers=customers,
            days=days,
            seed=seed,
            last_day=_parsed("--last-day", last_day),
            daily_extracts=daily_extracts,
            report=lambda line: console.print(f"  {line}", highlight=False),
        )


@app.command()
def run(
    as_of: DayOption = None,
    full: Annotated[
        bool,
        typer.Option(
            help="Read all extracts again, take out what was withdrawn, make every table whole."
        ),
    ] = False,
    force: Annotated[bool, typer.Option(help="Serve it even if a newer date is served.")] = False,
    sample_if_empty: Annotated[
        bool, typer.Option(help="Write the sample world first when nothing has landed.")
    ] = False,
) -> None:
    """Refresh as of one date and publish."""
    from orchestration.ingest.landing import newest_extract_date

    with plain_errors():
        settings = load_settings()
        with reported(settings):
            newest = newest_extract_date(settings.zones, settings.sources)
            if newest is None and sample_if_empty and set(settings.sources) <= {"crm", "sales"}:
                console.print("Nothing has landed: writing a sample world.")
                sample_world()
                newest = newest_extract_date(settings.zones, settings.sources)
            day = _parsed("--as-of", as_of) if as_of else newest
            if day is None:
                raise SettingError(
                    f"nothing has landed in {settings.zones.landing} for "
                    f"{', '.join(settings.sources)}; deliver extracts there, or write a sample "
                    "world: patron sample-world"
                )
            refresh = _refresh(settings, day, full=full, force=force)
        if not refresh.success:
            raise typer.Exit(1)
        _print_published(settings)


@app.command()
def backfill(
    first: Annotated[str, typer.Option("--from", help="First as-of date.")],
    last: Annotated[str, typer.Option("--to", help="Last as-of date.")],
    dry_run: Annotated[bool, typer.Option(help="Only say which dates would run.")] = False,
) -> None:
    """Refresh a range of as-of dates in order, one at a time; stops at the first failure."""
    with plain_errors():
        settings = load_settings()
        start, end = _parsed("--from", first), _parsed("--to", last)
        if end < start:
            raise SettingError(f"--to {end} is before --from {start}")
        dates = [start + timedelta(days=n) for n in range((end - start).days + 1)]
        if dry_run:
            console.print(f"would refresh {len(dates)} dates: {start} to {end}")
            return
        for day in dates:
            with reported(settings):
                refresh = _refresh(settings, day)
            if not refresh.success:
                console.print(f"stopped at {day}; resume with --from {day} --to {end}")
                raise typer.Exit(1)
        _print_published(settings)


@app.command()
def replay(
    first: Annotated[str, typer.Option("--from", help="First as-of date.")],
    last: Annotated[str, typer.Option("--to", help="Last as-of date.")],
    record: Annotated[
        bool, typer.Option("--record", help="Keep days after the newest remembered one.")
    ] = False,
    restate: Annotated[
        bool,
        typer.Option("--restate", help="Replace records from the first different day on."),
    ] = False,
) -> None:
    """Compute the segments of past dates again and compare them with the memory.

    Writes nothing without --record or --restate. Exit code 1: a day differs from its record.
    """
    from orchestration.contracts import load_extract_contracts
    from orchestration.replay.days import replay as replay_days
    from orchestration.replay.told import summary, told
    from orchestration.settings import CONTRACTS_ROOT, known_sources

    with plain_errors():
        settings = load_settings()
        start, end = _parsed("--from", first), _parsed("--to", last)
        console.print(f"Replaying segments of {start} to {end} in {settings.home}")
        days = replay_days(
            settings,
            load_extract_contracts(CONTRACTS_ROOT, known_sources()),
            start,
            end,
            record=record,
            restate=restate,
            tell=lambda day: console.print(told(day), highlight=False, soft_wrap=True),
        )
        console.print(summary(days), highlight=False, soft_wrap=True)
        if any(day.differing and not day.is_written for day in days):
            raise typer.Exit(1)


def _refresh(settings: Settings, day: date, *, full: bool = False, force: bool = False) -> Refresh:
    if day < settings.start_date:
        raise SettingError(f"as-of {day} is before PATRON_START_DATE {settings.start_date}")
    console.print(f"Refreshing as of {day} from {', '.join(settings.sources)} in {settings.home}")
    if gc.get_freeze_count():  # of the date before, in a backfill: free what that run left
        gc.unfreeze()
        gc.collect()
    gc.disable()  # what is loaded and defined stays to the end: never worth a search for garbage
    from orchestration.definitions import build_defs
    from orchestration.refresh import run_refresh

    definitions = build_defs(settings)
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)
    gc.enable()
    refresh = run_refresh(settings, definitions, day, full=full, force=force)
    if not refresh.success:
        lines = "\n".join(refresh.failures)
        left = "after the publication" if refresh.is_served else "what was served stays"
        console.print(f"[red]FAILED[/red] as of {day}; {left}.", highlight=False)
        console.print(lines, markup=False, highlight=False)
        console.print(f"log: {refresh.log_file}", highlight=False)
        report(settings, f"refresh as of {day} failed (run {refresh.run_id}):\n{lines}\n")
    return refresh


def _print_published(settings: Settings) -> None:
    from orchestration.publish.serving_zone import served
    from orchestration.status import print_published

    manifest = served(settings.zones.serving)
    if manifest is not None:
        print_published(console, manifest, settings)


@app.command()
def status() -> None:
    """What is published, how old, from which extracts, and which checks failed last."""
    from orchestration.status import print_status

    with plain_errors():
        if not print_status(load_settings(), console):
            raise typer.Exit(1)


@app.command()
def doctor() -> None:
    """Examine the deployment: each line ok or the remedy."""
    from orchestration.doctor import examine

    with plain_errors():
        findings = examine(load_settings())
    for finding in findings:
        verdict = "[red]MEND[/red]" if finding.remedy else "[green]ok[/green]  "
        console.print(f"{verdict} {finding.what:<20} {escape(finding.state)}", highlight=False)
        if finding.remedy:
            console.print(f"     remedy: {escape(finding.remedy)}", highlight=False)
    if any(finding.remedy for finding in findings):
        raise typer.Exit(1)


@app.command()
def rollback(
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without, only say what.")] = False,
) -> None:
    """Serve the publication before the current one again."""
    from orchestration.publish.replace import rollback as roll_back

    with plain_errors():
        settings = load_settings()
        outcome = roll_back(settings.zones.serving, dry_run=not yes)
        verb = "now serving" if outcome.done else "would serve (add --yes)"
        console.print(
            f"{verb} {outcome.restored.publication_id} "
            f"instead of {outcome.abandoned.publication_id}"
        )
        if outcome.done:
            follow(settings)


@app.command()
def ui(port: int = UI_PORT) -> None:
    """Dagster UI, schedule, sensors and backfills on localhost."""
    from orchestration.refresh import prepare_dagster_home

    with plain_errors():
        prepare_dagster_home(load_settings())
    console.print(f"Dagster on http://127.0.0.1:{port} (Ctrl-C ends it)")
    command = [
        str(Path(sys.executable).parent / "dagster"), "dev",
        "--workspace", str(PROJECT_ROOT / "workspace.yaml"),
        "--host", "127.0.0.1", "--port", str(port),
    ]  # fmt: skip
    raise typer.Exit(subprocess.run(command, cwd=PROJECT_ROOT, check=False).returncode)  # noqa: S603


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def dbt(context: typer.Context) -> None:
    """Run dbt by hand with this deployment's environment, e.g. `patron dbt build -s +rfm_score`."""
    from orchestration import warehouse
    from orchestration.assets.dbt_process import dbt_executable

    with plain_errors():
        variables = warehouse.dbt_environment(load_settings())
    environment = {**os.environ, **variables, "DBT_PROFILES_DIR": str(DBT_PROJECT_ROOT)}
    command = [dbt_executable(), *context.args]
    completed = subprocess.run(command, cwd=DBT_PROJECT_ROOT, env=environment, check=False)  # noqa: S603
    raise typer.Exit(completed.returncode)


if __name__ == "__main__":
    app()
