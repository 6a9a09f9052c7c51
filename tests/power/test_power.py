"""A supply takes the power and gives it back, or says in clear words why the bench could not."""

from __future__ import annotations

import contextlib
import shlex
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest
from fake_board import FakeBoard

from hil.control.bench_error import BenchError
from hil.power.boards import Board, board_named, boards, heard, modbus_crc, sent
from hil.power.power import Ability, PowerError
from hil.power.powers import POWERS, PowerPlace, PowerSettings, power_of, power_of_process
from hil.power.supply import PowerTimes
from simulator.catalogue.language import speaking

QUICK = {"tries": 2, "again_after_ms": 1, "settle_ms": 20, "least_off_ms": 0}


@pytest.fixture
def acts():
    return []


@pytest.fixture
def supply(tmp_path, acts):
    opened = []

    def open_one(settings):
        checked = msgspec.convert({"times": QUICK, **settings}, PowerSettings)
        power = power_of(checked, PowerPlace(tid="77001234", folder=tmp_path, record=acts.append))
        opened.append(power)
        return power

    yield open_one
    for power in opened:
        power.close()


def until(met, within_s=5.0):
    ends_s = time.monotonic() + within_s
    while not met() and time.monotonic() < ends_s:
        time.sleep(0.005)
    return met()


# ---- the table ---------------------------------------------------------------------------------


def test_every_driver_is_found_by_the_name_that_a_bench_file_gives_it():
    for name, kind in POWERS.items():
        assert kind.settings.__struct_config__.tag == name
        assert kind.settings.__struct_config__.tag_field == "driver"


@pytest.mark.parametrize(("settings", "words"), [
    ({"driver": "lever"}, "lever"),
    ({"driver": "process"}, "command"),
    ({"driver": "process", "command": []}, "is empty"),
    ({"driver": "process", "command": ["x"], "volts": 5}, "volts"),
    ({"driver": "serial_relay", "port": "p", "board": "lcus-9"}, "lcus-8"),
    ({"driver": "serial_relay", "port": "p", "channel": 2}, "channels 1 to 1"),
    ({"driver": "serial_relay", "port": "p", "channel": 0}, "channels 1 to 1"),
    ({"driver": "serial_relay", "port": "p", "board": "lcus-1", "template": {"on": "01", "off": "02"}}, "one of them"),
    ({"driver": "serial_relay", "port": "p", "template": {"on": "0", "off": "02"}}, "no template"),
    ({"driver": "serial_relay", "port": "p", "template": {"on": "", "off": "02"}}, "no template"),
    ({"driver": "serial_relay", "port": "p", "template": {"on": "{chanel}", "off": "02"}}, "{channel}"),
    ({"driver": "serial_relay", "port": "p", "template": {"on": "..", "off": "02"}}, "no template"),
    ({"driver": "serial_relay", "port": "p", "template": {"on": "01", "off": "02", "ask": "FF"}}, "ask_on"),
    ({"driver": "serial_relay", "port": "p", "template": {"on": "01", "off": "02", "line": "9600 9N1"}}, "no serial line"),
    ({"driver": "command", "on": ["x"], "off": []}, "off is empty"),
    ({"driver": "command", "on": ["x", "{pan}"], "off": ["x"]}, "{tid}"),
    ({"driver": "command", "on": ["x"], "off": ["x"], "within_s": 0}, "within_s"),
    ({"driver": "http", "on": "ftp://127.0.0.1/on", "off": "http://127.0.0.1/off"}, "no URL"),
    ({"driver": "http", "on": "http://10.0.0.7/on", "off": "http://127.0.0.1/off"}, 'hosts = ["10.0.0.7"]'),
    ({"driver": "http", "on": "http://me:secret@127.0.0.1/on", "off": "http://127.0.0.1/off"}, "without user"),
    ({"driver": "http", "on": "http://127.0.0.1/on", "off": "http://127.0.0.1/off", "ask": "http://127.0.0.1/"}, "says_on"),
    ({"driver": "serial_relay", "port": "p", "times": {"tries": 0}}, "tries"),
])
def test_settings_that_cannot_be_are_refused_by_name(settings, words):
    with pytest.raises(msgspec.ValidationError) as refused:
        msgspec.convert(settings, PowerSettings)
    assert words in str(refused.value)
    assert "secret" not in str(refused.value)


# ---- relay boards ------------------------------------------------------------------------------


@pytest.mark.parametrize(("board", "channel", "on", "off"), [
    ("lcus-1", 1, "A0 01 01 A2", "A0 01 00 A1"),  # as sellers print them
    ("lcus-8", 8, "A0 08 01 A9", "A0 08 00 A8"),
    ("lc-feedback", 1, "A0 01 03 A4", "A0 01 02 A3"),
    ("kmtronic", 2, "FF 02 01", "FF 02 00"),
    ("modbus-1", 1, "01 05 00 00 FF 00 8C 3A", "01 05 00 00 00 00 CD CA"),
    ("modbus-1", 2, "01 05 00 01 FF 00 DD FA", "01 05 00 01 00 00 9C 0A"),
])
def test_a_board_is_told_the_bytes_of_its_maker(board, channel, on, off):
    assert sent(board_named(board).on, channel) == bytes.fromhex(on)
    assert sent(board_named(board).off, channel) == bytes.fromhex(off)


def test_every_board_is_tried():
    assert set(boards()) == {"lcus-1", "lcus-8", "lc-feedback", "kmtronic", "modbus-1"}


def test_an_answer_is_known_at_the_place_of_its_channel():
    assert heard("{skip} 01", 3).match(bytes([0, 0, 1, 0]))
    assert not heard("{skip} 01", 3).match(bytes([1, 1, 0, 0]))
    assert heard("01 01 01 01 {crc}", 1).match(bytes.fromhex("01010101 9048"))
    assert modbus_crc(bytes.fromhex("01010101")) == bytes.fromhex("9048")


def test_a_relay_without_read_back_switches_and_is_what_it_was_told(supply, acts):
    board = FakeBoard()
    power = supply({"driver": "serial_relay", "port": board.path, "channel": 1})
    assert not power.is_on
    power.on()
    assert power.is_on
    assert until(lambda: board.state[0])
    power.off()
    assert until(lambda: not board.state[0])
    assert board.heard == [bytes.fromhex("A00101A2"), bytes.fromhex("A00100A1")]
    assert [(act.act, act.tries, act.error) for act in acts] == [("on", 1, ""), ("off", 1, "")]
    assert Ability.READ_BACK not in power.can


def test_a_relay_that_tells_is_believed_and_not_what_it_was_told(supply):
    board = FakeBoard()
    power = supply({"driver": "serial_relay", "port": board.path, "board": "lcus-8", "channel": 3})
    power.on()
    assert board.state == [False, False, True, False, False, False, False, False]
    assert power.is_on
    board.state[2] = False  # somebody pressed the button on the board
    assert not power.is_on


def test_a_normally_closed_contact_is_the_other_way_round(supply):
    board = FakeBoard()
    power = supply({"driver": "serial_relay", "port": board.path, "board": "lcus-8", "channel": 1,
                    "contact": "normally_closed"})
    assert power.is_on
    power.off()
    assert board.state[0]
    assert not power.is_on


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_relay_that_does_not_click_is_said_in_clear_words(supply, acts, language):
    board = FakeBoard(stuck={2})
    power = supply({"driver": "serial_relay", "port": board.path, "board": "lcus-8", "channel": 2})
    with speaking(language), pytest.raises(PowerError) as failed:
        power.on()
    assert ("does not click" if language == "en" else "没有动作") in str(failed.value)
    assert board.path in str(failed.value)
    assert board.heard.count(bytes.fromhex("A00201A3")) == QUICK["tries"]
    assert isinstance(failed.value, BenchError)
    assert not power.is_on
    assert acts[-1].error == str(failed.value)
    board.stuck.clear()
    power.on()  # the next one starts clean
    assert power.is_on


def test_a_board_that_does_not_answer_or_answers_otherwise_is_said(supply):
    board = FakeBoard(silent=True)
    template = {"on": "A0 {channel} 01 {sum}", "off": "A0 {channel} 00 {sum}", "ask": "FF",
                "ask_on": "{skip} 01", "ask_off": "{skip} 00", "channels": 8, "answer_within_ms": 50}
    power = supply({"driver": "serial_relay", "port": board.path, "template": template})
    with pytest.raises(PowerError, match="no answer within 50 ms"):
        power.on()
    board.silent = False
    board.state = [7] * 8
    with pytest.raises(PowerError, match=r"it answered 07 07.*another kind of board"):
        power.is_on  # noqa: B018 - it asks the board


def test_a_port_that_is_not_there_or_vanishes_is_an_error_of_the_bench(supply):
    with pytest.raises(PowerError, match="there is no such device"):
        supply({"driver": "serial_relay", "port": "/dev/ttyUSB99"})
    board = FakeBoard()
    power = supply({"driver": "serial_relay", "port": board.path, "board": "lcus-8"})
    board.unplug()
    with pytest.raises(PowerError, match=r"unplugged|no such device"):
        power.off()


# ---- processes ---------------------------------------------------------------------------------

SLEEPER = [sys.executable, "-c", "import time\nwhile True: time.sleep(1)"]


def state_of(pid):
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_a_process_dies_hangs_goes_on_and_comes_back(supply, acts):
    power = supply({"driver": "process", "command": SLEEPER, "starts_within_ms": 50})
    assert not power.is_on
    power.on()
    assert power.is_on
    power.on()  # what is on stays as it is
    power.hang()
    power.resume()
    power.off()
    assert not power.is_on
    with pytest.raises(PowerError, match="the terminal is off"):
        power.hang()
    power.on()
    assert power.is_on
    power.close()
    assert not power.is_on
    assert [act.act for act in acts] == ["on", "on", "hang", "resume", "off", "on"]


def test_what_a_terminal_process_started_goes_with_it(supply, tmp_path):
    script = f"{shlex.join(SLEEPER)} & echo $! > {shlex.quote(str(tmp_path / 'child'))}; wait"
    power = supply({"driver": "process", "command": ["/bin/sh", "-c", script], "starts_within_ms": 200})
    power.on()
    assert until(lambda: (tmp_path / "child").exists() and (tmp_path / "child").read_text().strip())
    child = int((tmp_path / "child").read_text())
    power.off()
    assert until(lambda: not Path(f"/proc/{child}").exists() or state_of(child) == "Z")


@pytest.mark.parametrize(("command", "words"), [
    ([sys.executable, "-c", "raise SystemExit('no paper')"], "status 1: no paper"),
    (["/no/such/terminal"], "cannot be started: No such file"),
])
def test_a_process_that_does_not_start_is_said(supply, command, words):
    power = supply({"driver": "process", "command": command, "starts_within_ms": 5_000})
    with pytest.raises(PowerError, match=words):
        power.on()


def test_the_process_of_another_is_killed_stopped_and_left_alone_at_the_end():
    running = []

    def start():
        running.append(subprocess.Popen(SLEEPER))

    def pid():
        return running[-1].pid if running and running[-1].poll() is None else None

    power = power_of_process("terminal 77001234", pid, start)
    power.on()
    first = running[-1]
    power.hang()
    assert until(lambda: state_of(first.pid) == "T")
    power.resume()
    assert until(lambda: state_of(first.pid) != "T")
    power.off()
    assert first.wait(5) == -signal.SIGKILL
    power.on()
    power.close()
    assert running[-1].poll() is None
    running[-1].kill()
    running[-1].wait()


# ---- commands ----------------------------------------------------------------------------------


def shell(text):
    return ["/bin/sh", "-c", text]


def test_a_command_switches_and_tells(supply, tmp_path):
    flag = tmp_path / "on-77001234"
    power = supply({"driver": "command", "on": ["/usr/bin/touch", str(tmp_path / "{act}-{tid}")],
                    "off": ["/bin/rm", str(flag)], "ask": ["/usr/bin/test", "-e", str(flag)]})
    assert not power.is_on
    power.on()
    assert flag.exists()
    assert power.is_on
    power.off()
    assert not flag.exists()


@pytest.mark.parametrize(("command", "words"), [
    (shell("echo no such socket >&2; exit 4"), "status 4, not 0: no such socket"),
    (shell("sleep 30"), "did not end within 0.3 s"),
    (["/no/such/program"], "cannot be started"),
])
def test_a_command_that_fails_is_said(supply, command, words):
    power = supply({"driver": "command", "on": command, "off": ["true"], "within_s": 0.3})
    with pytest.raises(PowerError, match=words):
        power.on()


def test_a_supply_that_cannot_hang_a_terminal_says_which_can(supply):
    power = supply({"driver": "command", "on": ["true"], "off": ["true"]})
    with pytest.raises(PowerError, match="a command supply cannot hang a terminal; these can: process"):
        power.hang()


# ---- HTTP --------------------------------------------------------------------------------------


@pytest.fixture
def socket_server():
    class Plug(BaseHTTPRequestHandler):
        state, seen, broken = "off", [], ""

        def do_GET(self):
            Plug.seen.append((self.command, self.path, self.headers.get("Authorization")))
            if Plug.broken == "away":
                self.send_response(302)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()
                return
            if Plug.broken == "slow":
                time.sleep(1.0)
            if self.path in {"/on", "/off"}:
                Plug.state = self.path[1:]
            body = ("what?" if Plug.broken == "unclear" else f"state={Plug.state}").encode()
            self.send_response(500 if Plug.broken == "status" else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(OSError):  # who asked has gone
                self.wfile.write(body)

        def do_POST(self):
            self.do_GET()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Plug)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", Plug
    server.shutdown()
    server.server_close()


def http(url, **more):
    return {"driver": "http", "on": f"{url}/on", "off": f"{url}/off", "ask": f"{url}/state",
            "says_on": "state=on", "says_off": "state=off", "within_s": 0.5, **more}


def test_a_socket_behind_http_switches_and_tells(supply, socket_server, monkeypatch):
    url, plug = socket_server
    monkeypatch.setenv("PLUG_TOKEN", "Bearer 42")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    power = supply(http(url, method="POST", authorization_from="PLUG_TOKEN"))
    power.on()
    assert power.is_on
    assert ("POST", "/on", "Bearer 42") in plug.seen
    power.off()
    assert not power.is_on


@pytest.mark.parametrize(("broken", "words"), [
    ("status", "status 500, not 200"), ("away", "status 302, not 200"), ("unclear", "neither 'state=on'"),
    ("slow", "did not answer in time"),
])
def test_a_socket_that_does_otherwise_is_said(supply, socket_server, broken, words):
    url, plug = socket_server
    power = supply(http(url))
    plug.broken = broken
    with pytest.raises(PowerError, match=words):
        power.on()


def test_a_socket_that_is_not_there_and_a_variable_that_is_not_set_are_said(supply):
    with pytest.raises(PowerError, match="nobody listens there"):
        supply(http("http://127.0.0.1:1")).on()
    with pytest.raises(PowerError, match="NO_SUCH_TOKEN"):
        supply(http("http://127.0.0.1:1", authorization_from="NO_SUCH_TOKEN"))


# ---- times -------------------------------------------------------------------------------------


def test_a_terminal_stays_off_for_its_least_time(supply):
    power = supply({"driver": "command", "on": ["true"], "off": ["true"], "times": {"least_off_ms": 300}})
    power.on()
    power.off()
    off_s = time.monotonic()
    power.on()
    assert time.monotonic() - off_s >= 0.28


def test_the_usual_times_of_a_mains_switch_let_a_memory_lose_its_voltage():
    settings = msgspec.convert({"driver": "serial_relay", "port": "p"}, PowerSettings)
    assert settings.times.least_off_ms >= 1_000
    assert PowerTimes().least_off_ms == 0
    assert Board(on="01", off="00").channels == 1
