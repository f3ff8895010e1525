"""The tables of the analysts' page are those of the contracts."""

import pytest

from orchestration.contracts import load_published_contracts
from orchestration.contracts.analyst_tables import BEGIN, END, PAGE, with_tables
from orchestration.settings import CONTRACTS_ROOT


def test_the_page_is_up_to_date() -> None:
    """Run `make docs`: a contract has changed since it was last written."""
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_tables(page, CONTRACTS_ROOT)
    for table, contract in load_published_contracts(CONTRACTS_ROOT).items():
        assert f"**[`{table}`]" in page
        assert " ".join(contract.description.split()) in page


def test_what_a_person_wrote_stays_and_what_is_old_goes() -> None:
    page = with_tables(f"Before.\n{BEGIN}\nold\n{END}\nAfter.\n", CONTRACTS_ROOT)
    assert page.startswith("Before.\n")
    assert page.endswith("\nAfter.\n")
    assert "old\n" not in page.split(END)[0].splitlines()
    assert with_tables(page, CONTRACTS_ROOT) == page


def test_a_page_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="Tables: written by"):
        with_tables("Nothing here.", CONTRACTS_ROOT)
