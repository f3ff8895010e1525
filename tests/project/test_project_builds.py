"""The project parses without a warning and builds: on nothing at all and on the tiny world."""

from conftest import Build, Dbt


def failed(build: Build) -> dict[str, str]:
    return {
        name: str(result["message"])
        for name, result in build.results.items()
        if result["status"] not in ("success", "pass")
    }


def test_a_full_parse_warns_of_nothing(dbt: Dbt) -> None:
    done = dbt.run("parse", "--no-partial-parse", "--show-all-deprecations")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "deprecat" not in done.stdout.lower()


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
