"""Reading what a site sends without believing what it says about it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx2

from cratedig.errors import RemoteMalformed, RemoteTooLarge
from cratedig.net.limits import Limits

ACCEPT_ENCODING = "gzip, deflate"  # the standard library's; a site that sends another coding did not read the request
_CODINGS = frozenset({"", "identity", "gzip", "deflate"})


def check_head(response: httpx2.Response, limits: Limits, *, max_bytes: int) -> None:
    """Refuses an answer by its headers alone. Raises RemoteTooLarge or RemoteMalformed."""
    size = sum(len(name) + len(value) + 4 for name, value in response.headers.raw)
    if size > limits.max_header_bytes or len(response.headers.raw) > limits.max_headers:
        raise RemoteTooLarge(f"The answer's headers ({len(response.headers.raw)}, {size:,} bytes) are over the limit.")
    coding = response.headers.get("content-encoding", "").strip().lower()
    if coding not in _CODINGS:  # a list of codings too: a bomb in a bomb
        raise RemoteMalformed(f"The answer is in the coding {coding[:40]!r}, which was not asked for.")
    said = response.headers.get("content-length", "")
    if said.isdecimal() and int(said[:20]) > max_bytes:
        raise RemoteTooLarge(f"The answer is {int(said[:20]):,} bytes, over the limit of {max_bytes:,}.")


async def received(response: httpx2.Response, *, max_bytes: int, cut: bool = False) -> bytes:
    """The body as it arrives. Past `max_bytes` it raises RemoteTooLarge or, with `cut`, stops reading."""
    kept = bytearray()
    parts: AsyncIterator[bytes] = response.aiter_raw()
    async for part in parts:
        kept += part
        if len(kept) > max_bytes:
            if cut:
                break
            raise RemoteTooLarge(f"The answer is over the limit of {max_bytes:,} bytes; the rest was not read.")
    return bytes(kept[:max_bytes])


async def decoded(response: httpx2.Response, limits: Limits, *, max_bytes: int, cut: bool = False) -> bytes:
    """The body without its content coding, decoded piece by piece (<= 1 MiB each) and counted as it grows.

    Raises RemoteTooLarge past `max_bytes` or `max_ratio`, RemoteMalformed when the coding is broken.
    """
    kept = bytearray()
    try:
        async for part in response.aiter_bytes():
            kept += part
            await asyncio.sleep(0)  # a piece takes milliseconds; others may run in between
            if len(kept) > max_bytes:
                if cut:
                    break
                raise RemoteTooLarge(f"The answer decodes to more than {max_bytes:,} bytes; the rest was not decoded.")
            _check_ratio(len(kept), response.num_bytes_downloaded, limits)
    except httpx2.DecodingError as error:
        raise RemoteMalformed("The answer's compressed body is broken.") from error
    return bytes(kept[:max_bytes])


def _check_ratio(size: int, received_bytes: int, limits: Limits) -> None:
    if size > limits.ratio_from_bytes and size > limits.max_ratio * received_bytes:
        raise RemoteTooLarge(f"The answer decodes to more than {limits.max_ratio} times its size; it was dropped.")
