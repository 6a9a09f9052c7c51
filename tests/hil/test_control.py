"""The control port answers every request once, in order, and says what is allowed."""

from __future__ import annotations

import json
import socket
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from hil.clock.live_clock import LiveEnvironment
from hil.commands.entry import run
from hil.control.control import (
    LONGEST_LINE,
    ControlClient,
    ControlError,
    ControlServer,
    Done,
    Request,
)
from hil.control.control_words import words_of
from hil.device.requests import Operate
from hil.host.requests import JumpCalendar
from hil.ports.ports import Address, PortError
from simulator.wire.kinds import Kind


class Add(Request, frozen=True, tag="add"):
    left: int
    right: int = 0


class Later(Request, frozen=True, tag="later"):
    pass


class Fail(Request, frozen=True, tag="fail"):
    pass


class Sum(msgspec.Struct, frozen=True):
    value: int


def fail(_request, _answer):
    raise ControlError("the printer has no paper; allowed: put some in")


class Bench:
    """A control server whose clock runs while a client's work is done in another thread."""

    def __init__(self) -> None:
        self.clock = LiveEnvironment(0)
        self.server = ControlServer(self.clock, Address("127.0.0.1", 0), {
            Add: lambda request, answer: answer(Sum(request.left + request.right)),
            Later: lambda _request, answer: self.clock.timeout(5).callbacks.append(
                lambda _: answer(Done()),
            ),
            Fail: fail,
        })

    def serve(self, work, *args):
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(work, *args)
            future.add_done_callback(lambda _: self.clock.inject(lambda: None))
            self.clock.run_live(future.done)
        return future.result()

    def client(self):
        return self.serve(ControlClient, self.server.address)


@pytest.fixture
def bench():
    bench = Bench()
    yield bench
    bench.server.close()


def raw(bench, data: bytes, lines: int) -> list[bytes]:
    def talk():
        with socket.create_connection(("127.0.0.1", bench.server.address.port)) as connection:
            connection.sendall(data)
            with connection.makefile("rb") as file:
                return [file.readline() for _ in range(lines)]

    return bench.serve(talk)


def test_a_request_is_one_line_and_so_is_its_answer(bench):
    assert raw(bench, b'{"do":"add","left":2,"right":3}\n', 1) == [b'{"ok":true,"value":5}\n']


def test_an_answer_without_facts_is_ok(bench):
    assert raw(bench, b'{"do":"later"}\r\n\n', 1) == [b'{"ok":true}\n']


@pytest.mark.parametrize(("line", "words"), [
    ("nonsense", "JSON object"),
    ("[]", "JSON object"),
    ("{}", "JSON object"),
    ('{"do":"dance"}', "no command 'dance'; allowed: add, fail, later"),
    ('{"do":"add"}', "missing required field `left`; allowed: left, right"),
    ('{"do":"add","left":1,"up":2}', "unknown field `up`; allowed: left, right"),
    ('{"do":"add","left":"1"}', "Expected `int`, got `str`"),
    ('{"do":"later","now":1}', "allowed: nothing but do"),
    ('{"do":"fail"}', "the printer has no paper"),
])
def test_what_cannot_be_done_is_refused_with_what_is_allowed(bench, line, words):
    refusal, after = raw(bench, line.encode() + b'\n{"do":"add","left":1}\n', 2)
    assert json.loads(refusal)["ok"] is False
    assert words in json.loads(refusal)["error"]
    assert json.loads(after) == {"ok": True, "value": 1}


@pytest.mark.parametrize("line", [
    '{"do":"6200009753180120"}', '{"do":"6200.0097.5318.0120"}', '{"do":"６２００００９７５３１８０１２０"}',
    '{"do":"add","left":1,"6200009753180120":1}', '{"do":"add","left":1,"6200-0097-5318-0120":1}',
])
def test_a_refusal_never_shows_a_card_number(bench, line):
    [refusal] = raw(bench, line.encode() + b"\n", 1)
    told = json.loads(refusal)["error"]
    assert "allowed: " in told
    assert "*" in told
    assert "975318" not in "".join(str(int(char)) for char in told if char.isdecimal())


def test_a_request_may_come_in_pieces(bench):
    def talk():
        with socket.create_connection(("127.0.0.1", bench.server.address.port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for byte in b'{"do":"add","left":4}\n':
                connection.sendall(bytes([byte]))
            return connection.makefile("rb").readline()

    assert bench.serve(talk) == b'{"ok":true,"value":4}\n'


@pytest.mark.parametrize("request_line", [b'{"do":"later"}', b'{"do":"later"}\n'])
def test_who_asks_and_stops_to_speak_is_answered_all_the_same(bench, request_line):
    def talk():
        with socket.create_connection(("127.0.0.1", bench.server.address.port)) as connection:
            connection.sendall(request_line)
            connection.shutdown(socket.SHUT_WR)
            return connection.makefile("rb").read()

    assert bench.serve(talk) == b'{"ok":true}\n'


def test_a_line_without_end_is_cut_off(bench):
    answer, end = raw(bench, b"x" * (LONGEST_LINE + 1), 2)
    assert b"at most" in answer
    assert end == b""


def test_the_client_gives_typed_answers_in_order_and_raises_refusals(bench):
    client = bench.client()
    assert bench.serve(client.ask, Add(1, 2), Sum) == Sum(3)
    bench.serve(client.do, Later())
    with pytest.raises(ControlError, match="no paper"):
        bench.serve(client.do, Fail())
    client.send(Later())
    client.send(Add(5))
    bench.serve(client.receive, Done)
    assert bench.serve(client.receive, Sum) == Sum(5)
    client.close()


def test_a_server_that_goes_away_is_said_to_have_gone(bench):
    client = bench.client()
    bench.server.close()
    with pytest.raises(PortError, match=r"went away|gone|broke"):
        bench.serve(client.do, Later())
    client.close()
    with pytest.raises(PortError, match="nobody listens"):
        ControlClient(bench.server.address)


@pytest.mark.parametrize(("request_type", "line", "allowed"), [
    (Operate, '{"do":"operate","kind":"dance"}', [kind.value for kind in Kind]),
    (JumpCalendar, '{"do":"jump","to":"christmas"}', ["cut_over", "payout"]),
    (Operate, '{"do":"operate","kind":"sale","card":{"pan":"6","entry":"psychic"}}',
     ["keyed", "stripe", "chip", "contactless"]),
    (Operate, '{"do":"operate","kind":"sale","original":{"batch":1}}',
     ["batch", "stan", "date", "tail"]),
    (Operate, '{"do":"operate","kind":"sale","amount_fen":"1"}', list(Operate.__struct_fields__)),
])
def test_what_is_allowed_is_said_of_the_place_that_is_wrong(request_type, line, allowed):
    with pytest.raises(msgspec.DecodeError) as error:
        msgspec.json.decode(line, type=request_type)
    _, _, said = words_of(error.value, request_type).partition("; allowed: ")
    assert sorted(said.split(", ")) == sorted(allowed)


@pytest.mark.parametrize(("answer", "words"), [
    (b"HTTP/1.1 400 Bad Request\r\n", "no control port"), (b"[]\n", "no control port"),
    (b"[" * 100_000 + b"\n", "no control port"), (b"\xff\xfe\n", "no control port"),
    (b"", "went away without an answer"),
])
def test_who_is_no_control_port_is_said_to_be_none(answer, words, capsys):
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        told = pool.submit(run, ["tell", address, '{"do":"status"}'])
        with listener.accept()[0] as connection:
            assert connection.recv(100) == b'{"do":"status"}\n'
            connection.sendall(answer)
        assert told.result() == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("request_text", ["[" * 100_000, "no JSON", '{"do":"\udcff"'])
def test_what_cannot_be_asked_is_one_line(request_text, capsys):
    assert run(["tell", "127.0.0.1:9", request_text]) == 2
    assert capsys.readouterr().err.count("\n") == 1
