"""`python -m supply.audit`: what is known against the locked packages. Fails on findings, says what was not audited."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from supply.lock import LOCK

TIMEOUT_S = 300


def main() -> int:
    found = _asked(LOCK)
    lines, has_findings = verdict(found) if found is not None else (["pip-audit gave no answer: NOT AUDITED"], False)
    print("\n".join(lines))
    return 1 if has_findings else 0


def verdict(found: dict[str, Any]) -> tuple[list[str], bool]:
    """What to print of pip-audit's answer, and whether any package has a known vulnerability."""
    packages = found["dependencies"]
    findings = [_in_words(package, each) for package in packages for each in package.get("vulns", [])]
    skipped = Counter(str(package["skip_reason"]).partition(":")[0] for package in packages if "skip_reason" in package)
    lines = [f"{len(packages) - skipped.total()} of {len(packages)} packages audited, {len(findings)} findings"]
    lines += [f"NOT AUDITED: {count} packages ({reason})" for reason, count in skipped.most_common(3)]
    return [*lines, *findings], bool(findings)


def _in_words(package: dict[str, Any], finding: dict[str, Any]) -> str:
    mended = ", ".join(finding.get("fix_versions", [])) or "no version yet"
    return f"{package['name']} {package['version']}: {finding['id']}, mended in {mended}"


def _asked(lock: Path) -> dict[str, Any] | None:
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--disable-pip", "--format", "json"]
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            [*command, "--progress-spinner", "off"], capture_output=True, text=True, timeout=TIMEOUT_S, check=False
        )
        answer: dict[str, Any] = json.loads(done.stdout)
    except (ValueError, subprocess.TimeoutExpired):
        return None
    return answer


if __name__ == "__main__":
    sys.exit(main())
