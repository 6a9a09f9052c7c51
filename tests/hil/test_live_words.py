"""What a live process says is said in the language that was asked for: its start, who comes, refusals."""

from __future__ import annotations

import re

import pytest

from hil.benches.bench_words import HEARD as OF_BENCH
from hil.commands.entry import run
from hil.control.live_words import HEARD
from simulator.catalogue.language import speaking

WORDS = re.compile(r"(?<![\w.\"'-])[A-Za-z]{2,} [a-z]{2,}")
DEVICE = "device --tid 10000001 --mid 898000000000001 --host 127.0.0.1:1 --nvm"


@pytest.mark.parametrize("line", [
    "host lost-reply --state taken.json", "host lost-reply --state s.sqlite --limit foo=1",
    "host lost-reply --state s.sqlite --limit idle_s=x", "host lost-reply --state s.sqlite --limit idle_s=-1",
    "host lost-reply --state s.sqlite --listen 0.0.0.0:1", "host lost-reply --state s.sqlite --control 0.0.0.0:1",
    "host lost-reply --state no/folder/s.sqlite", "host lost-reply --state s.sqlite --defect nobody.knows",
    f"{DEVICE} taken.json", f"{DEVICE} n.nvm --profile x", f"{DEVICE} n.nvm --defect x", f"{DEVICE} n.nvm --dialect x",
    f"{DEVICE} n.nvm --ahead-ms -99999999999999", f"{DEVICE} n.nvm --trace taken.json", f"{DEVICE} no/folder/n.nvm",
    "tell 127.0.0.1:1 {", "tell nowhere {}", "tell 127.0.0.1:1 {}",
    "run lost-reply --atoms taken.json", "run lost-reply --atoms odd.jsonl", "run lost-reply --atoms none.jsonl",
    "run lost-reply --defect nobody.knows", "decode 00", "decode --dialect odd.toml 00", 'encode {"mti":1}',
    'encode {"mti":"0200","fields":{"2":"x"}}', "encode {bad", "keys show taken.json", "judge taken.json",
])
def test_what_cannot_be_is_told_in_chinese(capsys, monkeypatch, tmp_path, line):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken.json").write_text("no state, no memory, no trace of a run\n", "utf-8")
    (tmp_path / "odd.jsonl").write_text('{"x": 1}\n', "utf-8")
    (tmp_path / "odd.toml").write_text("title = 1\n", "utf-8")
    assert run([*line.split(), "--lang", "zh"]) == 2
    said = capsys.readouterr().err
    assert re.search("[\u4e00-\u9fff]", said)
    assert not WORDS.search(re.sub(r"（见 .*?）", "", said).removeprefix("daozhang: ")), said


@pytest.mark.parametrize("english", [
    "listening on 127.0.0.1:4000", "control on [::1]:4001", "1 terminal outside, 1,000 inside",
    "2 terminals outside, 0 inside (the scenario calls none outside, so all are)",
    "connection from 127.0.0.1:50000: nothing came or went for 30.0 s",
    "operate: Object missing required field `kind`; allowed: kind, order",
    'a request is a JSON object like {"do": "status"}: Expected `str`, got `int` - at `$.do`',
    'crash: no step "x"; did you mean "y"?; allowed: y, z',
    "operate: field 2 at offset 0: is no hexadecimal number",
])
def test_what_a_live_process_says_is_known_again(english):
    with speaking("zh"):
        assert not WORDS.search(HEARD.say(english))
    assert HEARD.say(english) == english


@pytest.mark.parametrize("english", [
    "sale S1 ¥68.00: approved", "settlement of batch 000001: failed (no_reply)",
    "settlement of batch 000001: approved", "device 10000001 ended with status 2: daozhang: x: is no regular file",
])
def test_what_a_demonstration_tells_is_known_again(english):
    with speaking("zh"):
        assert not WORDS.search(OF_BENCH.say(english))
