"""The questions of docs/for_analysts.md, as the page has them: title, promised columns, SQL."""

import re
from dataclasses import dataclass

from orchestration.settings import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "for_analysts.md"
ENTRY = re.compile(
    r"^### (?P<number>\d+)\. (?P<title>[^\n]+)\n(?P<text>.*?)```sql\n(?P<sql>.*?)```", re.S | re.M
)


@dataclass(frozen=True)
class Question:
    """One entry of the page."""

    number: int
    title: str
    columns: tuple[str, ...]
    sql: str


def _question(entry: re.Match[str]) -> Question:
    promised = entry["text"].partition("Gives:")[2]
    return Question(
        int(entry["number"]), entry["title"], tuple(re.findall(r"`(\w+)`", promised)), entry["sql"]
    )


QUESTIONS = tuple(map(_question, ENTRY.finditer(PAGE.read_text(encoding="utf-8"))))
