"""The bucket: where it is, objects read and written, failures told without secrets.

Belongs here: every call to the object store. Does not belong here: what the objects mean.

Credentials, region and endpoint are those of any AWS tool: ``AWS_ACCESS_KEY_ID``,
``AWS_SECRET_ACCESS_KEY``, ``AWS_PROFILE``, the role of the machine, ``AWS_ENDPOINT_URL_S3`` and so
on. No access control list is ever sent: who may read is decided by the bucket.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration.publish.targets import TargetError
from orchestration.settings import SettingError, Settings

# Each request is tried so often, with growing pauses, about half a minute in all.
TRIES = 6
CONNECT_SECONDS = 10
READ_SECONDS = 60
# Parts of a multi-part upload; memory is parts in flight, whatever the size of the table. S3 takes
# at least 5 MB, and 10,000 parts: larger tables get larger parts by themselves.
PART_BYTES = 16 << 20
PARTS_IN_FLIGHT = 4
DEFAULT_REGION = (
    "us-east-1"  # of servers that know no regions; their signatures name one all the same
)
SECRETS = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID")
ABSENT = ("NoSuchKey", "404")
OVERTAKEN = ("PreconditionFailed", "ConditionalRequestConflict")
UNKNOWN = ("NotImplemented", "MethodNotAllowed", "501", "405")


@dataclass(frozen=True)
class Location:
    """``s3://bucket/prefix``; the prefix is empty or ends with a slash."""

    bucket: str
    prefix: str

    @classmethod
    def of(cls, url: str) -> Location:
        """From ``PATRON_OBJECT_STORE_URL``, which the settings have proven to be one."""
        bucket, _, prefix = url.removeprefix("s3://").partition("/")
        prefix = prefix.strip("/")
        return cls(bucket, f"{prefix}/" if prefix else "")

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"


@dataclass(frozen=True)
class StoredObject:
    """One object, as a listing names it; ``name`` is relative to the prefix."""

    name: str
    size_bytes: int
    changed_at: datetime


class ObjectAbsentError(TargetError):
    """There is no such object."""


class OvertakenError(TargetError):
    """Another publisher wrote the object meanwhile."""


def configured_store(settings: Settings, tries: int | None = None) -> ObjectStore:
    """The store that this deployment publishes to.

    Raises:
        SettingError: there is none.
    """
    if settings.object_store_url is None:
        raise SettingError(
            "PATRON_OBJECT_STORE_URL is not set; to publish to object storage as well, set it to "
            "s3://bucket/prefix"
        )
    return ObjectStore(Location.of(settings.object_store_url), tries)


class ObjectStore:
    """A bucket and a prefix in it; every name is relative to the prefix.

    Every method raises TargetError when the store cannot be reached or refuses.
    """

    def __init__(self, location: Location, tries: int | None = None, signed: bool = True) -> None:
        self.location = location
        self._tries = TRIES if tries is None else tries
        self._signed = signed
        self._client: Any = None

    def __str__(self) -> str:
        return str(self.location)

    def read(self, name: str) -> tuple[bytes, str]:
        """A small object and its entity tag.

        Raises:
            ObjectAbsentError: there is none.
        """
        with self._told(f"reading {name}"):
            got = self._s3.get_object(**self._at(name))
            return got["Body"].read(), got["ETag"]

    def write(self, name: str, text: str, instead_of: str | None) -> None:
        """Write a small object, in place of the one with that entity tag, or where none is.

        Raises:
            OvertakenError: another one is there.
        """
        condition = {"IfMatch": instead_of} if instead_of else {"IfNoneMatch": "*"}
        with self._told(f"writing {name}"):
            self._s3.put_object(
                **self._at(name), Body=text.encode(), ContentType="application/json",
                CacheControl="no-cache", **condition,
            )  # fmt: skip

    def upload(self, file: Path, name: str) -> None:
        """A file of any size, in parts, with checksums that the store compares."""
        with self._told(f"uploading {name}"):
            self._s3.upload_file(
                str(file), self.location.bucket, self.location.prefix + name,
                ExtraArgs={"ContentType": "application/vnd.apache.parquet"},
                Config=self._transfer(),
            )  # fmt: skip

    def download(self, name: str, file: Path) -> None:
        """An object of any size into a file.

        Raises:
            ObjectAbsentError: there is none.
        """
        with self._told(f"reading {name}"):
            self._s3.download_file(
                self.location.bucket, self.location.prefix + name, str(file),
                Config=self._transfer(),
            )  # fmt: skip

    def listed(self, folder: str) -> Iterator[StoredObject]:
        """All objects whose name begins with ``folder``."""
        with self._told(f"listing {folder}"):
            pages = self._s3.get_paginator("list_objects_v2").paginate(**self._under(folder))
            for page in pages:
                for entry in page.get("Contents", ()):
                    name = entry["Key"].removeprefix(self.location.prefix)
                    yield StoredObject(name, entry["Size"], entry["LastModified"])

    def unfinished(self, folder: str) -> Iterator[tuple[StoredObject, str]]:
        """Uploads under ``folder`` that began and did not end, and their ids; none where the store
        cannot say."""
        try:
            with self._told(f"listing uploads to {folder}"):
                pages = self._s3.get_paginator("list_multipart_uploads").paginate(
                    **self._under(folder)
                )
                found = [entry for page in pages for entry in page.get("Uploads", ())]
        except NotKnownError:
            return
        for entry in found:
            name = entry["Key"].removeprefix(self.location.prefix)
            if name.startswith(folder):  # a store may list the whole bucket
                yield StoredObject(name, 0, entry["Initiated"]), entry["UploadId"]

    def abort(self, name: str, upload_id: str) -> None:
        """Give up an upload that did not end: its parts cost storage and are listed nowhere."""
        with self._told(f"giving up the upload of {name}"):
            self._s3.abort_multipart_upload(**self._at(name), UploadId=upload_id)

    def delete(self, names: list[str]) -> None:
        """One by one: deleting many at once needs a header that not every store takes."""
        for name in names:
            with self._told(f"deleting {name}"):
                self._s3.delete_object(**self._at(name))

    def hide_secrets(self, text: str) -> str:
        """``text`` (an error message) on one line, without credentials."""
        for variable in SECRETS:
            if secret := os.environ.get(variable):
                text = text.replace(secret, "***")
        return " ".join(text.split())

    @property
    def _s3(self) -> Any:
        if self._client is None:
            with self._told("connecting"):
                self._client = _client(self._tries, self._signed)
        return self._client

    def _at(self, name: str) -> dict[str, str]:
        return {"Bucket": self.location.bucket, "Key": self.location.prefix + name}

    def _under(self, folder: str) -> dict[str, str]:
        return {"Bucket": self.location.bucket, "Prefix": self.location.prefix + folder}

    @staticmethod
    def _transfer() -> Any:
        from boto3.s3.transfer import TransferConfig

        return TransferConfig(
            multipart_threshold=PART_BYTES,
            multipart_chunksize=PART_BYTES,
            max_concurrency=PARTS_IN_FLIGHT,
            max_io_queue=PARTS_IN_FLIGHT * PART_BYTES // (1 << 18),
        )

    @contextmanager
    def _told(self, doing: str) -> Iterator[None]:
        """Failures of the library in one sentence, without secrets and without its chain."""
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            yield
        except (BotoCoreError, ClientError, Boto3Error) as error:
            # An upload's failure wraps the store's answer, as text and as context.
            answer = error if isinstance(error, ClientError) else error.__context__
            told = answer.response.get("Error", {}) if isinstance(answer, ClientError) else {}
            code = str(told.get("Code", ""))
            kind = _kind(code)
            if kind is TargetError:
                reason = f"{code}: {told.get('Message', '')}" if code else str(error)
                raise TargetError(
                    f"{doing} in {self.location} failed: {self.hide_secrets(reason)}; readers see "
                    "what they saw before. The next run catches up, or do it now: "
                    "patron object-store sync"
                ) from None
            raise kind(f"{doing} in {self.location} failed: {code}") from None


class NotKnownError(TargetError):
    """The store does not know the request."""


def _kind(code: str) -> type[TargetError]:
    for codes, kind in (
        (ABSENT, ObjectAbsentError),
        (OVERTAKEN, OvertakenError),
        (UNKNOWN, NotKnownError),
    ):
        if code in codes:
            return kind
    return TargetError


def _client(tries: int, signed: bool) -> Any:
    """boto3's client; a server that is not Amazon's is addressed by path, as all of them allow."""
    import boto3
    from botocore import UNSIGNED
    from botocore.config import Config

    elsewhere = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    session = boto3.Session(region_name=os.environ.get("AWS_REGION"))
    options: dict[str, Any] = {} if signed else {"signature_version": UNSIGNED}
    if elsewhere:
        options["s3"] = {"addressing_style": "path"}
    return session.client(
        "s3",
        region_name=session.region_name or DEFAULT_REGION,
        config=Config(
            retries={"mode": "standard", "total_max_attempts": tries},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            **options,
        ),
    )
