"""A publication into a version of its own, where nobody looks yet.

Belongs here: uploading, and the manifest that declares a version whole. Does not belong here:
showing it (``pointer.py``) or comparing it (``read_back.py``).

The Parquet files are those that are served, byte for byte.
"""

from __future__ import annotations

import json
from pathlib import Path

from orchestration.publish.manifest import (
    MANIFEST_NAME,
    Manifest,
    PublicationError,
    render_manifest,
)
from orchestration.publish.object_store.pointer import Version
from orchestration.publish.object_store.store import ObjectStore


def upload_version(store: ObjectStore, version: Version, manifest: Manifest, folder: Path) -> None:
    """Upload every table of the served ``folder``; :func:`seal_version` then declares it whole.

    Raises:
        PublicationError: a newer publication deleted the files meanwhile.
    """
    for table in manifest.tables:
        file = folder / table.parquet.path
        if not file.is_file():
            raise PublicationError(
                f"{table.parquet.path} of {manifest.publication_id} is gone: another publication "
                "replaced it meanwhile; patron object-store sync"
            )
        store.upload(file, version.folder + table.parquet.path)


def seal_version(store: ObjectStore, version: Version, manifest: Manifest) -> None:
    """Write the version's own manifest: from here on it is whole."""
    store.write(version.folder + MANIFEST_NAME, stored_manifest(manifest), instead_of=None)


def stored_manifest(manifest: Manifest) -> str:
    """The manifest of what is stored: that of the publication without the DuckDB file."""
    document = json.loads(render_manifest(manifest))
    del document["database"]
    return json.dumps(document, indent=2) + "\n"
