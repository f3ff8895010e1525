"""Publication: candidate, checks by others, manifest, atomic replacement.

Belongs here: what turns tables of the warehouse into what BI tools read. Does not belong here:
Dagster, and judging the rows (``checks/``).
"""

from orchestration.publish.candidate import (
    Candidate,
    build_candidate,
    check_declared,
    read_candidate,
)
from orchestration.publish.manifest import (
    Manifest,
    PublicationError,
    PublishedFile,
    PublishedTable,
    UsedExtract,
    read_manifest,
)
from orchestration.publish.replace import Promotion, Rollback, promote, rollback
from orchestration.publish.serving_zone import ServingZone, how_to_open, served
from orchestration.publish.verify import Difference, verify_served, verify_version

__all__ = [
    "Candidate",
    "Difference",
    "Manifest",
    "Promotion",
    "PublicationError",
    "PublishedFile",
    "PublishedTable",
    "Rollback",
    "ServingZone",
    "UsedExtract",
    "build_candidate",
    "check_declared",
    "how_to_open",
    "promote",
    "read_candidate",
    "read_manifest",
    "rollback",
    "served",
    "verify_served",
    "verify_version",
]
