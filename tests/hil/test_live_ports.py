"""The ports of host and device as processes: TLS by files or by scenario, a serial line, what is refused."""

from __future__ import annotations

import os
import tty
from threading import Thread

import pytest

from hil.bench.virtual_bench import VirtualBench
from hil.commands.entry import run
from hil.device.requests import Operate, Outcome, Stop
from hil.host.requests import HostReport, HostStatus, StopHost
from hil.processes.process import BenchProcess
from simulator.scenario.read import ScenarioError, load_virtual
from simulator.wire.kinds import Kind
from tests.hil.certificates import Authority
from tests.hil.test_serial_line import Rfc2217Server

TID, MID = "10000001", "898000000000001"
SCENARIO = """
title = "A shop on the bench"
start = 2026-01-27T10:00:00+08:00
until = "12h"
{acquirer}
[[merchants]]
name = "shop"
terminals = {{ count = 1 }}
"""


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


def written(folder, acquirer=""):
    path = folder / "shop.toml"
    path.write_text(SCENARIO.format(acquirer=acquirer))
    return path


def acquirer_with_tls(authority, client_ca=""):
    authority.issue("host")
    more = f', client_ca = "{client_ca}"' if client_ca else ""
    return f'[acquirer]\ntls = {{ certificate = "host.crt", key = "host.key"{more} }}'


class Pair:
    """A host process, and a device process that dials it."""

    def __init__(self, folder, host, device):
        self.host = BenchProcess("host", [
            "host", str(folder / "shop.toml"), "--state", str(folder / "state"), *host], folder / "host.err")
        where = str(self.host.ports.get("listening", ""))
        self.device = BenchProcess("device", [
            "device", "--tid", TID, "--mid", MID, "--nvm", str(folder / "nvm"),
            "--ahead-ms", str(self.host.ask(HostStatus(), HostReport).ahead_ms),
            *[part.replace("WHERE", where) for part in device]], folder / "device.err")

    def sign_on(self):
        return self.device.ask(Operate(kind=Kind.SIGN_ON, password="0000"), Outcome).result

    def close(self):
        self.device.stop(Stop())
        self.host.stop(StopHost())


@pytest.mark.live
def test_a_device_signs_on_over_tls_with_a_certificate_of_its_own(tmp_path, authority):
    certificate, key = authority.issue("host")
    own, own_key = authority.issue("terminal")
    written(tmp_path)
    pair = Pair(tmp_path, [
        "--tls-certificate", str(certificate), "--tls-key", str(key),
        "--tls-client-ca", str(authority.certificate), "--limit", "handshake_s=5"], [
        "--host", "WHERE", "--tls", "--tls-ca", str(authority.certificate),
        "--tls-certificate", str(own), "--tls-key", str(own_key)])
    assert pair.sign_on() == "approved"
    assert "speak TLS" in pair.host.words()
    pair.close()


@pytest.mark.live
def test_a_host_that_wants_a_certificate_says_who_shows_none(tmp_path, authority):
    written(tmp_path, acquirer_with_tls(authority, authority.certificate))
    pair = Pair(tmp_path, [], ["--host", "WHERE", "--tls"])
    assert pair.sign_on() == "failed"
    assert "shows no certificate" in pair.host.words()
    pair.close()


@pytest.mark.live
def test_a_bench_speaks_the_tls_of_its_scenario(tmp_path, authority):
    with VirtualBench(written(tmp_path, acquirer_with_tls(authority)), tmp_path / "bench") as bench:
        terminal = bench.plug_in()
        assert terminal.sign_on().result == "approved"
        assert terminal.sell("S1", 500).result == "approved"


ENVELOPED = """
like = "unionpay-pos"
title = "on a serial line"
framing = { length_prefix = false, tpdu = true, envelope = "bcd" }
"""


@pytest.mark.live
@pytest.mark.parametrize("dialect", ["", ENVELOPED])
def test_host_and_device_talk_over_a_serial_line(tmp_path, dialect):
    (tmp_path / "line.toml").write_text(dialect)
    near, far = os.openpty(), os.openpty()
    for end in (*near, *far):
        tty.setraw(end)
    def carry(source, target):
        try:
            while data := os.read(source, 1_000):
                os.write(target, data)
        except OSError:
            return

    for source, target in ((near[0], far[0]), (far[0], near[0])):
        Thread(target=carry, args=(source, target), daemon=True).start()
    written(tmp_path)
    pair = Pair(tmp_path, ["--serial", os.ttyname(near[1])], [
        "--serial", os.ttyname(far[1]), "--line", "9600 8N1",
        *(["--dialect", str(tmp_path / "line.toml")] if dialect else [])])
    assert "listening" not in pair.host.ports
    assert pair.sign_on() == "approved"
    assert f"({'stx-bcd' if dialect else 'length'}+tpdu+header)" in pair.host.words()
    assert f"terminals are heard on the serial line {os.ttyname(near[1])} (9600 8N1)" in pair.host.words()
    pair.close()


@pytest.mark.live
def test_a_host_takes_a_line_behind_rfc_2217_beside_its_port(tmp_path):
    server = Rfc2217Server()
    written(tmp_path)
    pair = Pair(tmp_path, ["--listen", "127.0.0.1:0", "--serial", server.url, "--line", "4800 7E1"],
                ["--host", "WHERE"])
    assert pair.sign_on() == "approved"
    assert (server.line.baudrate, server.line.bytesize, server.line.parity) == (4_800, 7, "E")
    pair.close()
    server.close()


# ---- refused before anything is opened or written ----------------------------------------------------


def refused(capsys, folder, *arguments):
    command, *rest = arguments
    if command == "host":
        rest = [str(folder / "shop.toml"), "--state", str(folder / "state"), *rest]
    else:
        rest = ["--tid", TID, "--mid", MID, "--nvm", str(folder / "nvm"), *rest]
    before = set(folder.iterdir())
    assert run([command, *rest]) == 2
    assert set(folder.iterdir()) == before
    return capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "words"), [
    (("host", "--line", "9600"), "--line is of a serial line"),
    (("host", "--tls-key", "x"), "--tls-certificate and --tls-key belong together"),
    (("host", "--tls-client-ca", "x"), "no effect without --tls-certificate"),
    (("host", "--tls-certificate", "x.crt", "--tls-key", "x.key"), "x.crt cannot be read"),
    (("host", "--serial", "/dev/nowhere"), "there is no such device"),
    (("host", "--serial", "/dev/nowhere", "--tls-certificate", "x", "--tls-key", "x"),
     "no TLS on a serial line"),
    (("host", "--serial", "/dev/nowhere", "--line", "9600 9N1"), "no serial line"),
    (("host", "--serial", "/dev/nowhere", "--anywhere"), "--anywhere has no effect on a serial line"),
    (("host", "--serial", "/dev/nowhere", "--limit", "connections=3"), "no such limit"),
    (("host", "--limit", "handshake_s=1"), "no such limit"),
    (("host", "--control-limit", "pause_s=1"), "no such limit"),
    (("device",), "--host or --serial is needed"),
    (("device", "--host", "127.0.0.1:9", "--serial", "x"), "one of the two"),
    (("device", "--host", "127.0.0.1:9", "--tls-ca", "x"), "--tls-ca has no effect without --tls"),
    (("device", "--host", "127.0.0.1:9", "--line", "9600"), "use it with --serial"),
    (("device", "--serial", "x", "--tls"), "no TLS on a serial line"),
    (("device", "--host", "127.0.0.1:9", "--tls", "--tls-ca", "no.pem"), "no.pem cannot be read"),
    (("device", "--host", "127.0.0.1:9", "--tls", "--tls-key", "no.pem"), "belong together"),
    (("device", "--host", "127.0.0.1:9", "--limit", "after_end_s=1"), "no such limit"),
])
def test_what_cannot_be_is_refused_by_name(tmp_path, capsys, arguments, words):
    written(tmp_path)
    assert words in refused(capsys, tmp_path, *arguments)


def test_a_scenario_with_tls_needs_a_port(tmp_path, authority):
    path = written(tmp_path, acquirer_with_tls(authority))
    with pytest.raises(ScenarioError, match=r"shop.toml:\d+: acquirer.tls: tls is spoken at a port"):
        load_virtual(path)
