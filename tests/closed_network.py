"""A pytest plugin: in tests the network is closed. Reaching past this machine raises, in Python code of every thread.

An audit hook sees what the socket module does (asyncio's default loop and every HTTP client in Python included). It
sees neither C code that opens its own sockets (libpq, uvloop) nor child processes: those get loopback addresses here.
"""

from __future__ import annotations

import ipaddress
import sys
from typing import Any

_LOCAL_NAMES = frozenset({"", "localhost", "localhost.localdomain", "ip6-localhost", "testserver"})
_CONNECTING = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_RESOLVING = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"})


class NetworkClosed(BaseException):
    """Not an Exception, so that code which rides out network trouble cannot take this for it and go on."""


def is_local(host: object) -> bool:
    """True for this machine: loopback addresses, the unspecified ones, the names of localhost, no host at all."""
    if host is None:
        return True
    name = (host.decode("ascii", "replace") if isinstance(host, bytes | bytearray) else str(host)).lower().rstrip(".")
    if name in _LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return bool(mapped.is_loopback or mapped.is_unspecified)


def _host(event: str, args: tuple[Any, ...]) -> object:
    """Where the event leads; None for what cannot leave the machine (unix sockets, a connected socket's send)."""
    if event in _RESOLVING:
        return args[0]
    address = args[1]
    return address[0] if isinstance(address, tuple) else None


def _refuse(event: str, args: tuple[Any, ...]) -> None:
    if event in _CONNECTING or event in _RESOLVING:
        host = _host(event, args)
        if not is_local(host):
            raise NetworkClosed(f"a test tried to reach {host!r} ({event}); tests use only this machine")


def pytest_configure() -> None:
    sys.addaudithook(_refuse)
