"""How much a fault test does: P sizes on every change, R sizes before a release (`make release-check`)."""

from __future__ import annotations

import os


def size(*, p: int, r: int) -> int:
    """`p` on every change; `r` where CRATEDIG_RELEASE is 1."""
    return r if os.environ.get("CRATEDIG_RELEASE") == "1" else p
