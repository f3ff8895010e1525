"""Reading the store back: is it what the manifest says?

Belongs here: comparing objects, rows and hashes of one version, and whether strangers can read.
Does not belong here: the served files (``publish/verify.py``).

Each object comes back through a temporary file, so that memory does not grow with the table and one
download serves every comparison.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import duckdb

from orchestration.publish.content_hash import hash_publication
from orchestration.publish.durable import file_sha256
from orchestration.publish.manifest import MANIFEST_NAME, Manifest
from orchestration.publish.object_store.load import stored_manifest
from orchestration.publish.object_store.pointer import POINTER_NAME, Version, read_pointer
from orchestration.publish.object_store.store import ObjectAbsentError, ObjectStore
from orchestration.publish.serving_zone import served
from orchestration.publish.targets import TargetError
from orchestration.publish.verify import Difference, relation_differences

DuckdbConfig = Mapping[str, str | int]


def verify_store(
    store: ObjectStore, serving: Path, duckdb_config: DuckdbConfig
) -> list[Difference]:
    """Compare what the pointer shows with the manifest of what is served.

    An empty list means: same publication, same tables, rows and content, and nobody reads it
    without credentials.

    Raises:
        TargetError: the store cannot be reached.
    """
    manifest = served(serving)
    if manifest is None:
        return [Difference("served file", "a publication", "nothing published yet")]
    pointer = read_pointer(store)
    if pointer is None or not pointer.shown.holds(manifest):
        found = pointer.shown.publication_id if pointer else "nothing published yet"
        return [Difference(POINTER_NAME, manifest.publication_id, found)]
    differences = object_differences(store, pointer.shown, manifest, duckdb_config)
    if open_to_all(store):
        differences.append(
            Difference(str(store), "readable with credentials alone", "readable by everybody")
        )
    return differences


def object_differences(
    store: ObjectStore,
    version: Version,
    manifest: Manifest,
    duckdb_config: DuckdbConfig | None = None,
) -> list[Difference]:
    """Compare the objects of ``version`` with ``manifest``, byte for byte.

    Args:
        duckdb_config: read the rows, too, and compare their number, types and content hashes.
    """
    differences = _manifest_differences(store, version, manifest)
    sizes = {
        stored.name.removeprefix(version.folder): stored.size_bytes
        for stored in store.listed(version.folder)
    }
    known = {table.parquet.path for table in manifest.tables} | {MANIFEST_NAME}
    differences += [
        Difference(name, "no such object", "present") for name in sorted(set(sizes) - known)
    ]
    with tempfile.TemporaryDirectory(prefix="patron-read-back-") as folder:
        received = Path(folder) / "table.parquet"
        for table in manifest.tables:
            path = table.parquet.path
            if sizes.get(path) != table.parquet.size_bytes:
                found = f"{sizes[path]} bytes" if path in sizes else "absent"
                differences.append(Difference(path, f"{table.parquet.size_bytes} bytes", found))
                continue
            store.download(version.folder + path, received)
            found = file_sha256(received)
            if found != table.parquet.sha256:
                differences.append(Difference(f"{path} sha256", table.parquet.sha256, found))
            if duckdb_config is not None:
                try:
                    with duckdb.connect(config=dict(duckdb_config)) as connection:
                        relation = f"read_parquet('{received}')"
                        differences += relation_differences(connection, table, relation)
                except duckdb.Error as error:
                    kind = type(error).__name__  # its message may quote rows
                    differences.append(Difference(path, "a readable Parquet file", kind))
    return differences


def open_to_all(store: ObjectStore) -> bool:
    """Whether the pointer can be read without credentials."""
    stranger = ObjectStore(store.location, tries=1, signed=False)
    try:
        stranger.read(POINTER_NAME)
    except TargetError:
        return False
    return True


def _manifest_differences(
    store: ObjectStore, version: Version, manifest: Manifest
) -> list[Difference]:
    hashes = {table.name: table.content_hash for table in manifest.tables}
    if hash_publication(hashes) != manifest.content_hash:
        return [Difference("content hash of the manifest", manifest.content_hash, "another")]
    try:
        found, _ = store.read(version.folder + MANIFEST_NAME)
    except ObjectAbsentError:
        return [Difference(MANIFEST_NAME, "the manifest", "absent")]
    if found.decode(errors="replace") != stored_manifest(manifest):
        return [Difference(MANIFEST_NAME, "the manifest that is served", "another")]
    return []
