"""Places on the dashboard: tabs, rows and filters as Superset writes them down.

Belongs here: rows of names and widths to Superset's tree of positions. Does not belong here: which
chart stands where (``bundle/dashboard.yaml``).
"""

from __future__ import annotations

from typing import Any

COLUMNS = 12  # Superset's grid

Document = dict[str, Any]


def position(
    title: str, tabs: list[Document], numbers: dict[str, int], identifiers: dict[str, str]
) -> Document:
    """The tree of positions. Each chart stands in it once, or a ValueError names it."""
    tree: Document = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"id": "ROOT_ID", "type": "ROOT", "children": ["TABS"]},
        "GRID_ID": {"id": "GRID_ID", "type": "GRID", "children": [], "parents": ["ROOT_ID"]},
        "HEADER_ID": {"id": "HEADER_ID", "type": "HEADER", "meta": {"text": title}},
    }
    _add(tree, "TABS", "TABS", ["ROOT_ID"], {})
    left = set(numbers)
    for tab_number, tab in enumerate(tabs, 1):
        tab_id = f"TAB-{tab_number}"
        _add(tree, tab_id, "TAB", ["ROOT_ID", "TABS"], {"text": tab["name"]})
        for row_number, row in enumerate(tab["rows"], 1):
            row_id = f"ROW-{tab_number}-{row_number}"
            parents = ["ROOT_ID", "TABS", tab_id]
            _add(tree, row_id, "ROW", parents, {"background": "BACKGROUND_TRANSPARENT"})
            if sum(row["charts"].values()) > COLUMNS:
                raise ValueError(f"a row of {tab['name']} is wider than {COLUMNS} columns: {row}")
            for name, width in row["charts"].items():
                if name not in left:
                    raise ValueError(f"{name!r} is no chart, or stands on the dashboard twice")
                left.remove(name)
                meta = {
                    "chartId": numbers[name],
                    "uuid": identifiers[name],
                    "sliceName": name,
                    "width": width,
                    "height": row["height"],
                }
                _add(tree, f"CHART-{numbers[name]}", "CHART", [*parents, row_id], meta)
    if left:
        raise ValueError(f"charts without a place: {', '.join(sorted(left))}")
    return tree


def select_filter(name: str, dataset: str, without: list[int]) -> Document:
    """A choice of values of one column; charts that do not have the column are left out."""
    return {
        "id": "NATIVE_FILTER-" + name.replace(" ", "_"),
        "name": name,
        "type": "NATIVE_FILTER",
        "filterType": "filter_select",
        "targets": [{"datasetUuid": dataset, "column": {"name": name}}],
        "scope": {"rootPath": ["ROOT_ID"], "excluded": without},
        "cascadeParentIds": [],
        "controlValues": {
            "multiSelect": True,
            "enableEmptyFilter": False,
            "defaultToFirstItem": False,
            "inverseSelection": False,
            "searchAllOptions": False,
        },
        "defaultDataMask": {"extraFormData": {}, "filterState": {}, "ownState": {}},
        "description": "",
    }


def _add(tree: Document, name: str, sort: str, parents: list[str], meta: Document) -> None:
    tree[name] = {"id": name, "type": sort, "children": [], "parents": parents, "meta": meta}
    tree[parents[-1]]["children"] += [name] if name not in tree[parents[-1]]["children"] else []
