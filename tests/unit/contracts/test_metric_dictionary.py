"""The metric dictionary agrees with its sources, shows what they say, and links to what exists."""

import re
from difflib import unified_diff
from pathlib import Path

from orchestration.contracts.metric_catalogue import CarriedMetrics, Metric, MetricColumn
from orchestration.contracts.metric_dictionary import PAGE, expected_page, render_dictionary

LINES_SHOWN = 40


def test_the_committed_page_is_up_to_date() -> None:
    differences = list(
        unified_diff(
            PAGE.read_text(encoding="utf-8").splitlines(),
            expected_page().splitlines(),
            "docs/metric_dictionary.md as it is",
            "as the catalogue and the yml files have it",
            lineterm="",
            n=0,
        )
    )
    shown = "\n".join(differences[:LINES_SHOWN])
    assert not differences, f"run `make docs`: {len(differences)} lines differ\n{shown}"


def test_every_link_of_the_page_leads_somewhere() -> None:
    page = PAGE.read_text(encoding="utf-8")
    anchors = set(re.findall(r'<a id="(\w+)"></a>', page))
    links = set(re.findall(r"(?<!\\)\]\(([^)]+)\)", page))
    assert len(anchors) == 188 + 12
    files = {link for link in links if not link.startswith("#")}
    assert files
    assert [link for link in files if not (PAGE.parent / link).is_file()] == []
    assert {link.removeprefix("#") for link in links - files} <= anchors


def test_an_entry_has_its_definition_columns_and_tests_in_reading_order() -> None:
    models = Path("/project/dbt_project/models")
    made = MetricColumn(
        "marts", "value", "net_amount", "double", "Net <b>|</b>.", ("B2",), models / "value.yml"
    )
    published = MetricColumn(
        "segments", "seg_value", "net_amount", "double", "Net.", ("B2", "C1"), models / "seg.yml"
    )
    hidden = MetricColumn("intermediate", "int_net", "net", "double", "Net.", ("B2",))
    catalogue = {
        "B2": Metric("B2", "Behaviour", "Amount", "E[X | x] * m.", "customer", "Paper", ""),
        "B3": Metric("B3", "Behaviour", "Other", "Other.", "customer", "", "the next issue"),
        "C1": Metric("C1", "Value", "CLV", "CLV.", "customer", "", ""),
    }
    carried = CarriedMetrics((hidden, made, published), {"value": ("a_story", "another")})
    page = render_dictionary(catalogue, carried, Path("/project/docs/page.md"))
    assert "| [B Behaviour](#b) | 2 | 1 | 1 |" in page
    entry = page[page.index('<a id="b2"></a>') : page.index('<a id="b3"></a>')]
    assert entry.splitlines() == [
        '<a id="b2"></a>',
        "",
        "### B2 Amount",
        "",
        r"E\[X \| x\] \* m.",
        "",
        "*Grain: customer. Source: Paper.*",
        "",
        "| Table | Column | What it holds |",
        "|---|---|---|",
        "| **[seg_value](../dbt_project/models/seg.sql)** (published) | `net_amount` | Net. |",
        "| [value](../dbt_project/models/value.sql) | `net_amount` | Net \\<b>\\|\\</b>. |",
        "",
        "<details><summary>Tests</summary>",
        "",
        "- `value`: a story, another",
        "",
        "</details>",
        "",
    ]
    assert "No column yet: waits for the next issue." in page
    assert page.rstrip().endswith("| `net_amount` | Net. |")
