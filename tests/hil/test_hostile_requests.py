"""Whatever is asked at a control port or sent to a host: it is answered, and the process goes on."""

from __future__ import annotations

import json
import random
import socket
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache

import msgspec
import pytest

from hil.clock.live_clock import LiveEnvironment
from hil.commands.entry import run
from hil.control.bounds import (
    DEEPEST,
    LONGEST_LINE,
    LONGEST_TOML,
    BoundsError,
    check_json,
    check_toml,
)
from hil.control.control import ControlServer, Done, Request
from hil.control.net import short
from hil.device.device import Device, DeviceSettings
from hil.files.one_owner import StateError
from hil.host.commands import HostCommands
from hil.host.host import Host, HostSettings
from hil.ports.limits import PortLimits
from hil.ports.ports import Address
from simulator.machines.terminal.profile import TerminalIdentity
from simulator.scenario.parts.terminals import TerminalGroup
from simulator.scenario.profiles import profile_of
from simulator.scenario.read import scenario_of_text

LOOPBACK = Address("127.0.0.1", 0)
LONGEST_HELD_S = 3.0  # generous: a request holds the clock for milliseconds
SCENARIO = """
title = "A shop on the bench"
start = 2026-01-27T10:00:00+08:00
until = "12h"
[[merchants]]
name = "corner shop"
terminals = { count = 1 }
"""
CARD = "6212345678901265"


def hostile_texts():
    """Single lines, each of a kind that ended or held up a process once, or could."""
    deep = "[" * 2_000 + "]" * 2_000
    yield '{"do":"status","名":"测试"}'.encode("gbk")
    yield '{"do":"operate","kind":"sale","order":"订单"}'.encode("gbk")
    yield b'{"do":"status","x":' + deep.encode() + b"}"
    yield b'{"do":"status","x":' + b'{"a":' * 20_000
    yield deep.encode()
    yield b'{"do":' + b"[" * 60_000
    yield b'{"do":"crash","after_effects":' + b"9" * 60_000 + b"}"
    yield b'{"do":"jump","by_ms":' + b"9" * 300 + b"}"
    yield b'{"do":"jump","by_ms":-1e999}'
    yield b'{"do":"crash","before":"store:\\ud800"}'
    yield b'{"do":"crash","before":"store:\\udc00x"}'
    yield b'{"do":"\\u0000"}'
    yield b"\0" * 10
    yield b'{"do":"status"}\0'
    yield b'"' + b'\\"' * 30_000
    yield b'"' * 60_001
    yield b"," * 60_000
    yield b"\xff\xfe" + '{"do":"status"}'.encode("utf-16-le")
    yield b"\xef\xbb\xbf" + b'{"do":"status"}'
    for toml in (
        "a" + ".a" * 20_000 + "=1", "x = " + "[" * 900 + "]" * 900, "x = " + "{a=" * 900,
        "\n".join(f"a.b{n}.c=1" for n in range(2_000)), "[" * 3_000, "mode = " + "9" * 5_000,
        'mode = "\\ud800"', 'mode = "network.outage"\nlabel = "\\u0000"', "mode = 1e400",
        "[[faults]]\nmode='x'", "at = '1s'", "", "\0", "mode = " + '"' * 3 + "x" * 60_000,
        "[a" + ".b" * 3_000 + "]", "mode = 0x" + "f" * 4_000, "a = 2026-13-45T99:99:99Z",
        "mode = { x = [{ y = [[[[[[[[[[1]]]]]]]]]] }] }",
    ):
        for do in ("fault", "action"):
            yield json.dumps({"do": do, "toml": toml}).encode()


@cache
def all_hostile_texts():
    """They are long: made once."""
    return tuple(hostile_texts())


def drawn(number):
    """A hostile line by its number: one of the above, a damaged good one, or noise."""
    draw = random.Random(number)
    texts = all_hostile_texts()
    if number < len(texts):
        return texts[number]
    good = draw.choice([
        b'{"do":"status"}', b'{"do":"balances"}', b'{"do":"jump","by_ms":1000}',
        b'{"do":"fault","toml":"mode = \\"network.outage\\"\\non = \\"reply\\"\\nnth = 1"}',
        b'{"do":"action","toml":"do = \\"check_network\\""}', b'{"do":"crash","after_effects":99999}',
        b'{"do":"operate","kind":"sale","order":"S1","amount_fen":6800,"card":{"pan":"6212345678901265"}}',
    ])
    line = bytearray(good)
    for _ in range(draw.randrange(1, 5)):
        at = draw.randrange(len(line) or 1)
        line[at:at + draw.randrange(3)] = draw.choice([
            b"", bytes([draw.randrange(256)]), b"[" * draw.randrange(200), b'"', b"\\", b"\\u0000",
            b"\\ud8%02x" % draw.randrange(256), str(draw.randrange(10 ** draw.randrange(1, 40))).encode(),
            "语".encode("gbk"), b"{" * draw.randrange(50), b"." * draw.randrange(300),
        ])
    return bytes(line).replace(b"\n", b" ").replace(b'"crash"', b'"cr4sh"')


@cache
def hostile_lines():
    """Three thousand of them."""
    return [drawn(number) for number in range(3_000)]


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    folder = tmp_path_factory.mktemp("host")
    source = tomllib.loads(SCENARIO)
    host = Host(HostSettings(
        scenario=scenario_of_text(SCENARIO), source=source, listen=LOOPBACK, control=LOOPBACK,
        state=folder / "state"))
    host.open_control(LOOPBACK, HostCommands(host).table())
    host.start()
    yield host
    host.close()


@pytest.fixture(scope="module")
def device(tmp_path_factory):
    env = LiveEnvironment(1_770_000_000_000)
    device = Device(env, DeviceSettings(
        identity=TerminalIdentity(tid="10000001", mid="898000000000001"),
        profile=profile_of(TerminalGroup(profile="generic")), host=Address("127.0.0.1", 9),
        control=LOOPBACK, nvm=tmp_path_factory.mktemp("device") / "nvm"))
    device.start()
    yield device
    device.close()


def served(env, work, *args):
    """Run the clock while ``work`` is done in another thread; how long one turn held it."""
    held_s = 0.0
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work, *args)
        future.add_done_callback(lambda _: env.inject(lambda: None))
        last_s = [time.monotonic()]

        def until():
            nonlocal held_s
            now_s = time.monotonic()
            held_s = max(held_s, now_s - last_s[0] - 0.5)  # it waits half a second at most
            last_s[0] = now_s
            return future.done()

        env.run_live(until)
    return future.result(), held_s


def talk(address, lines):
    answers = []
    with socket.create_connection((address.host, address.port), 30) as connection:
        file = connection.makefile("rb")
        for line in lines:
            connection.sendall(line + b"\n")
            if line.strip():
                answers.append(file.readline())
    return answers


def talk_at_once(address, lines):
    with socket.create_connection((address.host, address.port), 30) as connection:
        connection.sendall(b"\n".join(lines) + b"\n")
        file = connection.makefile("rb")
        return [file.readline() for _ in lines]


def all_answered(answers):
    for line, answer in zip([line for line in hostile_lines() if line.strip()], answers, strict=True):
        assert json.loads(answer)["ok"] in (True, False), line
        assert len(answer) < 20_000, line


def test_three_thousand_hostile_lines_leave_a_host_that_serves(host, capsys):
    answers, held_s = served(host.env, talk, host.control.address, hostile_lines())
    all_answered(answers)
    assert sum(not json.loads(answer)["ok"] for answer in answers) > 2_000
    ((answer,), _) = served(host.env, talk, host.control.address, [b'{"do":"status"}'])
    assert json.loads(answer)["ok"] is True
    assert held_s < LONGEST_HELD_S
    assert CARD not in capsys.readouterr().err


def test_three_thousand_hostile_lines_leave_a_device_that_serves(device):
    answers, held_s = served(device._env, talk, device.control_address, hostile_lines())
    all_answered(answers)
    ((answer,), _) = served(device._env, talk, device.control_address, [b'{"do":"status"}'])
    assert json.loads(answer)["ok"] is True
    assert held_s < LONGEST_HELD_S


def send_frames(address, frames):
    for frame in frames:
        with socket.create_connection((address.host, address.port), 30) as connection:
            connection.sendall(frame)
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(0.001)
            try:
                connection.recv(1_000)
            except (TimeoutError, ConnectionError):
                continue


def test_hostile_frames_leave_a_host_that_serves(host):
    draw = random.Random(7)
    head = b"\x60\x00\x03\x00\x00\x60\x31\x00\x31\x20\x00\x02\x00"
    frames = []
    for number in range(300):
        body = head[:draw.randrange(len(head) + 1)] + draw.randbytes(draw.randrange(200))
        length = len(body) if number % 3 else draw.randrange(65_536)
        frames.append(length.to_bytes(2, "big") + body)
    served(host.env, send_frames, host.listener.address, frames)
    ((answer,), _) = served(host.env, talk, host.control.address, [b'{"do":"status"}'])
    assert json.loads(answer)["ok"] is True


# ---- the net itself ------------------------------------------------------------------------------


class Break(Request, frozen=True, tag="break"):
    how: str


BREAKS = {
    "recursion": RecursionError("deeper than 6212345678901265"), "memory": MemoryError(),
    "unicode": UnicodeEncodeError("utf-8", "\ud800", 0, 1, "no surrogates"), "key": KeyError("x"),
    "assertion": AssertionError(), "arithmetic": ZeroDivisionError("by zero"),
    "surrogate in words": ValueError("\ud800 in it"),
}


class Long(msgspec.Struct):
    text: str


def broken(request, answer):
    if request.how == "late":
        answer(Done())
        raise ValueError("after the answer")
    if request.how == "state":
        raise StateError("the disk is full")
    raise BREAKS[request.how]


@pytest.fixture
def breaking():
    clock = LiveEnvironment(0)
    server = ControlServer(clock, LOOPBACK, {Break: broken})
    yield clock, server
    server.close()


@pytest.mark.parametrize("how", BREAKS)
def test_what_nobody_foresaw_is_answered_and_written_down(breaking, how, capsys):
    clock, server = breaking
    lines = [json.dumps({"do": "break", "how": how}).encode(), b'{"do":"nothing"}']
    (broke, after), _ = served(clock, talk, server.address, lines)
    assert type(BREAKS[how]).__name__ in json.loads(broke)["error"]
    assert "no command" in json.loads(after)["error"]
    said = capsys.readouterr().err
    assert type(BREAKS[how]).__name__ in said
    assert CARD not in said


def test_who_failed_after_the_answer_does_not_answer_twice(breaking):
    clock, server = breaking
    lines = [b'{"do":"break","how":"late"}', b'{"do":"nothing"}']
    (broke, after), _ = served(clock, talk, server.address, lines)
    assert json.loads(broke) == {"ok": True}
    assert "no command" in json.loads(after)["error"]


def test_a_state_that_cannot_be_written_does_end_the_process(breaking):
    clock, server = breaking
    with socket.create_connection((server.address.host, server.address.port)) as connection:
        connection.sendall(b'{"do":"break","how":"state"}\n')
        with pytest.raises(StateError, match="disk is full"):
            clock.run_live()


def test_many_requests_at_once_let_the_clock_go_on(breaking):
    """A flood of lines in one piece: between two of them the clock does what is due."""
    clock, server = breaking
    ticks = []
    lines = b'{"do":"nothing"}\n' * 3_000

    def tick():
        ticks.append(len(ticks))
        if len(ticks) < 100_000:
            clock.timeout(1).callbacks.append(lambda _: tick())

    tick()

    def flood():
        with socket.create_connection((server.address.host, server.address.port)) as connection:
            connection.sendall(lines)
            connection.shutdown(socket.SHUT_WR)
            return connection.makefile("rb").read().count(b"\n")

    answered, _ = served(clock, flood)
    assert answered == 3_000
    assert len(ticks) > 5


def test_who_asks_and_never_reads_is_hung_up_on_and_the_others_are_served():
    clock, said = LiveEnvironment(0), []
    server = ControlServer(
        clock, LOOPBACK, {Break: lambda _, answer: answer(Long("x" * 50_000))}, PortLimits(unread_bytes=100_000, flush_s=0.1), said.append)

    def ask_and_never_read():
        with suppress(ConnectionError), socket.create_connection(
            (server.address.host, server.address.port),
        ) as connection:
            while True:
                connection.sendall(b'{"do":"break","how":""}\n')

    served(clock, ask_and_never_read)
    assert "does not read what is sent to it" in said[0]
    ((answer,), _) = served(clock, talk, server.address, [b'{"do":"nothing"}'])
    assert "no command" in json.loads(answer)["error"]
    server.close()


# ---- scans ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", [
    b"x" * (LONGEST_LINE + 1), b"[" * (DEEPEST + 1), b'{"a":"\xd6\xd0"}', b"\0", b"9" * 41,
    b"[]" * 5_000, b'"a"' + b"[" * 40,
])
def test_a_request_out_of_bounds_is_not_parsed(line):
    with pytest.raises(BoundsError):
        check_json(line)


@pytest.mark.parametrize("line", [
    b"[" * DEEPEST, b'{"a":"' + b"[" * 10_000 + b'"}', b'{"a":"' + b'\\"[' * 10_000 + b'"}',
    b'{"pan":"' + b"9" * 400 + b'"}', '{"名":"中"}'.encode(),
])
def test_what_stands_in_strings_does_not_count(line):
    check_json(line)


@pytest.mark.parametrize("text", [
    "a" * (LONGEST_TOML + 1), "a" + ".a" * 201, "[" * 9, "x=" + "9" * 41, "a=1\n" * 201,
])
def test_a_table_out_of_bounds_is_not_parsed(text):
    with pytest.raises(BoundsError):
        check_toml(text)


def test_no_scan_takes_longer_than_its_line():
    """The worst that the scans themselves can be given."""
    for worst in (b'\\"', b'"', b'"\\', b"[", b"]", b"9", b'"a', b"\\", b'\\""'):
        line = (worst * LONGEST_LINE)[:LONGEST_LINE]
        began_s = time.monotonic()
        with suppress(BoundsError):
            check_json(line)
        assert time.monotonic() - began_s < LONGEST_HELD_S


@pytest.mark.parametrize("text", [
    CARD, f"no command '{CARD}'", "6212 3456 7890 1265", "6212-3456-7890-1265", "6212.3456.7890.1265",
    f"{CARD}9=30122010000000", "\ud800" + CARD,
])
def test_no_refusal_shows_a_card_number(text):
    assert "345678" not in short(text).replace(" ", "")
    assert "3456" not in short(text)


def test_long_words_are_cut():
    assert len(short("x" * 100_000)) < 2_000


def test_no_number_of_jumps_leads_out_of_the_calendar(device):
    jumps = [b'{"do":"jump","by_ms":316224000000}'] * 40
    answers, _ = served(device._env, talk, device.control_address, jumps)
    assert json.loads(answers[0])["ok"] is True
    assert "2199" in json.loads(answers[-1])["error"]
    ((answer,), _) = served(device._env, talk, device.control_address, [
        b'{"do":"operate","kind":"sign_on","password":"0000"}'])
    assert json.loads(answer)["ok"] is True


def test_a_device_does_not_begin_outside_the_calendar(tmp_path, capsys):
    for ahead in ("9" * 18, "-" + "9" * 18, "9" * 4_000):
        assert run([
            "device", "--tid", "10000001", "--mid", "898000000000001", "--host", "127.0.0.1:9",
            "--nvm", str(tmp_path / "nvm"), "--ahead-ms", ahead]) == 2
        assert "1970 to the end of 2199" in capsys.readouterr().err
        assert list(tmp_path.iterdir()) == []


def test_a_second_jump_is_refused_while_a_long_one_is_under_way(host):
    jumps = [b'{"do":"jump","by_ms":86400000000}', b'{"do":"jump","by_ms":1000}', b'{"do":"status"}']
    ((first, second, status), _) = served(host.env, talk_at_once, host.control.address, jumps)
    assert json.loads(first)["by_ms"] == 86_400_000_000
    assert "a jump is under way" in json.loads(second)["error"]
    assert json.loads(status)["ok"] is True
    ((again,), _) = served(host.env, talk, host.control.address, jumps[1:2])
    assert json.loads(again)["ok"] is True
