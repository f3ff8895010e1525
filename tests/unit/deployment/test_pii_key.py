"""The key of the keyed hash: generated once, private, and the same HMAC as everybody's."""

import hashlib
import hmac
import stat
from pathlib import Path

import duckdb
import pytest

from orchestration.privacy.pii_key import PiiKeyError, hmac_pads, load_pii_key

# RFC 4231, test case 2
RFC_KEY, RFC_DATA = "Jefe", "what do ya want for nothing?"
RFC_DIGEST = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


def test_a_local_key_is_made_once_and_private(tmp_path: Path, monkeypatch):
    monkeypatch.delenv("PATRON_PII_KEY", raising=False)
    first, second = load_pii_key(tmp_path / "secrets"), load_pii_key(tmp_path / "secrets")
    assert first == second
    assert len(first) == 64
    assert stat.S_IMODE((tmp_path / "secrets" / "pii_key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_the_variable_comes_first(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("PATRON_PII_KEY", "a key from the secret store")
    assert load_pii_key(tmp_path / "secrets") == "a key from the secret store"
    assert not (tmp_path / "secrets").exists()


def test_a_short_key_is_refused_without_showing_it(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("PATRON_PII_KEY", "hunter2")
    with pytest.raises(PiiKeyError, match="7 characters") as error:
        load_pii_key(tmp_path)
    assert "hunter2" not in str(error.value)


def test_a_key_longer_than_a_block_is_refused():
    with pytest.raises(PiiKeyError, match="64 bytes"):
        hmac_pads("k" * 65)


@pytest.mark.parametrize(
    ("key", "data", "digest"),
    [
        (RFC_KEY, RFC_DATA, RFC_DIGEST),
        ("k" * 64, "é@x.org", hmac.new(b"k" * 64, "é@x.org".encode(), hashlib.sha256).hexdigest()),
    ],
)
def test_the_pads_give_the_standard_hmac_in_sql(key: str, data: str, digest: str):
    inner, outer = hmac_pads(key)
    row = duckdb.execute(
        "SELECT sha256(unhex($outer) || unhex(sha256(unhex($inner) || encode($data))))",
        {"outer": outer, "inner": inner, "data": data},
    ).fetchone()
    assert row == (digest,)
