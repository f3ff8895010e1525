"""Published tables keep what they have promised, or say so by a new version."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from orchestration.contracts import ContractError, load_published_contracts
from orchestration.contracts.released import (
    FILE_NAME,
    Promise,
    Released,
    broken_promises,
    promises,
    read_released,
    release,
    write_released,
)
from orchestration.settings import CONTRACTS_ROOT

BEFORE = Promise(
    version="1.2.0",
    key=("customer_key",),
    columns={"customer_key": "varchar", "amount": "decimal(18,4)", "tier": "varchar"},
    filled=frozenset({"customer_key", "amount"}),
)
RELEASED = Released({"seg_value": BEFORE})
MAJOR = (
    "Undo it, or state version 2.0.0 in expectations/published/seg_value.yaml and tell its readers "
    "(CHANGELOG.md)"
)


def with_columns(**columns: str) -> Promise:
    return replace(BEFORE, columns=columns)


def test_what_is_published_keeps_what_was_released() -> None:
    released = read_released(CONTRACTS_ROOT / FILE_NAME)
    assert released.tables, "nothing was ever released"
    broken = broken_promises(released, promises(load_published_contracts(CONTRACTS_ROOT)))
    assert not broken, "\n".join(broken)


BREAKING: tuple[tuple[str, Promise, str], ...] = (
    (
        "renamed",
        with_columns(customer_key="varchar", value="decimal(18,4)", tier="varchar"),
        "seg_value.amount: released as decimal(18,4) and gone now (renamed to value?). " + MAJOR,
    ),
    (
        "removed",
        with_columns(customer_key="varchar", amount="decimal(18,4)"),
        "seg_value.tier: released as varchar and gone now. " + MAJOR,
    ),
    (
        "retyped",
        with_columns(customer_key="varchar", amount="double", tier="varchar"),
        "seg_value.amount: released as decimal(18,4) and now double. " + MAJOR,
    ),
    (
        "key",
        replace(BEFORE, key=("customer_key", "tier")),
        "seg_value: released with one row per customer_key and now per customer_key, tier. "
        + MAJOR,
    ),
    (
        "nulls",
        replace(BEFORE, filled=frozenset({"customer_key"})),
        "seg_value.amount: released as never null and now without that promise. " + MAJOR,
    ),
)


@pytest.mark.parametrize(
    ("now", "message"), [case[1:] for case in BREAKING], ids=[case[0] for case in BREAKING]
)
def test_a_breaking_change_is_told_with_its_remedy(now: Promise, message: str) -> None:
    assert broken_promises(RELEASED, {"seg_value": now}) == [message]
    for version in ("1.3.0", "1.2.1"):
        assert broken_promises(RELEASED, {"seg_value": replace(now, version=version)}) == [message]
    assert broken_promises(RELEASED, {"seg_value": replace(now, version="2.0.0")}) == []


def test_every_column_of_every_published_table_is_guarded() -> None:
    present = promises(load_published_contracts(CONTRACTS_ROOT))
    released = Released(present)
    for table, promise in present.items():
        without_table = {name: other for name, other in present.items() if name != table}
        [told] = broken_promises(released, without_table)
        assert told.startswith(f"{table}: released as {promise.version} and gone now")
        for column, type_ in promise.columns.items():
            others = {name: kind for name, kind in promise.columns.items() if name != column}
            changes = {
                "gone": others,
                "renamed to": others | {f"{column}_of_today": type_},
                "and now blob": promise.columns | {column: "blob"},
            }
            for word, columns in changes.items():
                changed = present | {table: replace(promise, columns=columns)}
                [told] = broken_promises(released, changed)
                assert told.startswith(f"{table}.{column}: released as {type_}"), told
                assert word in told
                assert "state version" in told


def test_a_dropped_table_is_told_with_its_remedy() -> None:
    assert broken_promises(RELEASED, {}) == [
        "seg_value: released as 1.2.0 and gone now. Publish it again; or, once its readers have "
        "been told, retire it: make release-contracts RETIRE=seg_value"
    ]


def test_a_new_column_asks_for_a_minor_version() -> None:
    now = replace(BEFORE, columns={**BEFORE.columns, "since_date": "date"})
    assert broken_promises(RELEASED, {"seg_value": now}) == [
        "seg_value: since_date added without a new version. State version 1.3.0 in "
        "expectations/published/seg_value.yaml"
    ]
    assert broken_promises(RELEASED, {"seg_value": replace(now, version="1.3.0")}) == []


@pytest.mark.parametrize(
    "now",
    [
        replace(BEFORE, columns=dict(reversed(BEFORE.columns.items()))),
        replace(BEFORE, filled=frozenset(BEFORE.columns)),
        replace(BEFORE, version="1.2.1"),
    ],
)
def test_order_and_further_promises_break_nothing(now: Promise) -> None:
    assert broken_promises(RELEASED, {"seg_value": now, "seg_further": BEFORE}) == []


def test_versions_rise_and_have_three_numbers() -> None:
    [told] = broken_promises(RELEASED, {"seg_value": replace(BEFORE, version="1.1.9")})
    assert told.startswith("seg_value: released as 1.2.0 and now of version 1.1.9. Versions rise")
    with pytest.raises(ContractError, match=r"seg_value: version 'two' is not of the form"):
        broken_promises(RELEASED, {"seg_value": replace(BEFORE, version="two")})


def test_the_file_holds_what_was_written(tmp_path: Path) -> None:
    released = Released({"seg_value": BEFORE}, {"seg_gone": "1.0.0"})
    write_released(tmp_path / FILE_NAME, released)
    assert read_released(tmp_path / FILE_NAME) == released
    assert read_released(tmp_path / "missing.yaml") == Released()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The project's contracts, released."""
    shutil.copytree(CONTRACTS_ROOT / "published", tmp_path / "published")
    release(tmp_path)
    return tmp_path


def edited(root: Path, change: Callable[[dict], object]) -> None:
    path = root / "published" / "seg_equity.yaml"
    content = yaml.safe_load(path.read_text())
    change(content)
    path.write_text(yaml.safe_dump(content, sort_keys=False))


def test_the_command_refuses_a_broken_promise_and_records_a_new_version(root: Path) -> None:
    def rename(content: dict) -> None:
        content["schema"][0]["properties"][2]["name"] = "customers"

    edited(root, rename)
    with pytest.raises(ContractError, match=r"seg_equity.customer_count: .*renamed to customers"):
        release(root)
    assert read_released(root / FILE_NAME).tables["seg_equity"].version == "1.0.0"
    edited(root, lambda content: content.update(version="2.0.0"))
    assert release(root).tables["seg_equity"].version == "2.0.0"
    assert "customers" in read_released(root / FILE_NAME).tables["seg_equity"].columns


def test_a_table_is_given_up_by_retiring_it(root: Path) -> None:
    with pytest.raises(ContractError, match="seg_equity is published"):
        release(root, ["seg_equity"])
    with pytest.raises(ContractError, match="seg_other was never released"):
        release(root, ["seg_other"])
    path = root / "published" / "seg_equity.yaml"
    text = path.read_text()
    path.unlink()
    with pytest.raises(ContractError, match="RETIRE=seg_equity"):
        release(root)
    assert release(root, ["seg_equity"]).retired == {"seg_equity": "1.0.0"}
    assert release(root).retired == {"seg_equity": "1.0.0"}
    path.write_text(text)
    with pytest.raises(ContractError, match=r"retired as 1\.0\.0 .* or version 2\.0\.0"):
        release(root)
    path.write_text(text.replace("version: 1.0.0", "version: 2.0.0"))
    assert release(root).retired == {}
