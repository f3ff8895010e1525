"""Superset's own database made ready and the bundle imported, by Superset's own commands.

Belongs here: the order of ``superset db upgrade``, ``init``, the user and ``import-directory``, in
one process, since starting Superset costs seconds each time. Does not belong here: the server
(``__main__.py``), what is imported (``assemble.py``).
"""

from __future__ import annotations

import secrets
import shutil
from importlib.metadata import version
from typing import Any

from flask.cli import ScriptInfo
from superset.app import create_app
from superset.cli.main import superset

from launch.assemble import Document, assembled, write_bundle
from launch.connections import connections
from launch.deployment import ADMIN, Deployment, NotReadyError
from launch.published_facts import read_facts
from orchestration.settings import load_settings

GENERATED = "generated-password"  # in front of the password that the parent process shows once
PASSWORD_BYTES = 12


class Commands:
    """Superset's command line, with one application for all calls."""

    def __init__(self) -> None:
        self._application = ScriptInfo(create_app=create_app)

    def __call__(self, *words: str) -> None:
        superset.main(
            list(words), prog_name="superset", obj=self._application, standalone_mode=False
        )

    @property
    def context(self):  # type: ignore[no-untyped-def]
        return self._application.load_app().app_context()


def main() -> None:
    deployment = Deployment(load_settings())
    commands = Commands()
    _prepare_own_database(deployment, commands)
    _prepare_admin(deployment, commands)
    facts = read_facts(deployment.served_file)
    current: dict[str, Document] = {}
    for connection in connections(deployment):
        files = assembled(connection, facts)
        folder = deployment.folder / "bundle" / connection.kind
        shutil.rmtree(folder, ignore_errors=True)
        write_bundle(folder, files)
        commands("import-directory", "--overwrite", str(folder))
        current |= {doc["uuid"]: doc for doc in files.values() if "uuid" in doc}
    _require_imported(commands, current)
    _retire(commands, current)


def _prepare_own_database(deployment: Deployment, commands: Commands) -> None:
    """Tables, roles and permissions, where they are not those of this version of Superset."""
    marker = deployment.folder / "prepared_for"
    current = version("apache-superset")
    if marker.exists() and marker.read_text() == current:
        return
    commands("db", "upgrade")
    commands("init")
    marker.write_text(current)


def _prepare_admin(deployment: Deployment, commands: Commands) -> None:
    """The user admin: with the password of the settings, or with one that is shown once."""
    from superset.extensions import security_manager

    with commands.context:
        exists = security_manager.find_user(ADMIN) is not None
    given = deployment.settings.superset_password
    password = given or secrets.token_urlsafe(PASSWORD_BYTES)
    if not exists:
        person = ("--username", ADMIN, "--firstname", "Patron", "--lastname", "Admin")
        commands(
            "fab", "create-admin", *person, "--email", "admin@localhost", "--password", password
        )
        if given is None:
            print(f"{GENERATED} {password}")  # noqa: T201
    elif given is not None:
        commands("fab", "reset-password", "--username", ADMIN, "--password", given)


def _require_imported(commands: Commands, wanted: dict[str, Document]) -> None:
    """The import command reports a refused file in its log and ends well all the same."""
    with commands.context:
        found = {str(each.uuid) for each in _all_items()}
    if missing := set(wanted) - found:
        names = ", ".join(_name(wanted[identifier]) for identifier in sorted(missing))
        raise NotReadyError(f"Superset did not import {names}")


def _retire(commands: Commands, wanted: dict[str, Document]) -> None:
    """Deletes what an earlier bundle brought and this one does not; the users' own things stay."""
    from superset.extensions import db

    with commands.context:
        for each in _all_items():
            if each.is_managed_externally and str(each.uuid) not in wanted:
                db.session.delete(each)
        db.session.commit()


def _all_items() -> list[Any]:
    """Dashboards, charts, datasets and databases, in an order in which they may be deleted."""
    from superset.connectors.sqla.models import SqlaTable
    from superset.extensions import db
    from superset.models.core import Database
    from superset.models.dashboard import Dashboard
    from superset.models.slice import Slice

    return [
        each
        for model in (Dashboard, Slice, SqlaTable, Database)
        for each in db.session.query(model)
    ]


def _name(document: Document) -> str:
    kinds = ("dashboard_title", "slice_name", "table_name", "database_name")
    return next(str(document[kind]) for kind in kinds if kind in document)


if __name__ == "__main__":
    main()
