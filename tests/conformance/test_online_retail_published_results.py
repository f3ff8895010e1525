"""Online Retail II, refreshed as it was delivered, gives the results that others published on it.

The real file lands unchanged and goes through the whole daily refresh, publication included. What
was published takes the file in its own ways (one sheet, postage as revenue), so it comes out of
documented queries (``dbt_project/analyses/``) over the same warehouse that the marts stand in.

Source of the expected figures: the notes that came with the file; who published them is not known.
"""

import subprocess
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration import warehouse
from orchestration.assets.dbt_process import dbt_executable, process_environment
from orchestration.definitions import build_defs
from orchestration.refresh import run_refresh
from orchestration.settings import DBT_PROJECT_ROOT, PROJECT_ROOT, Settings

DATA = PROJECT_ROOT.parent / "shared" / "data" / "online_retail_ii" / "online_retail_ii.parquet"
LAST_DAY = date(2011, 12, 9)  # of the last line; the month is partial
LINES = 1_067_370
DOUBLED_INVOICES, DOUBLED_LINES = 1_088, 22_523
CUSTOMERS = 5_942
# Retention of the cohort of December 2010 in months 1 to 11, percent.
DECEMBER_COHORT = "38.2 33.4 38.7 36.0 39.7 38.0 35.4 35.4 39.5 37.3 50.0"

pytestmark = pytest.mark.skipif(
    not DATA.exists(), reason=f"the shared data are not here: no {DATA.name} in ../shared/data"
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home in which the file landed and was refreshed and published."""
    settings = Settings(home=tmp_path_factory.mktemp("online_retail"), sources=("online_retail",))
    landed = settings.zones.landing / "online_retail" / "online_retail_lines"
    folder = landed / f"extract_date={LAST_DAY}"
    folder.mkdir(parents=True)
    (folder / DATA.name).symlink_to(DATA)
    outcome = run_refresh(settings, build_defs(settings), LAST_DAY)
    assert outcome.success, outcome.failures
    return settings


@pytest.fixture(scope="module")
def analyses(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The documented queries as SQL, by name."""
    target = tmp_path_factory.mktemp("analyses")
    done = subprocess.run(
        [dbt_executable(), "compile", "--quiet", "--select", "path:analyses"],
        env=process_environment(settings, target),
        cwd=DBT_PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    folder: Path = target / "compiled" / "patron" / "analyses"
    return {path.stem: path.read_text() for path in folder.glob("*.sql")}


@pytest.fixture(scope="module")
def marts(settings: Settings, analyses: dict[str, str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse for reading, once dbt has let go of it."""
    with warehouse.read(settings) as connection:
        yield connection


def one_row(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[object, ...]:
    (row,) = connection.execute(sql).fetchall()
    return row


def test_every_landed_line_is_accepted_or_quarantined(marts):
    landed, accepted, refused = one_row(
        marts,
        "select sum(rows_landed), sum(rows_accepted), sum(rows_quarantined) from raw.extract_load",
    )
    assert landed == LINES
    assert accepted + refused == LINES
    raw = one_row(marts, "select count(*) from raw_online_retail.online_retail_lines")
    assert raw == (accepted,)


def test_each_doubled_invoice_counts_once(marts):
    doubled = one_row(
        marts,
        f"""
        with doubled as (
            select Invoice as order_id
            from read_parquet('{DATA}') group by 1 having count(distinct sheet) = 2
        )
        select count(distinct order_id), count(*)
        from marts.fct_order_net inner join doubled using (order_id)
        """,
    )
    assert doubled == (DOUBLED_INVOICES, DOUBLED_LINES)


def test_revenue_per_customer_of_the_first_sheet(marts, analyses):
    query = analyses["online_retail_revenue_per_customer_2009_2010"]
    customers, revenue_per_customer = one_row(marts, query)
    assert customers == 4_314
    assert Decimal(str(revenue_per_customer)) == Decimal("2047.29")


def test_month_1_retention_of_the_first_sheet(marts, analyses):
    query = analyses["online_retail_month_1_retention_2009_2010"]
    cohorts, _, retained_percent = one_row(marts, query)
    assert cohorts == 13
    assert float(retained_percent) == 23.0


def test_retention_of_the_cohort_of_december_2010(marts, analyses):
    query = analyses["online_retail_cohort_2010_12"]
    rows = {month: (n, percent) for month, n, percent in marts.execute(query).fetchall()}
    assert rows[0][0] == 948
    assert " ".join(f"{rows[month][1]:.1f}" for month in range(1, 12)) == DECEMBER_COHORT


def test_the_marts_have_every_customer_and_the_published_file_too(marts, settings):
    """5,942 customers and the member that carries the lines without a customer id."""
    assert one_row(marts, "select count(*) from marts.lifecycle_state") == (CUSTOMERS,)
    served = settings.zones.serving / "current" / "patron.duckdb"
    with duckdb.connect(str(served), read_only=True) as connection:
        customers, net = one_row(
            connection,
            "select count(*) filter (where customer_kind <> 'unknown'), sum(net_amount)"
            " from seg_customer",
        )
    assert customers == CUSTOMERS
    assert (net,) == one_row(marts, "select sum(net_amount) from marts.fct_order_net")


def test_the_published_cohort_differs_from_ours_by_the_year_before(marts):
    """Most of the 948 bought in the year before already: ours first bought in December 2010."""
    size = "select cohort_size from marts.cohort_retention where age_months = 0 and cohort_month = "
    assert one_row(marts, size + "date '2010-12-01'")[0] < 100
    assert one_row(marts, size + "date '2009-12-01'")[0] > 900
