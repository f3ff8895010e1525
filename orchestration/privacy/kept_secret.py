"""Secrets that a deployment makes for itself and keeps in private files.

Belongs here: making such a file once, whatever happens at the same time. Does not belong here: what
a secret is for.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def kept_secret(path: Path) -> str:
    """The secret in ``path`` (mode 0600); 64 random hexadecimal characters are put there once."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        temporary.touch(mode=0o600)
        temporary.write_text(secrets.token_hex(32) + "\n")
        try:
            os.link(temporary, path)  # fails if another process was first: then theirs counts
        except FileExistsError:
            return path.read_text().strip()
        finally:
            temporary.unlink()
        return path.read_text().strip()
