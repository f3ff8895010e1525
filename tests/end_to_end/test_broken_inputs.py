"""Broken deliveries: each stops the run with one sentence or lands in quarantine with its reason;
what was served stays. The loader's own tests look at every kind row by row."""

import gzip
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from refreshing import LAST_DAY, refresh

from orchestration.publish.serving_zone import served
from orchestration.publish.verify import verify_served
from orchestration.settings import Settings

pytestmark = pytest.mark.whole_refresh

HEADER = "order_id,line_no,product_id,qty,unit_price,discount"
GOOD = [f"O9{n:05d},1,P1,1,10.00,0.00" for n in range(20)]


def lines(*rows: str, header: str = HEADER, end: str = "\n") -> bytes:
    return ("\n".join([header, *rows]) + end).encode()


@dataclass(frozen=True)
class Broken:
    """A delivery of sales_order_lines and what the run must say of it."""

    kind: str
    content: Callable[[], bytes]
    says: str
    name: str = "lines.csv"


KINDS = [
    Broken("missing_column", lambda: lines(*GOOD, header=HEADER.replace("order_id", "ordr_id")),
           "order_id"),
    Broken("wrong_type", lambda: lines(*GOOD, "O1,1,P1,many,10.00,0.00"), "wrong_type"),
    Broken("duplicate_key", lambda: lines(*GOOD, GOOD[0].replace("10.00", "11.00")),
           "duplicate_key"),
    Broken("bad_encoding", lambda: lines(*GOOD) + b"O1,1,P\xff\xfe1,1,10.00,0.00\n",
           "bad_encoding"),
    Broken("truncated_gzip", lambda: gzip.compress(lines(*GOOD), mtime=0)[:-20], "gz",
           name="lines.csv.gz"),
    Broken("cut_off_last_line", lambda: lines(*GOOD, "O1,1,P1", end=""), "too_few_fields"),
    Broken("empty_file", lambda: b"", "empty"),
    Broken("wrong_delimiter", lambda: lines(*GOOD).replace(b",", b";"), "order_id"),
    Broken("huge_line", lambda: lines(*GOOD) + b"O1,1," + b"x" * 100_000_000 + b",1,1,0\n",
           "line_too_long"),
    Broken("null_bytes", lambda: lines(*GOOD) + b"O1,1,P\x00,1,10.00,0.00\n", "null_byte"),
]  # fmt: skip


def folder(settings: Settings, table: str = "sales_order_lines") -> Path:
    return settings.zones.landing / "sales" / table / f"extract_date={LAST_DAY}"


@pytest.fixture(scope="module")
def deployment(published: Settings, tmp_path_factory) -> Settings:
    """One copy for the folder: a refused delivery changes nothing, which each test proves."""
    home = tmp_path_factory.mktemp("broken") / "home"
    shutil.copytree(published.home, home, symlinks=True)
    settings = Settings(home=home)
    shutil.rmtree(folder(settings))
    folder(settings).mkdir()
    return settings


@pytest.mark.parametrize("broken", KINDS, ids=lambda broken: broken.kind)
def test_a_broken_delivery_is_named_and_what_was_served_stays(deployment: Settings, broken: Broken):
    before = served(deployment.zones.serving)
    for file in folder(deployment).iterdir():
        file.unlink()
    (folder(deployment) / broken.name).write_bytes(broken.content())

    outcome = refresh(deployment)

    report = "\n".join(outcome.failures)
    assert not outcome.success
    assert "sales_order_lines" in report
    assert broken.says in report
    assert served(deployment.zones.serving) == before
    assert verify_served(deployment.zones.serving) == []


def test_two_files_for_one_date_are_both_named(deployment: Settings):
    for file in folder(deployment).iterdir():
        file.unlink()
    (folder(deployment) / "first.csv").write_bytes(lines(*GOOD))
    (folder(deployment) / "second.csv").write_bytes(lines(*GOOD))
    outcome = refresh(deployment)
    assert not outcome.success
    assert "first.csv" in outcome.failures[0]
    assert "second.csv" in outcome.failures[0]


def test_unknown_code_and_new_column_in_one_delivery(copy_of_published: Settings):
    """Within the limit: the row with the unknown code is quarantined, the new column is a warning
    and stays out, and the refresh publishes."""
    table = folder(copy_of_published, "sales_orders")
    shutil.rmtree(table)
    table.mkdir()
    header = "source_system,order_id,customer_id,ordered_at,status,channel,currency,gift_note"
    rows = [f"sales,N{n:04d},,2025-06-30 10:00:00,paid,web,GBP,hello" for n in range(120)]
    rows.append("sales,N9999,,2025-06-30 10:00:00,teleported,web,GBP,hello")
    (table / "orders.csv").write_bytes(lines(*rows, header=header))

    outcome = refresh(copy_of_published)

    assert outcome.success, outcome.failures
    manifest_file = next(
        (copy_of_published.zones.raw / "sales" / "sales_orders" / f"extract_date={LAST_DAY}").glob(
            "manifest.json"
        )
    )
    assert "unknown_code:status" in manifest_file.read_text()
    assert "gift_note" in outcome.log_file.read_text()
