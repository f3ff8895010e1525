"""The server listens on this machine alone."""

from __future__ import annotations

from pathlib import Path

LISTENING = "0A"
LOOPBACK = "0100007F"  # 127.0.0.1 as the kernel writes it


def test_only_loopback_is_bound(served):
    addresses = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state, *_ = line.split()
            address, port = local.split(":")
            if state == LISTENING and int(port, 16) == served.port:
                addresses.add(address)
    assert addresses == {LOOPBACK}
