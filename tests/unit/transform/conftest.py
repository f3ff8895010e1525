"""A deployment to build in."""

from pathlib import Path

import pytest

from orchestration.settings import Settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("PATRON_PII_KEY", "a key of the tests and nothing else")
    return Settings(home=tmp_path)
