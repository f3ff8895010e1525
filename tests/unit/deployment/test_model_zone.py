"""The models zone: only declared tables are written, and a missing one is named with the remedy."""

from datetime import date

import duckdb
import pyarrow as pa
import pytest

from orchestration import warehouse
from orchestration.model_zone import (
    ModelTableError,
    model_file,
    model_tables,
    write_model_table,
)
from orchestration.settings import Settings, Zones

AS_OF = date(2025, 6, 30)


@pytest.fixture
def zones(tmp_path) -> Zones:
    return Zones(tmp_path)


def parameters(*rows: tuple[str, str, float, float | None]) -> pa.Table:
    columns = [list(values) for values in zip(*rows, strict=True)]
    return pa.table(dict(zip(model_tables()["model_parameter"].columns, columns, strict=True)))


R, ALPHA = ("run", "r", 0.25, 0.01), ("run", "alpha", 4.4, None)


def test_a_table_is_written_by_its_declaration_and_ordered_by_key(zones: Zones):
    path = write_model_table(zones, "model_parameter", AS_OF, parameters(R, ALPHA))
    assert path == model_file(zones, "model_parameter", AS_OF)
    relation = f"FROM read_parquet('{path}', hive_partitioning = false)"
    with duckdb.connect() as connection:
        rows = connection.execute(relation).fetchall()
        types = {row[0]: row[1] for row in connection.execute(f"DESCRIBE {relation}").fetchall()}
    assert [row[1] for row in rows] == ["alpha", "r"]
    declared = model_tables()["model_parameter"].columns
    assert {name: kind.lower() for name, kind in types.items()} == dict(declared)


def test_equal_rows_in_another_order_are_an_equal_file(zones: Zones):
    path = write_model_table(zones, "model_parameter", AS_OF, parameters(R, ALPHA))
    written = path.read_bytes()
    write_model_table(zones, "model_parameter", AS_OF, parameters(ALPHA, R))
    assert path.read_bytes() == written
    assert list(path.parent.iterdir()) == [path]


def test_wrong_columns_raise_with_the_declared_ones(zones: Zones):
    rows = parameters(R).rename_columns(["model_run_id", "name", "estimate", "standard_error"])
    with pytest.raises(ModelTableError, match="declared: model_run_id, parameter, estimate"):
        write_model_table(zones, "model_parameter", AS_OF, rows)
    assert not model_file(zones, "model_parameter", AS_OF).exists()


def test_a_missing_column_raises(zones: Zones):
    with pytest.raises(ModelTableError, match="has columns model_run_id, parameter, estimate;"):
        write_model_table(
            zones, "model_parameter", AS_OF, parameters(R).drop_columns("standard_error")
        )


def test_a_doubled_key_raises_and_keeps_what_was_written(zones: Zones):
    path = write_model_table(zones, "model_parameter", AS_OF, parameters(R, ALPHA))
    written = path.read_bytes()
    with pytest.raises(ModelTableError, match=r"2 rows, 1 keys \(model_run_id, parameter\)"):
        write_model_table(zones, "model_parameter", AS_OF, parameters(R, ("run", "r", 0.5, None)))
    assert path.read_bytes() == written


def test_an_unknown_table_raises_with_the_known_ones(zones: Zones):
    with pytest.raises(ModelTableError, match="'model_parameters'; known: model_run, model_par"):
        write_model_table(zones, "model_parameters", AS_OF, parameters(R))


def test_a_table_without_rows_is_a_table(zones: Zones):
    path = write_model_table(zones, "model_parameter", AS_OF, parameters(R).slice(0, 0))
    with duckdb.connect() as connection:
        assert connection.execute(f"SELECT count(*) FROM '{path}'").fetchall() == [(0,)]


def empty_table(name: str) -> pa.Table:
    return pa.table({column: pa.array([], pa.string()) for column in model_tables()[name].columns})


def test_registration_needs_every_table_of_the_date_and_names_the_remedy(tmp_path):
    settings = Settings(home=tmp_path)
    names = list(model_tables())
    for name in names[:-1]:
        write_model_table(settings.zones, name, AS_OF, empty_table(name))
    with warehouse.write(settings) as connection:
        with pytest.raises(ModelTableError) as error:
            warehouse.register_models(connection, settings, AS_OF, names)
        connection.rollback()
        message = str(error.value)
        assert f"models/{names[-1]} of {AS_OF} is missing" in message
        assert "materialise it, or run the daily_refresh" in message

        write_model_table(settings.zones, names[-1], AS_OF, empty_table(names[-1]))
        warehouse.register_models(connection, settings, AS_OF, names)
        for name in names:
            described = connection.execute(f"DESCRIBE models.{name}").fetchall()
            assert [row[0] for row in described] == list(model_tables()[name].columns)
