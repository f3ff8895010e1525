"""What a reader or the data may do to the page: it answers with a sentence, never with a trace."""

from __future__ import annotations

import csv
import shutil

import pyarrow as pa
from reading import Reader
from serving import PageServer
from test_every_view import VIEWS

from dashboard.export import csv_bytes

SCRIPT = "<img src=x onerror=alert(1)>"
FORMULA = '=HYPERLINK("http://127.0.0.1/","pay")'
LONG = "a region of a very long name " * 12


def all_views(reader: Reader, server: PageServer) -> None:
    for view in VIEWS:
        reader.go(view)
        assert not reader.exceptions, (view, reader.exceptions, server.log[-3000:])


def test_a_publication_without_a_single_row(copy, read):
    copy.change(*(f"delete from {table['name']}" for table in copy.manifest["tables"]))
    with PageServer(copy.home) as server:
        reader = read(server)
        all_views(reader, server)
        assert reader.faults == []


def test_a_served_file_that_is_absent_is_told(copy, read):
    (copy.folder / "patron.duckdb").unlink()
    with PageServer(copy.home) as server:
        assert "cannot be read" in read(server).text
        shutil.rmtree(copy.folder)  # the link leads nowhere now
        assert "cannot be read" in read(server).text


def test_hostile_and_long_words_are_only_words(copy, read, tmp_path):
    text = FORMULA.replace("'", "''")
    copy.change(
        f"update seg_customer set region = '{SCRIPT}' where region = 'London'",
        f"update seg_segment set segment = '{SCRIPT}' where segment = 'London'",
        f"update seg_customer set region = '{text}' where region = 'Wales'",
        f"update seg_segment set segment = '{text}' where segment = 'Wales'",
        f"update seg_segment set segment = '{LONG}' where segment = 'Scotland'",
        f"update seg_customer set treatment_reason = '{SCRIPT}', region = coalesce(region, 'x')",
        f"update seg_treatment set treatment_reason = '{SCRIPT}', next_action = '{LONG}' "
        "where value_tier = 'high'",
        f"update seg_audience set audience = '../../{SCRIPT}'",
    )
    with PageServer(copy.home) as server:
        reader = read(server)
        said: list[str] = []
        reader.tab.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        all_views(reader, server)
        reader.go("Segments")
        reader.tab.get_by_test_id("stButtonGroup").get_by_text("Region", exact=True).click()
        reader.settle()
        across = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert reader.tab.evaluate(across) <= 0
        reader.pick("Region", FORMULA)
        with reader.download("Download as CSV", tmp_path).open(newline="") as opened:
            assert {row["region"] for row in csv.DictReader(opened)} == {f"'{FORMULA}"}
        file = reader.download("Download list", tmp_path)
        assert file.parent == tmp_path and SCRIPT not in file.name
        assert said == []
        assert not [fault for fault in reader.faults if "left the machine" in fault]


def test_an_address_names_a_customer_or_nobody(served, browser, ask):
    key = ask("select min(customer_key) from seg_customer where net_amount > 0")[0][0]
    for named, answer in ((key, key), ("nobody-at-all", "No key begins with"),
                          ("%27%20or%201%3D1%20--", "No key begins with"),
                          ("%3Cscript%3Ealert(1)%3C/script%3E", "No key begins with")):  # fmt: skip
        reader = Reader(browser, f"{served.address}/customer?key={named}", 1366, 768)
        reader.tab.get_by_text(answer).first.wait_for()
        assert not reader.exceptions
        # Under an address of its own Streamlit first looks for its server below it, then above.
        assert not [fault for fault in reader.faults if "/customer/_stcore/" not in fault]
        reader.close()


def test_a_publication_that_is_gone_while_it_is_read(copy, read):
    """Two publications later the version that a part of a view asks again is no longer kept."""
    with PageServer(copy.home) as server:
        reader = read(server)
        reader.go("Segments")
        old = copy.folder
        copy.publish_again("newer", "2031-01-02")
        shutil.rmtree(old)
        reader.pick("Stage", "Lapsed")
        assert "no longer kept" in reader.text
        reader.tab.reload()
        reader.tab.get_by_text("As of 2 Jan 2031").wait_for()
        assert not reader.exceptions, server.log[-3000:]


def test_the_page_knows_no_secret_and_needs_no_driver(home, read):
    with PageServer(
        home, PATRON_POSTGRES_DSN="postgresql://someone:hidden@127.0.0.1/x", PATRON_TIMEZONE="Moon"
    ) as server:
        reader = read(server)
        assert "As of" in reader.text
        assert "hidden" not in reader.text + server.log


def test_a_list_is_handed_on_without_those_held_out(served, read, ask, tmp_path):
    reader = read(served)
    reader.go("Segments")
    audience = ask(
        "select audience from seg_audience where not is_hold_out and delta <> 'remove' "
        "group by 1 order by count(*) desc, 1 limit 1"
    )[0][0]
    with reader.download("Download list", tmp_path).open(newline="") as opened:
        handed = sorted(row["customer_key"] for row in csv.DictReader(opened))
    expected = ask(
        "select customer_key from seg_audience where audience = ? and not is_hold_out order by 1",
        audience,
    )
    assert handed == [key for (key,) in expected]


def test_text_that_a_spreadsheet_would_execute_is_quoted():
    rows = pa.table(
        {"word": ["=1+1", "+1", "-1", "@x", "\tx", "a=b", None], "n": [-1, 2, 3, 4, 5, 6, 7]}
    )
    lines = csv_bytes(rows).decode().splitlines()
    assert lines[1:] == ["\"'=1+1\",-1", "\"'+1\",2", "\"'-1\",3", "\"'@x\",4", "\"'\tx\",5",
                         '"a=b",6', ",7"]  # fmt: skip


def test_every_published_table_says_what_it_is(ask):
    """Descriptions of the data quality view: a table without one shows an empty cell."""
    assert ask("select table_name from duckdb_tables() where coalesce(comment, '') = ''") == []
