"""A pipe of standard error that is full and that nobody reads: what is said there is left out, and all goes on."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import subprocess
import sys
import threading

import pytest

from hil.control.standard_error import AT_ONCE, LEFT_OUT, Onlooker
from hil.ports.ports import parse_address
from tests.attack.target import DAY, echo, frame_of

LONG_S = 20.0


@contextlib.contextmanager
def full_pipe():
    """Both ends of a pipe into which nothing more goes."""
    read, write = os.pipe()
    fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 4 * AT_ONCE)
    os.set_blocking(write, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(write, b"x" * AT_ONCE)
    os.set_blocking(write, True)
    try:
        yield read, write
    finally:
        os.close(read)
        os.close(write)


def written(read):
    """All that is in a pipe now."""
    os.set_blocking(read, False)
    came = b""
    with contextlib.suppress(BlockingIOError):
        while piece := os.read(read, AT_ONCE):
            came += piece
    return came.decode().lstrip("x")


def test_a_line_is_written_where_there_is_room_and_left_out_where_there_is_none():
    onlooker = Onlooker()
    with full_pipe() as (read, write), open(write, "w", encoding="utf-8", closefd=False) as stream:
        for number in range(3):
            onlooker.tell(f"line {number}", stream)
        assert written(read) == ""
        onlooker.tell("line 3", stream)
        onlooker.tell("line 4", stream)
        assert written(read) == f"{LEFT_OUT.say(count=3)}\nline 3\nline 4\n"


@pytest.mark.parametrize("text", ["x" * 100_000, "到" * 100_000], ids=["plain", "wide"])
def test_a_line_that_is_longer_than_the_room_is_cut(text):
    with full_pipe() as (read, write), open(write, "w", encoding="utf-8", closefd=False) as stream:
        written(read)
        writer = threading.Thread(target=Onlooker().tell, args=(text, stream), daemon=True)
        writer.start()
        writer.join(LONG_S)
        assert not writer.is_alive()
        assert AT_ONCE - 16 < len(os.read(read, 2 * AT_ONCE)) <= AT_ONCE


def test_who_has_no_descriptor_and_who_has_gone_is_no_trouble(tmp_path):
    class Nowhere:
        def __init__(self):
            self.text = ""

        def write(self, text):
            self.text += text

        def flush(self):
            pass

    nowhere = Nowhere()
    Onlooker().tell("a line", nowhere)
    assert nowhere.text == "a line\n"
    with (tmp_path / "closed").open("w") as closed:
        pass
    Onlooker().tell("a line", closed)


@contextlib.contextmanager
def said_to_nobody(*arguments, until):
    """A process whose standard error is full; its ports by name."""
    with full_pipe() as (_, write):
        process = subprocess.Popen(
            [sys.executable, "-m", "hil.commands.entry", *arguments], stdout=subprocess.PIPE, stderr=write, text=True)
        watchdog = threading.Timer(LONG_S, process.kill)
        watchdog.start()
        try:
            ports = {}
            for line in process.stdout:
                name, _, address = line.strip().partition(" on ")
                ports[name] = address
                if name == until:
                    break
            threading.Thread(target=process.stdout.read, daemon=True).start()
            yield process, ports
            process.terminate()
            assert process.wait(LONG_S) == 0
        finally:
            watchdog.cancel()
            process.kill()
            process.wait()
            process.stdout.close()


@pytest.mark.live
def test_a_host_serves_and_stops(tmp_path):
    with said_to_nobody("host", str(DAY), "--state", str(tmp_path / "host.sqlite"), until="control") as (_, ports):
        address = parse_address(ports["listening"])
        for number in range(20):  # it tells of each that comes and goes
            with contextlib.closing(connected(address)) as line:
                line.sendall(echo(f"1000000{1 + number % 8}"))
                assert frame_of(line)


@pytest.mark.live
def test_a_device_answers_and_stops(tmp_path):
    with said_to_nobody(
        "device", "--tid", "10000001", "--mid", "898000000000001", "--host", "127.0.0.1:9",
        "--nvm", str(tmp_path / "own.nvm"), "--control", "127.0.0.1:0", until="control",
    ) as (_, ports):
        for request in ({"do": "status"}, {"do": "operate", "kind": "sign_on"}, {"do": "status"}):
            with contextlib.closing(connected(parse_address(ports["control"]))) as line:
                line.sendall(json.dumps(request).encode() + b"\n")
                assert "ok" in json.loads(line.makefile("rb").readline())


def connected(address):
    line = socket.create_connection((address.host, address.port))
    line.settimeout(LONG_S)
    return line
