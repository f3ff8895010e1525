"""What an operator relies on: starting, starting again, a new publication, rights, stopping."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

from launch.assemble import read_charts
from postgres_server import Server
from served_superset import PASSWORD, ServedSuperset
from serving import ServedCopy
from visitor import Visitor

SECRETS = ("superset_secret_key",)


def test_without_a_publication_it_says_what_to_do(tmp_path: Path):
    with ServedSuperset.unstarted(tmp_path) as server:
        server.start()
        assert server.process.wait(60) == 1
        assert "Nothing is published" in server.log
        assert "make run" in server.log


def test_a_taken_port_is_named(publication: ServedCopy):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = int(holder.getsockname()[1])
        with ServedSuperset.unstarted(publication.home, port) as server:
            server.start()
            assert server.process.wait(60) == 1
            assert f"Port {port} of 127.0.0.1 is taken" in server.log


def test_it_listens_on_this_machine_alone(superset: ServedSuperset):
    number = f"{superset.port:04X}"
    listening = [
        line.split()[1]
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[1].endswith(f":{number}")
    ]
    assert listening == [f"0100007F:{number}"]


def test_secrets_are_private_and_no_password_is_kept(
    superset: ServedSuperset, publication: ServedCopy, postgresql: Server
):
    for name in SECRETS:
        mode = (publication.home / "secrets" / name).stat().st_mode
        assert stat.S_IMODE(mode) == 0o600
    written = [file for file in (publication.home / "superset").rglob("*") if file.is_file()]
    assert written
    for file in written:
        content = file.read_bytes()
        assert postgresql.password.encode() not in content, file.name
        assert PASSWORD.encode() not in content, file.name


def test_neither_database_can_be_written(visitor: Visitor):
    for name, statement in {
        "DuckDB": "DELETE FROM main.seg_customer",
        "PostgreSQL": "DELETE FROM patron.seg_customer",
    }.items():
        database = visitor.database(name)
        assert visitor.run_sql(database, "SELECT 1 AS one").ok
        refused = visitor.run_sql(database, statement)
        assert not refused.ok
        assert "DML" in refused.text() or "read-only" in refused.text()


def test_sql_sees_nothing_else_of_the_machine(visitor: Visitor):
    refused = visitor.run_sql(
        visitor.database("DuckDB"), "SELECT * FROM read_text('/etc/hostname')"
    )
    assert not refused.ok
    assert "disabled" in refused.text()


def test_a_new_publication_is_seen_without_a_restart(
    superset: ServedSuperset, visitor: Visitor, publication: ServedCopy
):
    visitor.open("patron-duckdb")
    number = visitor.charts("patron-duckdb")["As of"]
    before = visitor.answers[number]
    publication.publish_again("2031-02-03-000000000000", "2031-02-03")
    publication.change("update seg_customer set as_of_date = date '2031-02-03'")
    visitor.open("patron-duckdb")
    assert visitor.answers[number] != before
    assert "03 Feb 2031" in visitor.tab.locator("body").inner_text()


def test_started_again_it_has_each_thing_once_and_stops_with_ctrl_c(
    superset: ServedSuperset, visitor: Visitor
):
    """The last test: it ends the server, whose password was that of the settings."""
    assert superset.interrupt() == 0
    superset.start()
    superset.wait()
    charts = visitor.ask("/api/v1/chart/?q=(page_size:200)")
    assert charts["count"] == 2 * len(read_charts())
    assert visitor.ask("/api/v1/dashboard/")["count"] == 2
    assert visitor.ask("/api/v1/database/")["count"] == 2
    assert superset.interrupt() == 0
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", superset.port)) != 0
