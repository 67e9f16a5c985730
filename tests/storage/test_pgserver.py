"""The server that the tests start leaves nothing behind, is not root's, and lets nobody in without its password."""

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.storage import pgserver

pytestmark = pytest.mark.postgres

_STARTS = """
import sys, time
from tests.storage.pgserver import Server
server = Server()
print(server.port, server._folder, flush=True)
time.sleep(60)
"""


def is_open(port):
    """Whether somebody listens on a port of the loopback interface."""
    import socket

    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def gone(folder, port):
    """Wait a while for folder and server to be gone."""
    end = time.monotonic() + 10
    while (os.path.exists(folder) or is_open(port)) and time.monotonic() < end:
        time.sleep(0.02)
    return not os.path.exists(folder) and not is_open(port)


def test_a_killed_process_leaves_no_server(postgres):
    """Nothing can be cleaned up by whoever is killed; its minder does it."""
    command = [sys.executable, "-c", _STARTS]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as child:
        port, folder = child.stdout.readline().split()
        assert is_open(int(port))
        assert os.path.exists(folder)
        child.send_signal(signal.SIGKILL)
    assert gone(folder, int(port))


def test_it_is_nobodys_but_ours(postgres):
    """Not root's, only on the loopback interface, and only with the password."""
    import psycopg

    with psycopg.connect(postgres.dsn("postgres")) as connection:
        (addresses,) = connection.execute("SHOW listen_addresses").fetchone()
        (sockets,) = connection.execute("SHOW unix_socket_directories").fetchone()
        pid = connection.info.backend_pid
    assert ("127.0.0.1", "") == (addresses, sockets)
    if os.path.exists("/proc/self"):
        assert 0 != os.stat(postgres._folder / "data" / "base").st_uid
        assert not os.path.exists(f"/proc/{pid}/exe") or 0 != os.stat(f"/proc/{pid}").st_uid
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://{pgserver.USER}:wrong@127.0.0.1:{postgres.port}/postgres")


def test_where_there_is_none_it_says_why(monkeypatch):
    """Skipped with the reason; a failure where one is required."""
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("BACKOFFICE_REQUIRE", "galera")
    monkeypatch.setattr(pgserver, "binaries", lambda: None)
    monkeypatch.setattr(pgserver.importlib.util, "find_spec", lambda name: name)
    with pytest.raises(pytest.skip.Exception, match="no PostgreSQL binaries"), pgserver.running():
        pass
    monkeypatch.setenv("BACKOFFICE_REQUIRE", "galera,postgres")
    with pytest.raises(pytest.fail.Exception, match="no PostgreSQL binaries"), pgserver.running():
        pass
    monkeypatch.setenv("BACKOFFICE_REQUIRE", "")
    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(pgserver.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(pytest.fail.Exception, match="psycopg is not installed"), pgserver.running():
        pass
