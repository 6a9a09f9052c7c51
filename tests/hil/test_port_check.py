"""What a doctor is told of a line before it is used, each with what to do."""

from __future__ import annotations

import base64
import hashlib
import os
import socket
from importlib import metadata

import pytest

from hil.ports import port_check
from hil.ports.contract import ContractClock, Ear
from hil.ports.line_server import serve_line
from hil.ports.open_line import open_line
from hil.ports.port_check import check_port
from hil.ports.ports import Address, PortError
from hil.ports.pyserial_check import pyserial_fact


@pytest.fixture
def path():
    server = serve_line(ContractClock(), "pty:", lambda _: Ear().events)
    yield server.where.removeprefix("pty:")
    server.close()


def states(facts):
    return [each.state for each in facts]


def test_a_device_that_is_there_is_looked_at_whole_and_free_again(path):
    for _ in range(2):
        facts = check_port(f"serial:{path}?9600 8N1")
        assert states(facts) == ["ok", "ok", "ok", "ok", "not asked"]
        assert "9600 8N1" in facts[3].seen.en
        assert all(each.advice is None for each in facts)


@pytest.mark.parametrize("text", ["serial:/dev/no-such-tty", "/dev/no-such-tty"])
def test_a_device_that_is_not_there_says_what_is(text, monkeypatch):
    monkeypatch.setattr(port_check, "_devices", lambda: ["/dev/ttyACM7"])
    first, rest = check_port(text)
    assert (first.state, rest.state) == ("not ok", "not asked")
    assert "/dev/ttyACM7" in first.advice.en
    assert "/dev/ttyACM7" in first.advice.zh


def test_a_file_is_no_device(tmp_path):
    (tmp_path / "x").write_text("")
    assert "is no device" in check_port(f"serial:{tmp_path / 'x'}")[0].seen.en


def test_a_device_of_another_group_names_the_group_to_join(path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    fact = check_port(path)[1]
    assert fact.state == "not ok"
    assert "usermod -a -G" in fact.advice.en


def test_settings_that_are_not_taken_are_the_last_fact(path):
    fact = check_port(f"serial:{path}?9600 7E1")[-1]
    assert fact.state == "not ok"
    assert "data bits, parity" in fact.seen.en


def test_a_device_that_somebody_has_is_told(path):
    held = open_line(ContractClock(), path, Ear().events)
    assert "in use by another program" in check_port(path)[-1].seen.en
    held.close()


def test_a_holder_is_named(monkeypatch, path):
    monkeypatch.setattr(port_check, "is_pty", lambda _: False)
    monkeypatch.setattr(port_check, "holders_of", lambda _: ["minicom (4711)"])
    fact = check_port(path)[2]
    assert (fact.state, fact.seen.en) == ("not ok", "it is open in minicom (4711)")


def test_a_connection_is_tried():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = Address(*listener.getsockname())
        assert states(check_port(f"tcp:{address}")) == ["ok"]
    fact = check_port(f"tcp:{address}")[-1]
    assert fact.state == "not ok"
    assert "nobody listens there" in fact.seen.en
    assert fact.advice is not None


def test_what_is_no_line_is_refused():
    with pytest.raises(PortError, match="is no line"):
        check_port("usb:1")


# ---- pyserial and its fork -----------------------------------------------------------------------


class Installed(metadata.Distribution):
    """What an installer leaves: a name, a version, and files with their hashes."""

    def __init__(self, folder, name, text):
        self._folder = folder
        digest = base64.urlsafe_b64encode(hashlib.sha256(text).digest()).rstrip(b"=").decode()
        self._texts = {
            "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 3.5\n",
            "RECORD": f"serial/__init__.py,sha256={digest},{len(text)}\n",
        }

    def read_text(self, filename):
        return self._texts.get(filename)

    def locate_file(self, path):
        return self._folder / path


@pytest.fixture
def packages(tmp_path):
    (tmp_path / "serial").mkdir()

    def install(there, *names):
        (tmp_path / "serial" / "__init__.py").write_bytes(there)
        return [Installed(tmp_path, name, {"pyserial": b"ours"}.get(name, b"fork")) for name in names]

    return install


@pytest.mark.parametrize(("there", "names", "state", "words"), [
    (b"ours", ["pyserial"], "ok", "pyserial 3.5, as it was installed"),
    (b"ours", ["pyserial", "pyserial-labgrid"], "not ok", "that of pyserial"),
    (b"fork", ["pyserial", "pyserial-labgrid"], "not ok", "that of pyserial-labgrid"),
    (b"else", ["pyserial", "pyserial-labgrid"], "not ok", "that of neither"),
    (b"else", ["pyserial"], "not ok", "1 of its files"),
    (b"fork", ["pyserial-labgrid"], "not ok", "in the place of pyserial"),
    (b"", [], "not ok", "no pyserial"),
])
def test_the_fork_of_pyserial_is_found_by_the_hashes_of_its_files(packages, there, names, state, words):
    fact = pyserial_fact(packages(there, *names))
    assert fact.state == state
    assert words in fact.seen.en
    assert (fact.advice is None) == (state == "ok")


def test_what_is_installed_here_is_pyserial_itself():
    assert pyserial_fact().state == "ok"
