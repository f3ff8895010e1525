"""Each statement of docs/for_analysts.md gives rows, with the columns that the page promises."""

import duckdb
import pytest
from questions_on_the_page import QUESTIONS, Question

from orchestration.publish.serving_zone import DATABASE_NAME
from orchestration.settings import Settings


def test_the_page_asks_ten_questions() -> None:
    assert [question.number for question in QUESTIONS] == list(range(1, 11))


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.title)
def test_a_question_has_the_answer_that_is_promised(published: Settings, question: Question):
    served = published.zones.serving / "current" / DATABASE_NAME
    with duckdb.connect(str(served), read_only=True) as connection:
        cursor = connection.execute(question.sql)
        assert tuple(column[0] for column in cursor.description or []) == question.columns
        rows = cursor.fetchall()
    assert rows
    assert any(value is not None for value in rows[0][1:])
