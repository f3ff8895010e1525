"""The tables of ``docs/for_analysts.md``: a paragraph each, from the contracts.

``make docs`` writes the part of the page between the two marks; a test fails while it and the
contracts disagree. Belongs here: what a paragraph looks like. Does not belong here: what a table
holds (``expectations/published``) and the rest of the page, which a person writes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from orchestration.contracts import odcs
from orchestration.settings import CONTRACTS_ROOT, PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "for_analysts.md"
BEGIN = "<!-- Tables: written by `make docs` from expectations/published. -->"
END = "<!-- End of the tables. -->"


def render_tables(contracts_root: Path) -> str:
    """A paragraph per published contract, in the order of their names."""
    return "\n\n".join(
        _paragraph(path) for path in sorted((contracts_root / "published").glob("*.yaml"))
    )


def _paragraph(path: Path) -> str:
    contract, schema = odcs.read_odcs(path)
    purpose = contract.description.purpose if contract.description else ""
    key = [f"`{column.name}`" for column in schema.properties or [] if column.primaryKey]
    link = f"../expectations/published/{path.name}"
    return " ".join(
        f"**[`{path.stem}`]({link})** ({contract.version}): {contract.name}. {purpose} "
        f"{schema.description} Key: {', '.join(key)}.".split()
    )


def with_tables(page: str, contracts_root: Path) -> str:
    """The page with its tables written anew.

    Raises:
        ValueError: a mark is missing.
    """
    before, found, rest = page.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not (found and ended):
        raise ValueError(f"the page has no {BEGIN!r} before {END!r}")
    return f"{before}{BEGIN}\n\n{render_tables(contracts_root)}\n\n{END}{after}"


def main() -> None:
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8"), CONTRACTS_ROOT), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(PROJECT_ROOT)}\n")


if __name__ == "__main__":
    main()
