"""The step on customers in a database: equal bytes, memory, drift, bases too small or too large."""

from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import pytest

from orchestration.model_zone import model_file, model_tables, tables_made_by
from orchestration.segmentation.run import STEP, run_statistical_segments
from orchestration.settings import DBT_PROJECT_ROOT, Settings

AS_OF = date(2025, 6, 30)
SEEDS = {
    name: f"SELECT * FROM read_csv('{DBT_PROJECT_ROOT / 'seeds' / name}.csv', header = true)"
    for name in ("statistical_rules", "statistical_features", "statistical_words")
}


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """Four kinds of customers, 100 each: active or silent, small or large."""
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA intermediate; CREATE SCHEMA models; CREATE SCHEMA seeds")
        for name, query in SEEDS.items():
            connection.execute(f"CREATE TABLE seeds.{name} AS {query}")
        connection.execute("""
            CREATE TABLE intermediate.int_customers_features_measured AS
            SELECT 'c' || i AS customer_key, false AS is_test_customer, 'base' AS scope,
                occasion_count - 1 AS x, 0 AS t_x_days, days_since_last_order AS t_days,
                days_since_last_order, occasion_count,
                cast(occasion_count * (20 + i % 3) AS DECIMAL(18, 4)) AS net_amount
            FROM (
                SELECT i,
                    CASE WHEN i % 2 = 0 THEN 10 + i % 5 ELSE 300 + i % 20 END
                        AS days_since_last_order,
                    CASE WHEN i % 4 < 2 THEN 2 ELSE 14 + i % 3 END AS occasion_count
                FROM range(400) AS numbers (i)
            );
            CREATE TABLE models.purchase_score AS
            SELECT DISTINCT scope, x, t_x_days, t_days,
                (x + 1) * CASE WHEN t_days < 100 THEN 1.0 ELSE 0.1 END AS expected_purchases_365d
            FROM intermediate.int_customers_features_measured;
        """)
        yield connection


def read(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple]:
    return connection.execute(query).fetchall()


def test_equal_customers_give_equal_bytes_whatever_their_order(warehouse, tmp_path):
    settings = Settings(home=tmp_path)
    run_statistical_segments(warehouse, settings, AS_OF)
    files = [model_file(settings.zones, table, AS_OF) for table in tables_made_by(STEP)]
    first = [file.read_bytes() for file in files]
    warehouse.execute(
        "CREATE OR REPLACE TABLE intermediate.int_customers_features_measured AS "
        "FROM intermediate.int_customers_features_measured ORDER BY md5(customer_key)"
    )
    run_statistical_segments(warehouse, settings, AS_OF)
    assert [file.read_bytes() for file in files] == first

    [[status, count, customers, agreement]] = read(
        warehouse,
        "SELECT status, segment_count, customer_count, adjusted_rand_index "
        "FROM models.statistical_run",
    )
    assert (status, count, customers, agreement) == ("fitted", 4, 400, None)
    names = read(
        warehouse,
        "SELECT segment, segment_name, customer_count FROM models.statistical_segment ORDER BY 1",
    )
    assert names == [
        ("S1", "active frequent buyers, high spend", 100),
        ("S2", "active rare buyers, low spend", 100),
        ("S3", "silent frequent buyers, high spend", 100),
        ("S4", "silent rare buyers, low spend", 100),
    ]
    assert len(read(warehouse, "FROM models.statistical_centre")) == 16


def test_labels_and_names_are_remembered_and_the_agreement_is_measured(warehouse, tmp_path):
    settings = Settings(home=tmp_path)
    run_statistical_segments(warehouse, settings, AS_OF)
    before = read(warehouse, "SELECT * FROM models.statistical_centre ORDER BY ALL")
    # The most valuable kind grows beyond the others' order: labels stay though ranks change.
    warehouse.execute(
        "UPDATE intermediate.int_customers_features_measured "
        "SET net_amount = net_amount * 1.3 WHERE days_since_last_order < 100 AND occasion_count < 9"
    )
    day = AS_OF + timedelta(days=1)
    run_statistical_segments(warehouse, settings, day)
    [run] = read(
        warehouse,
        "SELECT compared_as_of_date, adjusted_rand_index, is_remembered_start, highest_number "
        "FROM models.statistical_run",
    )
    assert run == (AS_OF, 1.0, True, 4)
    kept = read(
        warehouse,
        "SELECT segment, segment_name, is_new, overlap_rate, is_name_kept "
        "FROM models.statistical_segment ORDER BY 1",
    )
    assert [row[0] for row in kept] == ["S1", "S2", "S3", "S4"]
    assert kept[1] == ("S2", "active rare buyers, low spend", False, 1.0, True)
    assert read(warehouse, "SELECT * FROM models.statistical_centre ORDER BY ALL") != before

    # A date run again, or an older one, sees nothing of later runs.
    run_statistical_segments(warehouse, settings, AS_OF)
    assert read(warehouse, "SELECT compared_as_of_date FROM models.statistical_run") == [(None,)]


def test_another_kind_of_customers_takes_a_label_never_used(warehouse, tmp_path):
    settings = Settings(home=tmp_path)
    run_statistical_segments(warehouse, settings, AS_OF)
    warehouse.execute(
        "UPDATE intermediate.int_customers_features_measured SET net_amount = 40000, "
        "days_since_last_order = 150, t_days = 150 "
        "WHERE days_since_last_order > 100 AND occasion_count < 9"
    )
    warehouse.execute(
        "INSERT INTO models.purchase_score SELECT DISTINCT scope, x, 0, 150, 9.0 "
        "FROM intermediate.int_customers_features_measured"
    )
    run_statistical_segments(warehouse, settings, AS_OF + timedelta(days=1))
    segments = read(warehouse, "SELECT segment, is_new FROM models.statistical_segment ORDER BY 1")
    [[highest, agreement]] = read(
        warehouse, "SELECT highest_number, adjusted_rand_index FROM models.statistical_run"
    )
    new = [segment for segment, is_new in segments if is_new]
    assert all(int(segment[1:]) > 4 for segment in new)
    assert highest == 4 + len(new)
    assert agreement <= 1


def test_without_purchase_models_the_expected_amount_is_left_out(warehouse, tmp_path):
    warehouse.execute("UPDATE models.purchase_score SET expected_purchases_365d = NULL")
    run_statistical_segments(warehouse, Settings(home=tmp_path), AS_OF)
    used = read(warehouse, "SELECT feature FROM models.statistical_feature WHERE NOT is_used")
    assert used == [("expected_amount",)]
    values = "SELECT count(centre_value) FROM models.statistical_centre WHERE feature = ?"
    assert warehouse.execute(values, ["expected_amount"]).fetchall() == [(0,)]
    assert read(warehouse, "SELECT status FROM models.statistical_run") == [("fitted",)]


@pytest.mark.parametrize(("statement", "reason"), [
    ("DELETE FROM intermediate.int_customers_features_measured",
     "0 customers with a purchase; 200 are needed"),
    ("UPDATE intermediate.int_customers_features_measured SET is_test_customer = true",
     "0 customers with a purchase; 200 are needed"),
    ("UPDATE intermediate.int_customers_features_measured SET x = 0, t_days = 5, "
     "days_since_last_order = 5, occasion_count = 1, net_amount = 7",
     "no feature differs between customers"),
    ("UPDATE seeds.statistical_rules SET value = 0.4 WHERE rule = 'least_share'",
     "no number of segments leaves each of them the least share of customers"),
])  # fmt: skip
def test_a_base_without_segments_says_why(warehouse, tmp_path, statement: str, reason: str):
    warehouse.execute(statement)
    tables = run_statistical_segments(warehouse, Settings(home=tmp_path), AS_OF)
    assert read(warehouse, "SELECT status, reason FROM models.statistical_run") == [
        ("not_enough_data", reason)
    ]
    assert tables["statistical_segment"].num_rows == tables["statistical_centre"].num_rows == 0


def test_a_run_without_segments_is_not_remembered(warehouse, tmp_path):
    settings = Settings(home=tmp_path)
    run_statistical_segments(warehouse, settings, AS_OF)
    warehouse.execute("CREATE TABLE kept AS FROM intermediate.int_customers_features_measured")
    warehouse.execute("DELETE FROM intermediate.int_customers_features_measured")
    run_statistical_segments(warehouse, settings, AS_OF + timedelta(days=1))
    warehouse.execute("INSERT INTO intermediate.int_customers_features_measured FROM kept")
    run_statistical_segments(warehouse, settings, AS_OF + timedelta(days=2))
    compared = read(warehouse, "SELECT compared_as_of_date FROM models.statistical_run")
    assert compared == [(AS_OF,)]


def test_the_grid_becomes_coarser_where_there_are_too_many_cells(warehouse, tmp_path):
    warehouse.execute("UPDATE seeds.statistical_rules SET value = 8 WHERE rule = 'most_cells'")
    run_statistical_segments(warehouse, Settings(home=tmp_path), AS_OF)
    [[cells, step, count]] = read(
        warehouse, "SELECT cell_count, grid_step, segment_count FROM models.statistical_run"
    )
    assert cells <= 8
    assert step > 0.1
    assert count == 4


def test_the_step_makes_its_tables_and_no_other_does():
    assert tables_made_by(STEP) == [
        name for name in model_tables() if name.startswith("statistical_")
    ]
