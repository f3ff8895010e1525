"""Generated dbt sources and the contracts agree."""

from orchestration.contracts.dbt_sources import expected_files
from orchestration.settings import DBT_PROJECT_ROOT


def test_generated_sources_are_up_to_date():
    for path, text in expected_files().items():
        assert path.read_text() == text, (
            f"{path.relative_to(DBT_PROJECT_ROOT)} differs from its contracts; run "
            "`python -m orchestration.contracts.dbt_sources`"
        )


def test_no_generated_source_is_left_over():
    on_disk = set((DBT_PROJECT_ROOT / "models" / "staging").glob("*/_*__sources.yml"))
    staging = DBT_PROJECT_ROOT / "models" / "staging"
    by_hand = {staging / name / f"_{name}__sources.yml" for name in ("raw", "models", "history")}
    assert on_disk - by_hand == set(expected_files())
