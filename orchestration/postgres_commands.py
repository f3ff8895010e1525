"""The ``patron postgres`` commands: what an operator does about PostgreSQL by hand.

Belongs here: arguments, what is printed, exit codes. Does not belong here: the work
(``publish/postgres``), which every refresh does by itself.
"""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration.settings import CONTRACTS_ROOT, load_settings
from orchestration.terminal import console, plain_errors

commands = typer.Typer(
    no_args_is_help=True, help="PostgreSQL (PATRON_POSTGRES_DSN): follow what is served, compare."
)


@commands.command()
def sync(
    force: Annotated[
        bool, typer.Option("--force", help="Replace a newer day of another deployment.")
    ] = False,
) -> None:
    """Show in PostgreSQL what is served; does nothing where that is so."""
    from orchestration.contracts import load_published_contracts
    from orchestration.publish.postgres import configured_target
    from orchestration.publish.postgres import sync as sync_target

    with plain_errors():
        settings = load_settings()
        target = configured_target(settings)
        done = sync_target(
            target,
            settings.zones.serving,
            load_published_contracts(CONTRACTS_ROOT),
            settings.duckdb_limits,
            force=force,
        )
    console.print(f"PostgreSQL at {target.address}: {done}", highlight=False, soft_wrap=True)


@commands.command()
def check() -> None:
    """Read PostgreSQL back and compare it with what is served. Exit code 1: they differ."""
    from orchestration.publish.postgres import configured_target, verify_target

    with plain_errors():
        settings = load_settings()
        target = configured_target(settings)
        differences = verify_target(target, settings.zones.serving, settings.duckdb_limits)
    for difference in differences:
        console.print(str(difference), highlight=False, markup=False, soft_wrap=True)
    if differences:
        console.print("remedy: patron postgres sync")
        raise typer.Exit(1)
    console.print(f"PostgreSQL at {target.address} is what is served", highlight=False)
