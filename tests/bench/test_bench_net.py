"""``daozhang bench net``: what is refused before anything is made, and a command behind a line with faults."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest

from hil.capture.pcap_files import read_pcap
from hil.commands.program import run
from hil.evidence.evidence_index import FileState, looked_at, read_index
from hil.plane.abilities import Ability, needed, probe
from hil.plane.names import name_in
from hil.plane.plane import namespaces
from simulator.capture.segments import segment_of

WHY_NOT = needed((Ability.TIMES, Ability.CONTENT, Ability.CAPTURE), probe())
needs_root = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "can be done")
REFUSED = {
    "--fault|lose|--|true": "begins with drop, reset, slow, shape",
    "--to|here|--|true": "is no address",
    "--dialect|nosuch|--|true": "no dialect nosuch",
    "--|nosuch-command": "there is no such command",
    "--to|127.0.0.1:1": "are for a command",
}
TERMINAL = (
    "import os, socket, sys\n"
    "host, port = sys.argv[1].rsplit(':', 1)\n"
    "assert os.environ['DAOZHANG_HOST'] == sys.argv[1]\n"
    "line = socket.create_connection((host, int(port)), timeout=20)\n"
    "line.sendall(bytes(13) + b'\\x02\\x00' + bytes(60))\n"
    "heard = 0\n"
    "while heard < 75:\n"
    "    heard += len(line.recv(100))\n"
    "sys.exit(7)\n"
)


@pytest.mark.parametrize(("words", "said"), REFUSED.items())
def test_what_cannot_be_is_refused_before_anything_is_made(words, said, capsys):
    assert run(["bench", "net", *words.split("|")]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_without_root_it_says_so_and_ends_with_three():
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        sys.stdout = os.fdopen(write, "w")
        os.setuid(65534)
        status = run(["bench", "net"])
        sys.stdout.flush()
        os._exit(status)
    os.close(write)
    with os.fdopen(read) as told:
        assert told.read() == (
            "a network namespace of its own: no; needs root (CAP_NET_ADMIN and CAP_SYS_ADMIN)\n")
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3


@pytest.fixture
def echo():
    """A host on loopback that gives back what it hears."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        def serve() -> None:
            line, _ = server.accept()
            with line:
                while data := line.recv(4096):
                    line.sendall(data)

        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.live
@needs_root
def test_a_command_runs_behind_the_line_and_both_ends_are_kept(echo, tmp_path, capfd):
    status = run([
        "bench", "net", "--to", echo, "--fault", "drop up mti=0200 times=1", "--capture", str(tmp_path / "kept"),
        "--", sys.executable, "-c", TERMINAL, "{host}"])
    said = capfd.readouterr().out
    assert status == 7
    assert "drop up mti 0200 times 1: struck 1 packets" in said
    index = read_index(tmp_path / "kept")
    assert {each.state for each in looked_at(tmp_path / "kept", index)} == {FileState.AS_WRITTEN}
    assert index.facts.kind == "emulated"
    sent = {}
    for end in ("terminal-end.pcap", "host-end.pcap"):
        packets, _ = read_pcap((tmp_path / "kept" / end).read_bytes(), end)
        segments = [segment_of(each) for each in packets]
        sent[end] = sum(len(each.payload) == 75 and each.receiver.endswith(":8583") for each in segments)
    assert sent["terminal-end.pcap"] >= 2  # sent again
    assert sent["host-end.pcap"] == sent["terminal-end.pcap"] - 1  # and one of them never came there


@pytest.mark.live
@needs_root
def test_ctrl_c_takes_the_namespaces_away():
    process = subprocess.Popen(
        [sys.executable, "-c", (
            "import signal; signal.signal(2, signal.default_int_handler)\n"
            "from hil.commands.entry import main; main(['bench', 'net', '--', 'sleep', '300'])")],
        stderr=subprocess.PIPE, text=True)
    deadline_s = time.monotonic() + 20
    while len(ours(process.pid)) < 2:
        assert time.monotonic() < deadline_s
        time.sleep(0.05)
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130
    assert "interrupted" in process.stderr.read()
    process.stderr.close()
    assert ours(process.pid) == []


def ours(pid: int) -> list[str]:
    return [each for each in namespaces() if (name := name_in(each)) and name.pid == pid]
