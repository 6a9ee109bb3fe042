"""Nothing but net asks other machines: what import-linter cannot see, because it is in the standard library."""

from __future__ import annotations

import ast
from pathlib import Path

SRC = Path(__file__).resolve().parents[2] / "src" / "cratedig"
CLIENTS = {"urllib.request", "http.client", "ftplib", "smtplib", "poplib", "imaplib", "nntplib", "telnetlib", "xmlrpc"}
CONNECTING = {"open_connection", "create_connection", "connect_tcp", "connect_ex"}


def _outside_net() -> list[tuple[str, ast.AST]]:
    return [
        (f"{file.relative_to(SRC)}:{getattr(node, 'lineno', 0)}", node)
        for file in sorted(SRC.rglob("*.py"))
        if file.relative_to(SRC).parts[0] != "net"
        for node in ast.walk(ast.parse(file.read_bytes()))
    ]


def _imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {name.name for name in node.names}
    if isinstance(node, ast.ImportFrom):
        return {node.module or "", *(f"{node.module}.{name.name}" for name in node.names)}
    return set()


def test_no_other_room_imports_a_client_of_the_standard_library() -> None:
    assert [where for where, node in _outside_net() if _imported(node) & CLIENTS] == []


def test_no_other_room_connects_by_itself() -> None:
    called = [
        (where, node.func.attr)
        for where, node in _outside_net()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    assert [where for where, name in called if name in CONNECTING] == []
