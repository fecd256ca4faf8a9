"""A PostgreSQL server of a test's own, started from the programs that this machine has."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def programs() -> Path | None:
    """Return the folder with ``initdb`` and ``postgres``: on PATH, or where Debian keeps them."""
    known = shutil.which("initdb")
    if known:
        return Path(known).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def server() -> Iterator[str]:
    """Yield the URL of a fresh server, reached by a socket in a folder of its own.

    Skips the test where there are no programs.  PostgreSQL refuses to run as root, so that it runs
    as nobody there.
    """
    bin = programs()
    if bin is None:
        pytest.skip("NO POSTGRESQL: initdb is neither on PATH nor in /usr/lib/postgresql")
    user = "nobody" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="footnote-pg-"))
    if user is not None:
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    data, log = folder / "data", folder / "server.log"
    who = {"user": user, "extra_groups": []} if user else {}
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    process = None
    try:
        made = subprocess.run(
            [bin / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"],
            capture_output=True,
            text=True,
            cwd=folder,
            env=environment,
            timeout=120,
            **who,  # type: ignore[call-overload]
        )
        assert made.returncode == 0, made.stderr
        options = ["-c", "listen_addresses=", "-c", "fsync=off"]
        with log.open("w") as output:
            process = subprocess.Popen(
                [bin / "postgres", "-D", data, "-k", folder, *options],
                stdout=output,
                stderr=output,
                cwd=folder,
                env=environment,
                **who,  # type: ignore[call-overload]
            )
        url = f"postgresql://postgres@/postgres?host={folder}"
        _wait_for(url, process, log)
        yield url
    finally:
        if process is not None:
            process.send_signal(signal.SIGINT)  # PostgreSQL's fast end; SIGTERM waits for clients
            process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def execute(url: str, *statements: str) -> None:
    """Execute statements as a user of the database would, past the log."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def _wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    import psycopg

    for _ in range(300):
        assert process.poll() is None, log.read_text()
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())
