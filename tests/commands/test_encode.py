"""``daozhang encode``: what decode tells of any message makes its bytes again; what is no message is refused by name."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hil.commands.entry import run
from simulator.commands.found import Found
from simulator.commands.message_shown import as_json, from_json
from simulator.wire.dialects import usual_dialect
from simulator.wire.generic import Decoded, decode_generic, encode_generic
from simulator.wire.recognition import decode_any

sys.path.insert(0, str(Path(__file__).parents[1] / "wire"))
from framed_vectors import HEADS, in_framing
from wire_vectors import FRAMES

UNIONPAY = usual_dialect()
FRAMINGS = list(UNIONPAY.framings.values())
KINDS = sorted({mti for row in UNIONPAY.kinds for mti in (row.mti, row.reply_mti)})
TEXT = st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters="\\")  # a backslash begins a byte that is no text


def values(row):
    """Any value that the row of a field takes."""
    least = 0 if row.prefix else row.length
    most = min(row.length, 60) if row.prefix else row.length
    match row.form:
        case "n":
            return st.text("0123456789", min_size=least, max_size=most)
        case "z":
            return st.text("0123456789D", min_size=least, max_size=most)
        case "b":
            return st.binary(min_size=least, max_size=most).map(lambda octets: octets.hex().upper())
        case _ if row.prefix:
            return st.one_of(st.text(TEXT, max_size=most), st.text("交易成功，终端", max_size=most // 2))
        case _:
            return st.text(TEXT, min_size=least, max_size=most)


@st.composite
def messages(draw):
    rows = draw(st.lists(st.sampled_from(list(UNIONPAY.field.values())), unique_by=lambda row: row.number, max_size=12))
    framing = draw(st.sampled_from(FRAMINGS))
    head = HEADS[framing.header]
    fields = {row.key: draw(values(row)) for row in sorted(rows, key=lambda row: row.number)}
    odd = [row.key for row in rows if row.in_digits and len(fields[row.key]) % 2]
    padded = frozenset(key for key in odd if draw(st.booleans()))
    digits = 2 * framing.tpdu_length
    return Decoded(framing, draw(st.sampled_from(KINDS)), fields, head[:digits], head[digits:], padded)


def told(decoded: Decoded, frame: bytes) -> bytes:
    return json.dumps(as_json(Found(decoded, frame), UNIONPAY, "", clear=True), ensure_ascii=False).encode()


@settings(max_examples=150, deadline=None)
@given(messages())
def test_any_message_of_any_kind_in_any_framing_comes_back(message):
    (given_again,) = from_json(told(message, b""), "x", UNIONPAY)
    frame = encode_generic(given_again, UNIONPAY)
    decoded = decode_generic(frame, UNIONPAY, message.framing)
    assert (decoded.mti, decoded.tpdu, decoded.header) == (message.mti, message.tpdu, message.header)
    assert decoded.padded_by_f == message.padded_by_f
    (again,) = from_json(told(decoded, frame), "x", UNIONPAY)
    assert encode_generic(again, UNIONPAY) == frame
    if not decoded.forms:
        assert decoded.fields == message.fields


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(list(FRAMES)), st.sampled_from(FRAMINGS))
def test_the_bytes_of_other_peoples_messages_come_back_from_what_is_told_of_them(name, framing):
    frame = in_framing(name, framing)
    decoded = decode_any(frame, UNIONPAY)
    (again,) = from_json(told(decoded, frame), "x", UNIONPAY)
    assert encode_generic(again, UNIONPAY) == frame


HEAD = {"mti": "0200", "tpdu": "6000030000", "header": "603100311001"}


def said_of(capsys, message, language: str = "en") -> str:
    text = message if isinstance(message, str) else json.dumps({**HEAD, **message}, ensure_ascii=False)
    assert run(["encode", text, "--lang", language]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    return err


@pytest.mark.parametrize(("message", "words"), [
    ({"fields": {"4": "1.00"}}, ["field 4", "amount", "'1.00'", "allowed: 12 digits"]),
    ({"fields": {"11": "1"}}, ["field 11", "'1'", "6 digits"]),
    ({"fields": {"2": "620000975318012000000"}}, ["field 2", "21 are given", "at most 19 digits"]),
    ({"fields": {"41": "123"}}, ["field 41", "'123'", "8 bytes"]),
    ({"fields": {"62": "zz"}}, ["field 62", "bytes in hex"]),
    ({"fields": {"55": "9F2"}}, ["field 55", "bytes in hex"]),
    ({"fields": {"99": "1"}}, ["field 99", "no such field", "allowed: 2 to 64"]),
    ({"fields": {"04": "000000000100"}}, ["field 04", "no such field"]),
    ({"fields": {}, "mti": "02x0"}, ["mti", "'02x0'", "four digits"]),
    ({"fields": {}, "tpdu": "70"}, ["tpdu", "'70'", "10 hex digits"]),
    ({"fields": {}, "header": None}, ["header", "12 hex digits"]),
    ({"fields": {}, "framing": {"prefix": 1}}, ["prefix", "length_prefix, header, envelope"]),
    ({"fields": {}, "framing": {"envelope": "x"}}, ["envelope", "'x'", "bcd, binary"]),
    ({"felds": {}}, ["felds", "allowed: mti, fields, framing"]),
    ('{"mti": "0200", "fields": {"3": "000000", "3": "190000"}}', ["3 is given twice"]),
])
def test_a_message_that_cannot_be_made_is_refused_with_field_value_and_what_is_allowed(capsys, message, words):
    said = said_of(capsys, message)
    for each in words:
        assert each in said


def test_it_is_refused_in_chinese_too(capsys):
    said = said_of(capsys, {"fields": {"4": "1.00"}}, "zh")
    assert "第 1 条报文：域 4" in said
    assert "只能是 12 位数字" in said


@pytest.mark.parametrize("field", ["2", "14", "35", "36", "45", "52", "55", "62"])
def test_no_value_of_a_card_is_shown_when_it_is_refused(capsys, field):
    secret = "6200009753180120" * 12 + "!"
    assert "6200009753180120" not in said_of(capsys, {"fields": {field: secret}})
