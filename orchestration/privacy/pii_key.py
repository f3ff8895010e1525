"""The secret of the keyed hash (HMAC-SHA256, RFC 2104) under which personal values are joined.

It comes from ``PATRON_PII_KEY``; for local use it is generated once into a private file. Losing
it means that old and new hashes no longer match, so production sets the variable.
"""

from __future__ import annotations

import os
from pathlib import Path

from orchestration.privacy.kept_secret import kept_secret

BLOCK_BYTES = 64  # block size of SHA-256
MINIMUM_LENGTH = 16  # characters; a generated key has 64


class PiiKeyError(ValueError):
    """The key is missing or too weak. The message never shows it."""


def load_pii_key(secrets_folder: Path) -> str:
    """The key from ``PATRON_PII_KEY``, else from a file in ``secrets_folder``, made if absent."""
    key = os.environ.get("PATRON_PII_KEY") or kept_secret(secrets_folder / "pii_key")
    if len(key) < MINIMUM_LENGTH:
        raise PiiKeyError(
            f"PATRON_PII_KEY has {len(key)} characters; use at least {MINIMUM_LENGTH} random ones"
        )
    return key


def hmac_pads(key: str) -> tuple[str, str]:
    """Inner and outer padded key as hexadecimal text: all that SQL needs to compute the HMAC."""
    raw = key.encode()
    if len(raw) > BLOCK_BYTES:
        raise PiiKeyError(f"PATRON_PII_KEY is longer than {BLOCK_BYTES} bytes")
    block = raw.ljust(BLOCK_BYTES, b"\0")
    return bytes(b ^ 0x36 for b in block).hex(), bytes(b ^ 0x5C for b in block).hex()
