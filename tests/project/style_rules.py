"""House rules of the dbt project as queries over its manifest (architecture.md, Names and style).

Belongs here: one function per rule that returns the offenders, with the remedy in its docstring.
Does not belong here: what numbers mean (data tests) and layout that the linter knows.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

Manifest = Mapping[str, Any]
Node = Mapping[str, Any]

CONTRACTED_LAYERS = ("marts", "segments")
MODEL_LINES = 120
# What only one engine knows; each has a portable spelling or a macro in macros/portable/.
DIALECT = re.compile(
    r"::|\bas varchar\b|\bqualify\b|\bgroup by all\b|\border by all\b|\bwith recursive\b"
    r"|\bduckdb\b|\bspark\b|\bpostgres\w*\b|\bquantile_disc\b|\btimezone\s*\(|\bgetvariable\b"
    r"|\bepoch\w*\s*\(|\bstrftime\b|\blist_\w+\s*\(|\bread_parquet\b|\bregexp_matches\b",
    re.IGNORECASE,
)
CLOCK = re.compile(
    r"\bcurrent_(date|timestamp|time)\b|\bnow\s*\(|\btoday\s*\(|\brun_started_at\b", re.IGNORECASE
)
# Their sums depend on the order of the rows: the same data would not give the same bytes.
INEXACT = re.compile(r"\b(avg|mean|stddev\w*|var_\w+|variance|corr|regr_\w+)\s*\(", re.IGNORECASE)
NAMES = {
    "staging": re.compile(r"stg_[a-z_]+?__[a-z_]+"),
    "intermediate": re.compile(r"int_[a-z_]+_[a-z]+"),
    "marts": re.compile(r"(dim_|fct_|bridge_)?[a-z_]+"),
    "segments": re.compile(r"seg_[a-z_]+"),
}


# Views that one table writes down row by row: its key is theirs, and they are not computed again.
KEY_IN = {"int_order_lines_valued": "fct_order_net"}


def models(manifest: Manifest) -> Iterator[Node]:
    return (node for node in manifest["nodes"].values() if node["resource_type"] == "model")


def _code(sql: str) -> str:
    """SQL without its comments."""
    without_blocks = re.sub(r"\{#.*?#\}|/\*.*?\*/", "", sql, flags=re.DOTALL)
    return re.sub(r"--.*", "", without_blocks)


def _layer(node: Node) -> str:
    return str(node["fqn"][1])


def descriptions_begin_with_the_grain(manifest: Manifest) -> list[str]:
    """Begin the description with "One row per ..."."""
    return [n["name"] for n in models(manifest) if not n["description"].startswith("One row")]


def models_begin_with_the_grain(manifest: Manifest) -> list[str]:
    """Begin the SQL file with the comment "-- One row per ..."."""
    return [n["name"] for n in models(manifest) if not n["raw_code"].startswith("-- One row")]


def every_model_has_a_key_test(manifest: Manifest) -> list[str]:
    """Give one column the test is_key, or the model the test unique_together."""
    keyed = {
        node["attached_node"]
        for node in manifest["nodes"].values()
        if (node.get("test_metadata") or {}).get("name") in ("is_key", "unique_together")
    }
    readers: dict[str, list[str]] = {}
    for node in models(manifest):
        for read in node.get("depends_on", {}).get("nodes", ()):
            readers.setdefault(read, []).append(node["unique_id"])

    def is_keyed(node: Node) -> bool:
        if node["unique_id"] in keyed:
            return True
        table = f"model.patron.{KEY_IN.get(node['name'])}"
        is_only_there = table in keyed and readers.get(node["unique_id"]) == [table]
        return is_only_there and node["config"]["materialized"] == "view"

    return [n["name"] for n in models(manifest) if not is_keyed(n)]


def columns_are_described(manifest: Manifest) -> list[str]:
    """Say in the yml beside the model what the column holds, with unit and special values."""
    described = [*models(manifest)]
    described += [n for n in manifest["nodes"].values() if n["resource_type"] == "seed"]
    return [
        f"{node['name']}.{column['name']}"
        for node in described
        for column in node["columns"].values()
        if not column["description"].strip()
    ]


def published_layers_have_enforced_contracts(manifest: Manifest) -> list[str]:
    """Enforce the contract: data types of all columns in the yml, in the order of the SQL."""
    return [
        n["name"]
        for n in models(manifest)
        if _layer(n) in CONTRACTED_LAYERS and not n["config"]["contract"]["enforced"]
    ]


def the_yml_stands_beside_its_model(manifest: Manifest) -> list[str]:
    """Describe a model in the yml of its own name, in its own folder."""
    return [
        n["name"]
        for n in models(manifest)
        if not n["patch_path"]
        or Path(n["patch_path"].split("://")[1]).with_suffix("")
        != Path(n["original_file_path"]).with_suffix("")
    ]


def names_say_the_layer(manifest: Manifest) -> list[str]:
    """stg_<source>__<entities>, int_<entities>_<participle>, dim_, fct_ or mart, seg_<audience>."""
    return [n["name"] for n in models(manifest) if not NAMES[_layer(n)].fullmatch(n["name"])]


def models_are_short(manifest: Manifest) -> list[str]:
    """Split the model: a reader holds about 120 lines in mind."""
    return [n["name"] for n in models(manifest) if len(n["raw_code"].splitlines()) > MODEL_LINES]


def dialects_stay_in_portable_macros(manifest: Manifest) -> list[str]:
    """Call a macro of macros/portable/, or write one there."""
    return _offending_code(manifest, DIALECT)


def nothing_asks_the_clock(manifest: Manifest) -> list[str]:
    """Take the as-of date from source('raw', 'run_context')."""
    return _offending_code(manifest, CLOCK)


def nothing_aggregates_inexactly(manifest: Manifest) -> list[str]:
    """Sum and count integers or decimals, and divide once."""
    return _offending_code(manifest, INEXACT)


def _offending_code(manifest: Manifest, pattern: re.Pattern[str]) -> list[str]:
    sql = {
        node["unique_id"]: node["raw_code"]
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "analysis", "test") and not node.get("test_metadata")
    }
    sql |= {
        name: macro["macro_sql"]
        for name, macro in manifest["macros"].items()
        if macro["package_name"] == "patron"
        and not macro["original_file_path"].startswith("macros/portable/")
    }
    return [
        f"{name}: {found.group()}"
        for name, text in sql.items()
        if (found := pattern.search(_code(text)))
    ]


def singular_tests_state_their_claim(manifest: Manifest) -> list[str]:
    """Begin the file with "-- Claim: ..." and say what a failing row means."""
    return [
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        and not node.get("test_metadata")
        and not node["raw_code"].startswith("-- Claim: ")
    ]


RULES: tuple[Callable[[Manifest], list[str]], ...] = (
    descriptions_begin_with_the_grain,
    models_begin_with_the_grain,
    every_model_has_a_key_test,
    columns_are_described,
    published_layers_have_enforced_contracts,
    the_yml_stands_beside_its_model,
    names_say_the_layer,
    models_are_short,
    dialects_stay_in_portable_macros,
    nothing_asks_the_clock,
    nothing_aggregates_inexactly,
    singular_tests_state_their_claim,
)
