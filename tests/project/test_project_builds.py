"""The project parses without a warning and builds: on nothing at all and on the tiny world."""

from conftest import Build


def failed(build: Build) -> dict[str, str]:
    return {
        name: str(result["message"])
        for name, result in build.results.items()
        if result["status"] not in ("success", "pass")
    }


def test_a_full_parse_warns_of_nothing(empty_build: Build) -> None:
    """That build parsed every file anew, with warnings as errors."""
    assert "Running with dbt" in empty_build.output
    assert "deprecat" not in empty_build.output.lower()
    assert "warning" not in empty_build.output.lower()


def test_models_and_tests_hold_on_empty_extracts(empty_build: Build) -> None:
    assert failed(empty_build) == {}
    assert empty_build.results, empty_build.output


def test_every_unit_test_ran_and_passed(empty_build: Build) -> None:
    declared = set(empty_build.manifest["unit_tests"])
    ran = {name for name in empty_build.results if name.startswith("unit_test.")}
    assert declared
    assert declared == ran


def test_models_and_tests_hold_on_the_tiny_world(tiny_build: Build) -> None:
    assert failed(tiny_build) == {}
    assert tiny_build.results, tiny_build.output
