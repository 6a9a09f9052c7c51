"""Hands do a deed and tell of it, or it is said in clear words that nobody did; secrets are not kept."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pty
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec
import pytest

from hil.control.bench_error import BenchError
from hil.hands.asking import HANDS, AskedHands, hands_of, hands_settings
from hil.hands.hands import CardAsked, Choice, Deed, HandsError, Question
from hil.hands.person import Person, PersonSettings, lines_of, refusal
from simulator.catalogue.language import Told, speaking

PAN, PIN, TRACK = "6200009753180120", "483920", "6200009753180120D30122010000001"
RESULT = Question(
    name="result", text=Told("what does the screen show", "屏幕显示什么"),
    choices=(Choice("approved", "a", Told("approved", "成功")), Choice("declined", "d", Told("declined", "拒绝"))))
CODE = Question(name="response_code", text=Told("response code", "应答码"), optional=True)
SALE = Deed(
    what="sale", text=Told("make a sale of ¥68.00", "做一笔 68.00 元的消费"), tid="77001234", order="S1",
    card=CardAsked(pan=PAN, expiry="3012", track2=TRACK), pin=PIN, amount_fen=6_800, questions=(RESULT, CODE),
    within_s=5.0)
PRESS = Deed(what="press", text=Told("press the green key", "按绿键"), tid="77001234", within_s=5.0)


@pytest.fixture
def acts():
    return []


# ---- the table ---------------------------------------------------------------------------------


def test_every_driver_is_found_by_the_name_that_a_bench_file_gives_it():
    for name, kind in HANDS.items():
        assert kind.settings.__struct_config__.tag == name


@pytest.mark.parametrize(("driver", "settings", "words"), [
    ("octopus", {}, "person, command, http"),
    ("person", {"arms": 2}, "arms"),
    ("command", {"command": []}, "is empty"),
    ("command", {"command": ["press", "{pin}"]}, "{tid}"),
    ("command", {"command": ["press"], "within_s": -1}, "within_s"),
    ("http", {}, "url"),
    ("http", {"url": "http://10.0.0.9/deed"}, 'hosts = ["10.0.0.9"]'),
    ("http", {"url": "robot"}, "no URL"),
])
def test_settings_that_cannot_be_are_refused_by_name(driver, settings, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        hands_settings(driver, settings)


# ---- a person ----------------------------------------------------------------------------------


class AtATerminal:
    """A person at a pty who types as told, once there is a prompt."""

    def __init__(self, acts, *lines):
        far, near = pty.openpty()
        self.far = far
        self.told = io.StringIO()
        self.heard = os.fdopen(near, "r")
        self.hands = AskedHands(Person(PersonSettings(), self.heard, self.told), acts.append)
        self._lines = list(lines)
        threading.Thread(target=self._type, daemon=True).start()

    def _type(self):
        while not self.told.getvalue():
            time.sleep(0.005)
        for line in self._lines:
            time.sleep(0.02)
            os.write(self.far, line.encode() + b"\n")


@pytest.mark.parametrize(("language", "typed"), [("en", "y"), ("en", ""), ("zh", "好"), ("zh", "完成")])
def test_a_person_does_what_is_asked(acts, language, typed):
    with speaking(language):
        at = AtATerminal(acts, typed)
        done = at.hands.ask(PRESS)
    assert done.by == "person"
    assert done.asked_ms <= done.done_ms
    assert PRESS.text.say(language) in at.told.getvalue()


@pytest.mark.parametrize(("language", "typed", "words"), [
    ("en", "n paper is out", "could not be done: press the green key: paper is out"),
    ("en", "could not", "no reason given"), ("zh", "不能 没有纸", "没有纸"), ("zh", "n", "未说明原因"),
])
def test_what_a_person_could_not_do_is_an_error_of_the_bench(acts, language, typed, words):
    with speaking(language):
        at = AtATerminal(acts, typed)
        with pytest.raises(HandsError) as failed:
            at.hands.ask(PRESS)
    assert words in str(failed.value)
    assert isinstance(failed.value, BenchError)
    assert acts[0].error == str(failed.value)


def test_a_person_who_answers_otherwise_is_asked_again_and_tells_what_was_seen(acts):
    at = AtATerminal(acts, "perhaps", "d", "51")
    done = at.hands.ask(SALE)
    assert done.answers == {"result": "declined", "response_code": "51"}
    assert "that is none of them" in at.told.getvalue()
    assert PIN in at.told.getvalue()  # who types it must see it


def test_nobody_there_is_said_after_the_time(acts):
    at = AtATerminal(acts)
    with pytest.raises(HandsError, match=r"nobody answered within 0.1 s: press the green key"):
        at.hands.ask(msgspec.structs.replace(PRESS, within_s=0.1))


def test_what_was_typed_before_the_question_is_no_answer(acts):
    at = AtATerminal(acts)
    os.write(at.far, b"y\n")
    time.sleep(0.05)
    with pytest.raises(HandsError, match="nobody answered"):
        at.hands.ask(msgspec.structs.replace(PRESS, within_s=0.1))


def test_nobody_is_asked_where_standard_input_is_no_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    with pytest.raises(HandsError, match="standard input is no terminal"):
        hands_of(hands_settings("person", {}), lambda _act: None)


@pytest.mark.parametrize(("line", "why"), [
    ("n", "no reason given"), ("no: jammed", "jammed"), ("could not reach it", "reach it"), ("nothing", None), ("", None),
    ("无法插卡", "插卡"),
])
def test_a_refusal_is_heard(line, why):
    assert refusal(line) == why


# ---- a program ---------------------------------------------------------------------------------

ROBOT = """
import json, pathlib, sys
deed = json.load(sys.stdin)
pathlib.Path(sys.argv[1]).write_text(json.dumps(deed))
print(json.dumps({"answers": {"result": "approved"}, "note": f"typed {deed['pin']} for {deed['card']['pan']}"}))
"""


def program(code, *more):
    return hands_settings("command", {"command": [sys.executable, "-c", code, *more]})


def test_a_program_reads_the_deed_and_answers(acts, tmp_path):
    seen = tmp_path / "deed.json"
    done = hands_of(program(ROBOT, str(seen)), acts.append).ask(SALE)
    assert done.answers == {"result": "approved"}
    deed = json.loads(seen.read_text())
    assert (deed["what"], deed["amount_fen"], deed["card"]["pan"], deed["pin"]) == ("sale", 6_800, PAN, PIN)
    assert deed["questions"][0]["choices"] == ["approved", "declined"]


@pytest.mark.parametrize(("code", "words"), [
    ("raise SystemExit('the arm is stuck')", "could not be done: make a sale of ¥68.00: the arm is stuck"),
    ("print('hello')", "it answered what is no answer"),
    ("print('{\"answers\": {\"result\": \"maybe\"}}')", "it answered result 'maybe'; allowed: approved, declined"),
    ("print('{\"answers\": {\"colour\": \"red\"}}')", "which was not asked; asked: result, response_code"),
    ("print('{\"answers\": {\"response_code\": \"00\"}}')", "it did not answer result"),
    ("print('{\"done\": false, \"note\": \"no paper\"}')", "no paper"),
    ("import time; time.sleep(30)", "did not end within 0.4 s"),
])
def test_a_program_that_does_otherwise_is_said(acts, code, words):
    with pytest.raises(HandsError) as failed:
        hands_of(program(code), acts.append).ask(msgspec.structs.replace(SALE, within_s=0.4 if "sleep" in code else 60))
    assert words in str(failed.value)
    assert len(acts) == 1


def test_a_program_that_says_nothing_has_done_it(acts):
    assert hands_of(program("pass"), acts.append).ask(PRESS).answers == {}


def test_no_secret_is_kept_whoever_says_it(acts, tmp_path):
    hands_of(program(ROBOT, str(tmp_path / "deed")), acts.append).ask(SALE)
    leak = f"import sys; sys.exit('card {PAN} track {TRACK} pin {PIN}')"
    with pytest.raises(HandsError) as failed:
        hands_of(program(leak), acts.append).ask(SALE)
    kept = "".join(msgspec.json.encode(act).decode() for act in acts) + str(failed.value)
    for secret in (PAN, PIN, TRACK):
        assert secret not in kept
    assert acts[0].card == "620000******0120"


# ---- a robot behind HTTP -----------------------------------------------------------------------


@pytest.fixture
def robot():
    class Robot(BaseHTTPRequestHandler):
        deeds, answer, status, wait_s = [], b'{"answers": {"result": "approved"}}', 200, 0.0

        def do_POST(self):
            Robot.deeds.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            time.sleep(Robot.wait_s)
            with contextlib.suppress(OSError):  # who asked has gone
                self.send_response(Robot.status)
                self.send_header("Content-Length", str(len(Robot.answer)))
                self.end_headers()
                self.wfile.write(Robot.answer)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Robot)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/deed", Robot
    server.shutdown()
    server.server_close()


def test_a_robot_is_told_and_answers(acts, robot):
    url, arm = robot
    done = hands_of(hands_settings("http", {"url": url, "name": "arm"}), acts.append).ask(SALE)
    assert (done.by, done.answers) == ("arm", {"result": "approved"})
    assert arm.deeds[0]["tid"] == "77001234"


@pytest.mark.parametrize(("change", "words"), [
    ({"wait_s": 1.0}, "did not answer in time"), ({"status": 503}, "status 503, not 200"),
    ({"answer": b"<html>"}, "no answer"), ({"answer": b'{"done": false, "note": "card jammed"}'}, "card jammed"),
])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_robot_that_does_otherwise_is_said(acts, robot, change, words, language):
    url, arm = robot
    for name, value in change.items():
        setattr(arm, name, value)
    hands = hands_of(hands_settings("http", {"url": url}), acts.append)
    with speaking(language), pytest.raises(HandsError) as failed:
        hands.ask(msgspec.structs.replace(SALE, within_s=0.3))
    assert language == "zh" or words in str(failed.value)
    assert "robot" in str(failed.value)
    assert acts[0].error


def test_a_robot_that_is_not_there_is_said(acts):
    with pytest.raises(HandsError, match="nobody listens there"):
        hands_of(hands_settings("http", {"url": "http://127.0.0.1:1/deed"}), acts.append).ask(SALE)


def test_a_person_is_told_in_the_language_of_the_bench():
    with speaking("zh"):
        assert lines_of(SALE)[0] == "▶ 终端 77001234：做一笔 68.00 元的消费"
