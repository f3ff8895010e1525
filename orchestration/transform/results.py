"""What became of the nodes of a build."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """What became of a node."""

    MADE = "made"
    HELD = "held"  # a claim without a failing row
    WARNED = "warned"
    FAILED = "failed"  # a claim that stops what stands behind it
    ERROR = "error"  # the statement could not run


@dataclass(frozen=True)
class NodeResult:
    """One node of a finished build. ``rows`` are a table's, or those that break a claim."""

    node: str
    status: Status
    seconds: float
    rows: int | None = None
    message: str = ""
    lacked_memory: bool = False

    @property
    def is_failure(self) -> bool:
        return self.status in (Status.FAILED, Status.ERROR)
