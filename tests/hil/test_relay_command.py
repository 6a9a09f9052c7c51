"""``daozhang relay`` as a process: what it refuses, strikes, tells, writes down, and how it ends."""

from __future__ import annotations

import json
import signal
import socket

import pytest

from hil.commands.entry import run
from hil.control.control import Done
from hil.processes.process import BenchProcess
from hil.relay.requests import Heal, Injected, InjectFault, RelayReport, RelayStatus, SetLine
from tests.hil.live_host import take, take_frame
from tests.hil.relay_side import reply, request
from tests.hil.test_relay import EchoHost
from tests.hil.test_relay_ecr import ACK, ANSWER, COMMAND

FAULTS = """
[[faults]]
mode = "network.outage"
how = "dropped"
on = "reply"
of = "sale"
nth = 1
"""
NEVER = """
[[faults]]
mode = "line.reset"
of = "settlement"
"""


def started(folder, *arguments):
    return BenchProcess(
        "relay", ["relay", "--listen", "127.0.0.1:0", "--control", "127.0.0.1:0", *arguments],
        folder / "err")


def connect(process):
    at = process.ports["listening"]
    line = socket.create_connection((at.host, at.port), 10)
    line.settimeout(10)
    return line


@pytest.mark.live
def test_a_relay_strikes_as_its_file_says_and_more_over_its_control_port(tmp_path):
    host = EchoHost()
    (tmp_path / "faults.toml").write_text(FAULTS)
    relay = started(
        tmp_path, "--to", str(host.address), "--faults", str(tmp_path / "faults.toml"),
        "--trace", str(tmp_path / "relay.jsonl"), "--pcap", str(tmp_path / "relay.pcap"))
    with connect(relay) as line:
        line.sendall(request(1) + request(2))
        assert take_frame(line) == reply(2)
        report = relay.ask(RelayStatus(), RelayReport)
        assert (report.fates, report.struck) == ({"passed": 3, "lost": 1}, {"network.outage": 1})
        added = relay.ask(InjectFault('mode = "fraud.duplicate"\nhow = "reply"\ndelay = "1ms"\nnth = 1'), Injected)
        assert added.mode == "fraud.duplicate"
        line.sendall(request(3))
        assert (take_frame(line), take_frame(line)) == (reply(3), reply(3))
        relay.ask(SetLine(latency_ms=1), Done)
        relay.ask(Heal(), Done)
        line.sendall(request(4))
        assert take_frame(line) == reply(4)
    assert relay.interrupt(signal.SIGTERM) == 0
    host.close()
    said, trace = relay.words(), (tmp_path / "relay.jsonl").read_text()
    assert "fault 'network.outage' (network.outage) strikes" in said
    assert "0210 sale of terminal 10000001, trace number 000001: lost" in said
    assert "8 messages passed by; 1 lost, 1 repeated" in said
    assert "975318" not in said + trace
    records = [json.loads(each) for each in trace.splitlines()]
    assert [each["verb"] for each in records if each["record"] == "fault_fired"] == ["drop", "duplicate"]
    assert [each["mti"] for each in records if each["record"] == "lost"] == ["0210"]
    assert (tmp_path / "relay.pcap").stat().st_size > 1_000


@pytest.mark.live
def test_a_fault_that_never_struck_is_told_at_the_end(tmp_path):
    (tmp_path / "faults.toml").write_text(NEVER)
    relay = started(tmp_path, "--to", "127.0.0.1:1", "--faults", str(tmp_path / "faults.toml"))
    assert relay.interrupt(signal.SIGTERM) == 4
    assert "fault 'line.reset' (line.reset) never struck" in relay.words()


@pytest.mark.live
def test_a_relay_on_an_ecr_line_is_interrupted_in_good_order(tmp_path):
    (tmp_path / "faults.toml").write_text('[[faults]]\nmode = "ecr.ack_lost"\nhow = "of_command"\nnth = 1\n')
    with socket.create_server(("127.0.0.1", 0)) as terminal:
        relay = started(
            tmp_path, "--to", f"127.0.0.1:{terminal.getsockname()[1]}", "--ecr", "transbank",
            "--faults", str(tmp_path / "faults.toml"), "--trace", str(tmp_path / "relay.jsonl"))
        with connect(relay) as till:
            till.sendall(COMMAND)
            line, _ = terminal.accept()
            assert take(line, len(COMMAND)) == COMMAND
            line.sendall(ACK + ANSWER)
            assert take(till, len(ANSWER)) == ANSWER
            line.close()
        assert relay.interrupt(signal.SIGINT) == 130
    assert "fault 'ecr.ack_lost' (ecr.ack_lost) strikes" in relay.words()
    records = [json.loads(each) for each in (tmp_path / "relay.jsonl").read_text().splitlines()]
    assert [(each["sender"], each["record"]) for each in records if each["record"] in {"wire_carried", "lost"}] == [
        ("till", "wire_carried"), ("terminal", "wire_carried"), ("terminal", "lost"),
        ("terminal", "wire_carried")]


REFUSED = {
    "no ends": ([], "give one of --listen and --serial"),
    "no host": (["--listen", "127.0.0.1:0"], "give one of --to and --to-serial"),
    "two hosts": (["--listen", "127.0.0.1:0", "--to", "127.0.0.1:1", "--to-serial", "/dev/x"],
                  "give one of --to and --to-serial"),
    "half TLS": (["--listen", "127.0.0.1:0", "--to", "127.0.0.1:1", "--tls-key", "x"],
                 "--tls-certificate and --tls-key belong together"),
    "TLS of nobody": (["--listen", "127.0.0.1:0", "--to", "127.0.0.1:1", "--to-tls-ca", "x"],
                      "--to-tls-ca has no effect without --to-tls"),
    "a line without a device": (["--listen", "127.0.0.1:0", "--to", "127.0.0.1:1", "--line", "9600 8N1"],
                                "--line has no effect without --serial"),
    "limits of nobody": (["--listen", "127.0.0.1:0", "--to", "127.0.0.1:1", "--control-limit", "idle_s=1"],
                         "--control-limit has no effect without --control"),
    "the network": (["--listen", "0.0.0.0:0", "--to", "127.0.0.1:1"], "A relay started with --anywhere"),
    "a capture of an ECR line": (
        ["--listen", "127.0.0.1:0", "--to", "127.0.0.1:1", "--ecr", "transbank", "--pcap", "x.pcap"],
        "--pcap has no effect on an ECR line"),
    "a profile": (["--listen", "127.0.0.1:0", "--to", "127.0.0.1:1", "--ecr", "transbonk"],
                  'did you mean "transbank"?'),
    "a way": (["--listen", "127.0.0.1:0", "--to", "127.0.0.1:1", "--no-host", "x"], "allowed: hang_up, reset, silence"),
    "a dialect": (["--listen", "127.0.0.1:0", "--to", "127.0.0.1:1", "--dialect", "x"], "no dialect x"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_has_no_effect_or_cannot_be_is_refused_by_name(case, capsys):
    arguments, said = REFUSED[case]
    assert run(["relay", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_no_file_of_somebody_else_is_written_over(tmp_path, capsys):
    notes = tmp_path / "notes.txt"
    notes.write_text("mine")
    for option in ("--trace", "--pcap"):
        assert run(["relay", "--listen", "127.0.0.1:0", "--to", "127.0.0.1:1", option, str(notes)]) == 2
        assert "was left as it is" in capsys.readouterr().err
    assert notes.read_text() == "mine"
