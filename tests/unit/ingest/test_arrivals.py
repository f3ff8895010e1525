"""What has arrived is told in counts: files, refusals by reason, promises; never a value."""

from datetime import date

import duckdb

from orchestration.ingest.arrivals import write_arrivals

DAY = date(2025, 6, 1)


def arrived(lake, as_of: date) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA raw")
        write_arrivals(connection, [lake.contract], lake.zones, as_of)
        return {
            table: connection.execute(f"FROM raw.{table}").fetchall()
            for table in ("extract_load", "extract_refusal", "extract_contract")
        }


def test_a_row_with_two_reasons_counts_at_each_of_them(lake):
    lake.land("id,qty,price\n1,1,1\n2,two,dear\n3,three,1\n")
    lake.load()
    told = arrived(lake, DAY)
    [load] = told["extract_load"]
    assert load == ("shop", "things", DAY, "things.csv", 3, 1, 2)
    counts = {(reason, column): rows for *_, reason, column, rows in told["extract_refusal"]}
    assert {column: rows for (_, column), rows in counts.items()} == {"qty": 2, "price": 1}
    assert not any("dear" in str(row) for rows in told.values() for row in rows)


def test_a_table_that_never_came_is_told_by_its_contract_alone(lake):
    told = arrived(lake, DAY)
    assert told["extract_load"] == told["extract_refusal"] == []
    [promise] = told["extract_contract"]
    assert promise[:2] == ("shop", "things")
    assert promise[5:] == ("delta", False, None, 1.0)


def test_an_extract_after_the_as_of_date_has_not_arrived(lake):
    lake.land("id,qty\n1,1\n2,two\n")
    lake.load()
    told = arrived(lake, date(2025, 5, 31))
    assert told["extract_load"] == told["extract_refusal"] == []
