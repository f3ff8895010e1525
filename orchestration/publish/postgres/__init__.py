"""PostgreSQL as a place where BI tools read what is served.

Belongs here: making PostgreSQL say what the served file says, whole and at once. Does not belong
here: deciding what is served (``publish/replace.py``), Dagster.

What a reader sees, and why nothing is ever mixed:

    patron                           views, one per published table, and the manifest as two more;
                                     all that the reader role may use
    patron_version_<day>_<load>      the tables of one publication: rows that never change, their
                                     keys, indexes and statistics; nobody but the publisher enters

A version is loaded out of sight, read back against the manifest, and swapped in by pointing every
view at it in one transaction that holds all views. A query or transaction that has read one view
holds it until its end, so that the swap comes before or after it, never in between; views keep
their identity, so that grants and views that others built on them go on working. The version
before stays for ``patron rollback``.

    server.py       the address, connecting, the publisher's lock
    versions.py     which versions the server holds, and deleting those that are not needed
    load.py         a publication into a version of its own
    tables.py       the statements that make a table
    manifest_tables.py  the manifest as two tables: what declares a version whole
    swap.py         the commit point
    reader_role.py  who may read, and that they can do nothing else
    read_back.py    is PostgreSQL what the manifest says?
    synchronise.py  the order of all this
    target.py       what it is to the rest of the system
"""

from orchestration.publish.postgres.read_back import verify_target
from orchestration.publish.postgres.server import Address, Target, configured_target
from orchestration.publish.postgres.synchronise import sync
from orchestration.publish.postgres.versions import shown_at
from orchestration.publish.targets import Synced, TargetError

__all__ = [
    "Address",
    "Synced",
    "Target",
    "TargetError",
    "configured_target",
    "shown_at",
    "sync",
    "verify_target",
]
