"""Object storage (S3 and what speaks like it) as a place where BI tools read what is served.

Belongs here: making a bucket say what the served Parquet files say, whole and at once. Does not
belong here: deciding what is served (``publish/replace.py``), Dagster.

What a reader sees, and why nothing is ever mixed:

    <prefix>/current.json                     the pointer: which version, where its tables are
    <prefix>/versions/<publication>.<load>/   one publication; its objects never change
        parquet/<table>.parquet
        manifest.json                         written last: it declares the version whole

A version is uploaded where nobody looks, read back against the manifest, and shown by writing the
one small pointer: an object store replaces an object in one step. A reader that reads the pointer
once and then only what it names sees one publication. Versions stay for the version after them,
and for an hour after they were replaced, so that whoever has read the pointer can finish.

    store.py        the bucket: reading and writing objects, its failures told without secrets
    pointer.py      the pointer and the names of versions
    load.py         a publication into a version of its own
    read_back.py    is the bucket what the manifest says?
    leftovers.py    deleting what is not needed, half-done uploads included
    synchronise.py  the order of all this
    target.py       what it is to the rest of the system
"""

from orchestration.publish.object_store.read_back import verify_store
from orchestration.publish.object_store.store import Location, ObjectStore
from orchestration.publish.object_store.synchronise import sync

__all__ = ["Location", "ObjectStore", "sync", "verify_store"]
