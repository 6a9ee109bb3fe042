"""The network is closed in tests."""

from __future__ import annotations

import asyncio
import socket
import urllib.request

import pytest

from closed_network import NetworkClosed, is_local

ELSEWHERE = ["192.0.2.1", "198.51.100.7", "2001:db8::1", "10.0.0.1", "169.254.169.254", "::ffff:192.0.2.1"]
HERE = [
    "127.0.0.1",
    "127.1.2.3",
    "::1",
    "::ffff:127.0.0.1",
    "localhost",
    "LOCALHOST.",
    "0.0.0.0",
    "::",
    "",
    b"localhost",
    None,
]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_connecting_elsewhere_raises_before_a_packet_leaves(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as outgoing, pytest.raises(NetworkClosed, match="tests use only this machine"):
        outgoing.connect((address, 80))


def test_a_datagram_elsewhere_raises() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outgoing, pytest.raises(NetworkClosed):
        outgoing.sendto(b"?", ("192.0.2.1", 53))


def test_a_name_elsewhere_is_not_looked_up() -> None:
    with pytest.raises(NetworkClosed, match=r"music\.example"):
        socket.getaddrinfo("music.example", 443)


def test_an_http_client_that_survives_network_trouble_does_not_survive_this() -> None:
    with pytest.raises(NetworkClosed):
        urllib.request.urlopen("http://music.example/")


async def test_the_event_loop_is_closed_too() -> None:
    with pytest.raises(NetworkClosed):
        await asyncio.open_connection("192.0.2.1", 80)


@pytest.mark.parametrize("address", HERE)
def test_this_machine_is_local(address: object) -> None:
    assert is_local(address)


@pytest.mark.parametrize("address", [*ELSEWHERE, "music.example", "localhost.music.example", "127.0.0.1.music.example"])
def test_everything_else_is_not(address: str) -> None:
    assert not is_local(address)


def test_loopback_and_unix_sockets_stay_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
    left, right = socket.socketpair(socket.AF_UNIX)
    with left, right:
        left.sendall(b"here")
        assert right.recv(4) == b"here"
