"""A deployment that publishes the small publication into a prefix of its own."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from seaweedfs_server import Server

from orchestration.publish import Promotion
from orchestration.publish.object_store import Location, ObjectStore, sync, verify_store
from orchestration.publish.targets import Synced
from orchestration.publish.verify import Difference

# The small publication belongs to the tests of the served file, run on their own or with these.
sys.path.append(str(Path(__file__).parents[1] / "unit" / "publish"))

from small_publication import publish

DAY = date(2025, 6, 30)
DUCKDB: dict[str, str | int] = {"threads": 1, "memory_limit": "500MB"}


@dataclass
class Deployment:
    """A home folder that publishes into a bucket of its own."""

    home: Path
    server: Server
    bucket: str

    @property
    def serving(self) -> Path:
        return self.home / "serving"

    @property
    def url(self) -> str:
        return f"s3://{self.bucket}/bi"

    @property
    def store(self) -> ObjectStore:
        return ObjectStore(Location.of(self.url), tries=3)

    def publish(self, day: date = DAY, **changes: Any) -> Promotion:
        return publish(self.home, day, **changes)

    def sync(self, force: bool = False) -> Synced:
        return sync(self.store, self.serving, force=force)

    def differences(self) -> list[Difference]:
        return verify_store(self.store, self.serving, DUCKDB)

    def key_names(self, prefix: str = "bi/") -> list[str]:
        found = self.server.client().list_objects_v2(Bucket=self.bucket, Prefix=prefix)
        return [entry["Key"] for entry in found.get("Contents", ())]

    def versions(self) -> list[str]:
        return sorted({key.split("/")[2] for key in self.key_names("bi/versions/")})

    def unfinished(self) -> list[str]:
        found = self.server.client().list_multipart_uploads(Bucket=self.bucket)
        return [upload["Key"] for upload in found.get("Uploads", ())]

    def pointer(self) -> dict[str, Any]:
        return json.loads(self.get("bi/current.json"))

    def get(self, key: str) -> bytes:
        return self.server.client().get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def put(self, key: str, body: bytes) -> None:
        self.server.client().put_object(Bucket=self.bucket, Key=key, Body=body)

    def delete(self, key: str) -> None:
        self.server.client().delete_object(Bucket=self.bucket, Key=key)

    def table(self, name: str = "seg_customer") -> str:
        """Key of a table that the pointer names."""
        return f"bi/{self.pointer()['tables'][name]}"
