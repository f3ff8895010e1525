"""Folders with rows of single customers: for the pipeline's own account alone.

Belongs here: making such a folder. Does not belong here: what others read (``publish/durable.py``).
"""

from __future__ import annotations

from pathlib import Path


def make_private_folder(folder: Path) -> None:
    """Create ``folder`` and its missing parents for their owner only."""
    for part in [*reversed(folder.parents), folder]:
        if not part.exists():
            part.mkdir(mode=0o700, exist_ok=True)
