"""The commands of each target, ``patron postgres`` and ``patron object-store``.

Belongs here: arguments, what is printed, exit codes: what an operator does about a target by hand.
Does not belong here: the work (``publish/postgres``, ``publish/object_store``), which every refresh
does by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.settings import Settings, load_settings
from orchestration.terminal import console, plain_errors

if TYPE_CHECKING:
    from orchestration.publish.targets import PublicationTarget


def _postgres(settings: Settings) -> PublicationTarget:
    from orchestration.publish.postgres.target import PostgresTarget

    return PostgresTarget(settings)


def _object_store(settings: Settings) -> PublicationTarget:
    from orchestration.publish.object_store.target import ObjectStoreTarget

    return ObjectStoreTarget(settings)


def target_commands() -> dict[str, typer.Typer]:
    """A group of commands for each kind of target, by its name."""
    return {
        "postgres": _commands(_postgres, "PostgreSQL (PATRON_POSTGRES_DSN)"),
        "object-store": _commands(_object_store, "object storage (PATRON_OBJECT_STORE_URL)"),
    }


def follow(settings: Settings) -> None:
    """Every target of the deployment shows what is served; each of them, even if one fails.

    Raises:
        typer.Exit: one of them failed, and was told.
    """
    from orchestration.publish.targets import TargetError, configured_targets

    failed = False
    for target in configured_targets(settings):
        try:
            _sync(target, force=False)
        except TargetError as error:
            console.print(str(error), highlight=False, markup=False, soft_wrap=True)
            failed = True
    if failed:
        raise typer.Exit(2)


def _commands(target_of: Callable[[Settings], PublicationTarget], title: str) -> typer.Typer:
    commands = typer.Typer(no_args_is_help=True, help=f"{title}: follow what is served, compare.")

    @commands.command()
    def sync(
        force: Annotated[
            bool, typer.Option("--force", help="Replace a newer day of another deployment.")
        ] = False,
    ) -> None:
        """Show there what is served; does nothing where that is so."""
        with plain_errors():
            _sync(target_of(load_settings()), force)

    @commands.command()
    def check() -> None:
        """Read it back and compare it with what is served. Exit code 1: they differ."""
        with plain_errors():
            target = target_of(load_settings())
            differences = target.differences()
        for difference in differences:
            console.print(str(difference), highlight=False, markup=False, soft_wrap=True)
        if differences:
            console.print(f"remedy: patron {target.name} sync")
            raise typer.Exit(1)
        console.print(
            f"{target.title} at {target.where} is what is served", highlight=False, soft_wrap=True
        )

    return commands


def _sync(target: PublicationTarget, force: bool) -> None:
    done = target.sync(force=force)
    console.print(f"{target.title} at {target.where}: {done}", highlight=False, soft_wrap=True)
