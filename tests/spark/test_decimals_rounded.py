"""What the one rewriting of SQL for Spark changes, and what it leaves as it is.

The rewritten cast is also standard SQL, so DuckDB itself can say whether it rounds as DuckDB does.
"""

import re
from types import SimpleNamespace

import duckdb
import jinja2
import pytest

from orchestration.settings import DBT_PROJECT_ROOT

MACROS = DBT_PROJECT_ROOT / "macros" / "portable" / "rounding_on_spark.sql"


@pytest.fixture(scope="module")
def rewritten():
    environment = jinja2.Environment(extensions=["jinja2.ext.do"], autoescape=False)  # noqa: S701
    environment.globals["modules"] = SimpleNamespace(re=re)
    macros = environment.from_string(MACROS.read_text()).module
    return lambda sql: str(macros.decimals_rounded(sql))


@pytest.mark.parametrize(
    "sql",
    [
        "select cast(null as decimal(18, 4)), cast(0 as decimal(9, 2)) from t",
        "select cast(sum(amount) as decimal(18, 4)), cast(amount as bigint) from t",
        "select cast(case when a / b > 1 then amount end as decimal(9, 2)) from t",
        "select cast(a / b as double), cast(a as string) from t",
        "select 'its (cast(a / b as decimal(9, 2))' -- cast(a / b as decimal(9, 2))\nfrom t",
        "select cast(count(distinct case when x then cast(y as date) end) as bigint) from t",
    ],
)
def test_other_casts_stay(rewritten, sql):
    assert rewritten(sql) == sql


@pytest.mark.parametrize(
    "number",
    ["amount", "joined.mean_2"],
)
def test_the_type_of_a_column_is_asked_for(rewritten, number):
    changed = rewritten(f"select cast({number} as decimal(9, 2)) from t")
    assert f"lower(typeof({number})) = 'double'" in changed
    assert f"else cast({number} as decimal(9, 2))" in changed


@pytest.mark.parametrize("kind", ["double", "decimal(18, 6)", "bigint"])
def test_what_is_asked_for_rounds_as_duckdb_does(rewritten, kind):
    cast = "cast(number as decimal(18, 4))"
    with duckdb.connect() as connection:
        [(rows, unequal)] = connection.execute(
            f"select count(*), count(*) filter (where {cast} <> {rewritten(cast)}) "
            f"from (select cast(n * 1.00005 / 2 as {kind}) as number from range(9999) as t (n))"
        ).fetchall()
    assert (rows, unequal) == (9_999, 0)


@pytest.mark.parametrize(
    "number",
    ["a / b", "cast(a as double) * b", "coalesce(a / nullif(b, 0), 0)", "sqrt(a)", "1e0 * a"],
)
def test_a_double_is_rounded_before_the_cast(rewritten, number):
    assert "round((" in rewritten(f"select cast({number} as decimal(9, 6)) from t")


def test_a_quote_within_a_text_is_escaped(rewritten):
    assert rewritten("select 'it''s', '', 'a' || '''' from t") == (
        r"select 'it\'s', '', 'a' || '\'' from t"
    )


def test_only_the_inner_cast_of_a_double_is_rewritten(rewritten):
    sql = "select cast(sum(cast(a / b as decimal(18, 4))) as decimal(18, 4)) from t"
    changed = rewritten(sql)
    assert changed.count("round((") == 1
    assert "typeof" not in changed
    assert changed.startswith("select cast(sum(cast(cast(round((a / b) * 1e4) as bigint)")


@pytest.mark.parametrize("scale", [0, 1, 2, 4, 6, 12])
def test_it_rounds_as_duckdb_does(rewritten, scale):
    """Numbers that lie on, or a last bit beside, the middle between two decimals; both signs."""
    cast = f"cast(number / 1e0 as decimal(18, {scale}))"
    numbers = f"(n - 50000 + 0.5e0) / (1e{scale} * (1 + n % 3))"
    with duckdb.connect() as connection:
        [(rows, unequal)] = connection.execute(
            f"select count(*), count(*) filter (where {cast} <> {rewritten(cast)}) "
            f"from (select {numbers} as number from range(100000) as t (n)) as t"
        ).fetchall()
    assert (rows, unequal) == (100_000, 0)
