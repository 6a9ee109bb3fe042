"""Frames come out as they went in, however the bytes are cut; what is no frame is refused."""

from __future__ import annotations

import asyncio
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.find.processes.frames import MOST_BYTES, Frame, Garbled, Kind, frames

FRAMES = st.lists(
    st.builds(Frame, kind=st.sampled_from(Kind), payload=st.binary(max_size=200), number=st.integers(0, 2**32 - 1)),
    max_size=5,
)


def _read(*pieces: bytes) -> list[Frame]:
    async def read() -> list[Frame]:
        reader = asyncio.StreamReader()
        for piece in pieces:
            reader.feed_data(piece)
        reader.feed_eof()
        return [frame async for frame in frames(reader)]

    return asyncio.run(read())


@given(FRAMES, st.integers(1, 50))
def test_they_come_as_they_were_sent(sent: list[Frame], size: int) -> None:
    whole = b"".join(frame.packed() for frame in sent)
    assert _read(*(whole[at : at + size] for at in range(0, len(whole), size))) == sent


@given(FRAMES, st.integers(0, 10_000))
def test_one_that_is_cut_by_the_end_is_none(sent: list[Frame], cut: int) -> None:
    whole = b"".join(frame.packed() for frame in sent)
    found = _read(whole[: cut % (len(whole) + 1)])
    assert found == sent[: len(found)]


@pytest.mark.parametrize(
    "garbage", [b"GET / HTTP/1.1\r\n", struct.pack(">IBI", MOST_BYTES + 1, Kind.BEAT, 0), struct.pack(">IBI", 0, 99, 0)]
)
def test_what_is_none_is_refused(garbage: bytes) -> None:
    with pytest.raises(Garbled):
        _read(garbage)
