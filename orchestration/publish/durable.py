"""Files and folders that are on the disk, and readable by others, when the call returns.

Belongs here: fsync and permissions. Does not belong here: what is written.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

# What is published never changes: a BI tool that forgets to open read-only is refused by the
# system instead of writing into the served file.
PUBLISHED_FILE_MODE = 0o444
FOLDER_MODE = 0o755


def make_folder(folder: Path) -> None:
    """Create ``folder`` and its parents, enterable by everyone whatever the umask."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        path.chmod(FOLDER_MODE)


def write_file(path: Path, text: str) -> None:
    """Write ``text`` to a new file and seal it; a sealed one that a killed run left is replaced."""
    path.unlink(missing_ok=True)
    path.write_text(text, encoding="utf-8")
    seal_file(path)


def seal_file(path: Path) -> None:
    """Flush a finished file to the disk and make it read-only for everyone."""
    path.chmod(PUBLISHED_FILE_MODE)
    _sync(path, os.O_RDONLY)


def sync_folder(folder: Path) -> None:
    """Flush the names in ``folder``: creations, renames and deletions."""
    _sync(folder, os.O_RDONLY | os.O_DIRECTORY)


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, hexadecimal, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
