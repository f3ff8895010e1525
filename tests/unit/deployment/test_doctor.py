"""What the doctor expects is what the lock file installs."""

import re

from orchestration.doctor import EXPECTED
from orchestration.settings import PROJECT_ROOT


def test_the_expected_versions_are_those_of_the_lock_file():
    lock = (PROJECT_ROOT / "requirements.lock").read_text()
    locked = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock, re.MULTILINE))
    for package, expected in EXPECTED.items():
        assert f"{locked[package]}.".startswith(f"{expected}."), package
