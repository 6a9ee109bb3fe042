"""The socket that `cratedig up` answers on."""

from __future__ import annotations

import socket

from cratedig.cli.up import _listening


def test_an_answer_does_not_wait_for_the_clients_acknowledgement() -> None:
    """Without TCP_NODELAY on the accepted connection every answer in two parts takes 44 ms longer."""
    with _listening("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
