"""Who may be asked: every address is checked here, before anything connects and after it has connected."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Protocol

from cratedig.errors import ForbiddenAddress, RemoteUnavailable, UnknownHost
from cratedig.net.addresses import Address, forbidden
from cratedig.net.target import Target, canonical_host, parsed

PORTS = frozenset({80, 443, 8080, 8443})  # where the web is; any other port is some other service, often an inner one

Allowed = frozenset[tuple[str, int]]
"""(address, port) pairs open although the table forbids them: a test's or the demo's own server, never a setting."""


class Resolver(Protocol):
    """Turns a name into addresses."""

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        """Every address of `host`, in the order to try. Raises UnknownHost, or RemoteUnavailable when DNS is down."""
        ...


class SystemResolver:
    """The machine's own resolver: hosts file, search list and name servers as it is configured."""

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            if error.errno == socket.EAI_AGAIN:
                raise RemoteUnavailable(f"The name {host!r} cannot be looked up now.") from error
            raise UnknownHost(f"There is no host {host!r}.") from error
        except UnicodeError as error:
            raise UnknownHost(f"{host[:60]!r} is not the name of a host.") from error
        return [str(answer[4][0]) for answer in found]


@dataclass(frozen=True, slots=True)
class Guard:
    """The rule itself. One instance is shared by everything that fetches."""

    resolver: Resolver = field(default_factory=SystemResolver)
    allowed: Allowed = frozenset()

    def target(self, url: str, *, base: Target | None = None) -> Target:
        """Reads `url` (from `base`, where it is relative). Names are checked when connecting.

        Raises ForbiddenAddress.
        """
        target = parsed(url) if base is None else base.joined(url)
        if target.port not in PORTS and target.port not in {port for _, port in self.allowed}:
            raise ForbiddenAddress(f"Port {target.port} of {target.host!r} is not one of the web's.")
        if target.address is not None:
            self.check(target.address, target.port)
        return target

    def check(self, address: Address, port: int) -> None:
        """Raises ForbiddenAddress when nothing may be sent to `address`."""
        if (str(address), port) in self.allowed:
            return
        if (reason := forbidden(address)) is not None:
            raise ForbiddenAddress(f"Nothing is fetched from there: {reason}.")

    async def addresses(self, host: str, port: int) -> list[Address]:
        """Resolves `host` once; every answer must be open, else none is used.

        A name with a public and a private address is refused wholly: which of them is used must not be for the name's
        owner to choose.
        """
        literal = Target("http", canonical_host(host), port, "/").address
        answers = [str(literal)] if literal is not None else await self.resolver.addresses(host, port)
        found = [ip_address(answer) for answer in answers]
        if not found:
            raise UnknownHost(f"There is no host {host!r}.")
        for address in found:
            self.check(address, port)
        return found
