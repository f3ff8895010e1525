"""What is served changes as a whole, forward in time unless forced, and can go back one step."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from small_publication import build, publish, write_warehouse

from orchestration.publish import (
    PublicationError,
    ServingZone,
    how_to_open,
    promote,
    read_manifest,
    rollback,
    served,
    verify_served,
)

DAY = date(2025, 6, 30)
NEXT_DAY = DAY + timedelta(days=1)


def versions(home: Path) -> set[str]:
    return {folder.name for folder in (home / "serving" / "versions").iterdir()}


def break_open(path: Path) -> Path:
    """Make a sealed file writable, as an accident would."""
    path.chmod(0o644)
    return path


def test_the_first_publication_is_served(tmp_path: Path) -> None:
    assert served(tmp_path / "serving") is None
    promotion = publish(tmp_path, DAY)
    assert (promotion.published, promotion.reason, promotion.previous) == (True, "first", None)
    assert served(tmp_path / "serving") == promotion.served
    assert verify_served(tmp_path / "serving") == []
    assert not list((tmp_path / "serving" / "candidates").iterdir())
    link = (tmp_path / "serving" / "current").readlink()
    assert link == Path("versions", promotion.served.publication_id)


def test_the_whole_home_can_be_moved(tmp_path: Path) -> None:
    promotion = publish(tmp_path / "old", DAY)
    shutil.move(tmp_path / "old", tmp_path / "new")
    assert served(tmp_path / "new" / "serving") == promotion.served
    assert verify_served(tmp_path / "new" / "serving") == []


def test_a_newer_day_replaces_and_only_the_previous_one_is_kept(tmp_path: Path) -> None:
    ids = [publish(tmp_path, DAY + timedelta(days=n)).served.publication_id for n in range(4)]
    assert versions(tmp_path) == {ids[-1], ids[-2]}
    previous = ServingZone(tmp_path / "serving").previous_version()
    assert previous is not None
    assert previous.name == ids[-2]


def test_publishing_the_same_twice_changes_nothing(tmp_path: Path) -> None:
    first = publish(tmp_path, DAY)
    link = (tmp_path / "serving" / "current").lstat()
    again = publish(tmp_path, DAY)
    assert (again.published, again.reason) == (False, "unchanged")
    assert again.served == first.served
    assert (tmp_path / "serving" / "current").lstat() == link
    assert not list((tmp_path / "serving" / "candidates").iterdir())


def test_the_same_day_with_other_content_replaces(tmp_path: Path) -> None:
    first = publish(tmp_path, DAY)
    second = publish(tmp_path, DAY, step=2)
    assert (second.published, second.reason) == (True, "same_as_of")
    assert second.previous == first.served


def test_an_older_day_does_not_replace_a_newer_one_unless_forced(tmp_path: Path) -> None:
    newer = publish(tmp_path, NEXT_DAY)
    refused = publish(tmp_path, DAY)
    assert (refused.published, refused.reason) == (False, "older_as_of")
    assert refused.served == newer.served == served(tmp_path / "serving")
    forced = publish(tmp_path, DAY, force=True)
    assert (forced.published, forced.reason) == (True, "forced")
    assert forced.served.as_of_date == DAY
    assert forced.previous == newer.served


@pytest.mark.parametrize("file", ["patron.duckdb", "parquet/seg_summary.parquet", "manifest.json"])
def test_a_damaged_candidate_is_refused_and_what_is_served_stays(tmp_path: Path, file: str) -> None:
    first = publish(tmp_path, DAY)
    warehouse = write_warehouse(tmp_path / "w.duckdb", NEXT_DAY)
    candidate = build(warehouse, tmp_path / "serving", NEXT_DAY)
    os.truncate(break_open(candidate.folder / file), 100)
    with pytest.raises(PublicationError, match="is not what its manifest says"):
        promote(candidate, tmp_path / "serving")
    assert served(tmp_path / "serving") == first.served
    assert verify_served(tmp_path / "serving") == []


@pytest.mark.parametrize("file", ["patron.duckdb", "manifest.json"])
def test_publishing_again_repairs_what_was_damaged(tmp_path: Path, file: str) -> None:
    publish(tmp_path, DAY)
    os.truncate(break_open(tmp_path / "serving" / "current" / file), 100)
    assert verify_served(tmp_path / "serving") != []
    repaired = publish(tmp_path, DAY)
    assert (repaired.published, repaired.reason) == (True, "repaired")
    assert verify_served(tmp_path / "serving") == []


def test_a_link_to_nothing_is_repaired(tmp_path: Path) -> None:
    publish(tmp_path, DAY)
    shutil.rmtree(tmp_path / "serving" / "versions")
    assert [d.where for d in verify_served(tmp_path / "serving")] == ["manifest.json"]
    with pytest.raises(PublicationError, match="publish again"):
        served(tmp_path / "serving")
    assert publish(tmp_path, DAY).reason == "repaired"


def test_a_copy_without_links_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "serving" / "current").mkdir(parents=True)
    with pytest.raises(PublicationError, match="no symbolic link"):
        publish(tmp_path, DAY)
    assert "no symbolic link" in verify_served(tmp_path / "serving")[0].observed


def test_rollback_serves_the_previous_version_and_a_dry_run_does_not(tmp_path: Path) -> None:
    first, second = publish(tmp_path, DAY), publish(tmp_path, NEXT_DAY)
    planned = rollback(tmp_path / "serving", dry_run=True)
    assert (planned.abandoned, planned.restored, planned.done) == (
        second.served,
        first.served,
        False,
    )
    assert served(tmp_path / "serving") == second.served
    assert rollback(tmp_path / "serving").done
    assert served(tmp_path / "serving") == first.served
    assert verify_served(tmp_path / "serving") == []
    again = publish(tmp_path, NEXT_DAY)
    assert (again.published, again.reason) == (True, "newer_as_of")
    assert versions(tmp_path) == {first.served.publication_id, second.served.publication_id}


def test_rollback_without_a_whole_previous_version_changes_nothing(tmp_path: Path) -> None:
    with pytest.raises(PublicationError, match="no previous version"):
        rollback(tmp_path / "serving")
    publish(tmp_path, DAY)
    with pytest.raises(PublicationError, match="no previous version"):
        rollback(tmp_path / "serving")
    second = publish(tmp_path, NEXT_DAY)
    previous = ServingZone(tmp_path / "serving").previous_version()
    assert previous is not None
    os.truncate(break_open(previous / "patron.duckdb"), 100)
    with pytest.raises(PublicationError, match="is not what its manifest says"):
        rollback(tmp_path / "serving")
    assert served(tmp_path / "serving") == second.served


def test_a_second_publisher_is_turned_away(tmp_path: Path) -> None:
    first = publish(tmp_path, DAY)
    with (tmp_path / "serving" / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(PublicationError, match="another process publishes"):
            publish(tmp_path, NEXT_DAY)
    assert served(tmp_path / "serving") == first.served
    assert publish(tmp_path, NEXT_DAY).published


def test_permissions_let_other_users_read_under_a_strict_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        publish(tmp_path, DAY)
    finally:
        os.umask(before)
    version = (tmp_path / "serving" / "current").resolve()
    for path in (version, version.parent, version.parent.parent, version / "parquet"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o755
    for path in version.rglob("*.*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o444


def test_the_lines_that_say_how_to_open_it_work(tmp_path: Path) -> None:
    promotion = publish(tmp_path, DAY)
    shell, python, parquet = how_to_open(promotion.served, tmp_path / "serving")
    database = shell.removeprefix("duckdb -readonly ")
    with duckdb.connect(database, read_only=True) as connection:
        assert connection.execute("from seg_summary").fetchall() == [("all", DAY, 50)]
    program = python.split('"')[1]
    exec(compile(program, "how_to_open", "exec"), {})  # noqa: S102 - the line a user would paste
    rows = duckdb.sql(f"select count(*) from '{parquet.split()[0]}'").fetchall()
    assert rows == [(50,)]


def test_created_at_is_the_only_thing_that_two_homes_differ_in(tmp_path: Path) -> None:
    one = publish(tmp_path / "one", DAY).served
    other = publish(tmp_path / "other", DAY).served
    assert one.content_hash == other.content_hash
    assert one.publication_id == other.publication_id
    assert [t.content_hash for t in one.tables] == [t.content_hash for t in other.tables]
    assert read_manifest(tmp_path / "one" / "serving" / "current") == one
