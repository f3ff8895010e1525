"""Texts that are not UTF-8: a copy in UTF-8 for the parser.

Belongs here: encodings. Any of Python's codecs can be named in a contract. Bytes that are no text
in the declared encoding become the byte FF, which UTF-8 has not: the parser then refuses their line
as badly encoded, where replacing them would change values silently.
"""

from __future__ import annotations

import codecs
from pathlib import Path

from orchestration.ingest.formats.survey import read_blocks

_UTF8 = {codecs.lookup(name).name for name in ("utf-8", "utf-8-sig", "ascii")}


def is_utf8(encoding: str) -> bool:
    """Whether the parser can read the encoding as it is (ASCII is part of UTF-8).

    Raises:
        LookupError: no such encoding.
    """
    return codecs.lookup(encoding).name in _UTF8


def write_utf8(source: Path, is_gzip: bool, encoding: str, target: Path) -> str:
    """Copy ``source`` to ``target`` in UTF-8; returns the sha256 of ``source``."""
    codecs.register_error("patron_byte_ff", _byte_ff)
    decoder = codecs.getincrementaldecoder(encoding)("patron_byte_ff")
    digest: list[str] = []
    target.unlink(missing_ok=True)
    with target.open("xb") as file:
        target.chmod(0o600)
        for block in read_blocks(source, is_gzip, digest.append):
            file.write(decoder.decode(block).encode("utf-8", "surrogateescape"))
        file.write(decoder.decode(b"", final=True).encode("utf-8", "surrogateescape"))
    return digest[0]


def _byte_ff(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff", error.end
