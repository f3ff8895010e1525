"""Every view renders, at both sizes, without a fault, and asks nobody but this machine."""

from __future__ import annotations

import pytest

VIEWS = ("Overview", "Customer value", "Loyalty", "Lifecycle", "Segments", "One customer",
         "Data quality")  # fmt: skip


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080)])
def test_every_view_renders_without_a_fault(served, read, width, height):
    reader = read(served, width, height)
    for view in VIEWS:
        reader.go(view)
        assert not reader.exceptions, (view, reader.exceptions, served.log[-3000:])
        assert "As of" in reader.text
        across = reader.tab.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert across <= 0, f"{view} is wider than the screen by {across} pixels"
    assert reader.faults == []
    assert "Traceback" not in served.log


def test_a_figure_is_explained_by_its_catalogue_definition(served, read, ask):
    reader = read(served)
    reader.metric("Expected in a year").get_by_test_id("stTooltipIcon").hover()
    shown = reader.tab.get_by_test_id("stTooltipContent").inner_text()
    for definition in ask(
        "select definition from seg_metric_definition "
        "where table_name = 'seg_customer' and column_name = 'potential_amount'"
    ):
        assert definition[0][:60] in " ".join(shown.split())
