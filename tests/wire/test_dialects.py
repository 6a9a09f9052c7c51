"""A dialect is one file: what is shipped is right, a second one is a few lines, a wrong one is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from wire_vectors import CODEC, FRAMES, KEYS, UNIONPAY

from simulator.wire.codec import Codec
from simulator.wire.dialects import DialectError, dialect_named, dialect_names, dialect_of
from simulator.wire.errors import WireError
from simulator.wire.generic import encode_generic
from simulator.wire.kinds import Kind
from simulator.wire.mac import WireSealer, mac_of
from simulator.wire.masked_frames import masked_frame
from simulator.wire.masking import mask_fields
from simulator.wire.message import Message
from simulator.wire.recognition import decode_any
from simulator.wire.subfields_shown import subfields_of

SECOND_FILE = Path(__file__).parent / "dialects" / "second-acquirer.toml"
SECOND = dialect_named(str(SECOND_FILE))
LIKE = 'title = "t"\nlike = "unionpay-pos"\n'
EXTRA = 'number = 57, name = "extra", title = "t", form = "ans", length = 20, prefix = 1'


def test_every_shipped_dialect_is_right():
    assert "unionpay-pos" in dialect_names()
    for name in dialect_names():
        assert set(dialect_named(name).kind) == set(Kind)


@pytest.mark.parametrize(("given", "words"), [
    ("unionpay", ["no dialect unionpay", 'did you mean "unionpay-pos"', "path of a .toml file"]),
    ("", ["no dialect", "allowed: unionpay-pos"]),
    ("nowhere/mine.toml", ["nowhere/mine.toml", "No such file"]),
    (".toml", ["No such file"]),
])
def test_an_unknown_dialect_is_refused_with_what_is_allowed(given, words):
    with pytest.raises(DialectError) as refused:
        dialect_named(given)
    assert [word for word in words if word not in str(refused.value)] == []


@pytest.mark.parametrize(("text", "words"), [
    ("", ["title"]), ("x", ["Expected"]), ('title = "t"\nlike = "other"', ["like", "unionpay-pos"]),
    (LIKE + "sizes = 1", ["sizes"]), (LIKE + "size_limit = 0", ["size_limit", "0 given"]),
    (LIKE + 'tpdu = "7000000000"', ["tpdu", "begin with 60"]),
    (LIKE + 'reply_tpdu = "turn"', ["reply_tpdu"]),
    (LIKE + 'mac = { algorithm = "MD5" }', ["MD5"]), (LIKE + 'mac = { form = "bcd" }', ["bcd"]),
    (LIKE + 'header = [{ name = "made_up", title = "t", digits = 2 }]', ["made_up", "value"]),
    (LIKE + 'header = [{ name = "terminal_status", title = "t", digits = 1 }]', ["odd"]),
    (LIKE + 'header = [{ name = "terminal_status", title = "t", digits = 2 }]', ["1 digits"]),
    (LIKE + 'shown_tags = ["5A"]', ["5A"]), (LIKE + 'shown_tags = ["9F1"]', ["9F1"]),
    (LIKE + f"fields = [{{ {EXTRA} }}, {{ {EXTRA} }}]", ["number 57", "twice"]),
    (LIKE + f'fields = [{{ {EXTRA.replace("57", "65")} }}]', ["65", "2 to 64"]),
    (LIKE + f'fields = [{{ {EXTRA.replace("= 1", "= 3")} }}]', ["prefix"]),
    (LIKE + f'fields = [{{ {EXTRA}, mask = "bare" }}]', ["bare"]),
    (LIKE + f'fields = [{{ {EXTRA}, mask = "pan" }}]', ["mask pan", "form n"]),
    (LIKE + f'fields = [{{ {EXTRA}, value = "{"x" * 21}" }}]', ["value"]),
    (LIKE + 'fields = [{ number = 2, name = "pan", title = "t", form = "n", length = 19, prefix = 1, mask = "shown" }]', ["pan", "card data"]),
    (LIKE + 'fields = [{ number = 2, name = "card", title = "t", form = "n", length = 19, prefix = 1 }]', ["none is named pan"]),
    (LIKE + 'fields = [{ number = 4, name = "amount_fen", title = "t", form = "b", length = 12 }]', ["amount_fen has form b"]),
    (LIKE + 'fields = [{ number = 60, name = "field60", title = "t", form = "n", length = 17, prefix = 2 }]', ["parts must begin with type_code"]),
    (LIKE + 'kinds = [{ kind = "sale", mti = "0100" }]', ["sale", "0200"]),
    (LIKE + 'kinds = [{ kind = "sale", mti = "0200" }]', ["sale", "reversible"]),
    (LIKE + 'kinds = [{ kind = "gift", mti = "0200" }]', ["gift"]),
    (LIKE + 'kinds = [{ kind = "balance", mti = "0200", type_code = "1" }]', ["balance", "2 digits"]),
    (LIKE + 'kinds = [{ kind = "balance", mti = "0200", processing_code = "000000", condition_code = "00", type_code = "22" }]', ["balance looks like sale"]),
])
def test_a_wrong_file_is_refused_by_what_is_wrong(text, words):
    with pytest.raises(DialectError) as refused:
        dialect_of(text, "mine", "mine.toml")
    said = str(refused.value)
    assert said.startswith("mine.toml: ")
    assert [word for word in words if word not in said] == [], said


def test_a_second_acquirer_says_only_what_is_different():
    assert len(SECOND_FILE.read_text().splitlines()) < 30
    assert (SECOND.mac.algorithm, SECOND.mac.form, SECOND.reply_tpdu) == ("X9.19", "raw", "echo")
    assert SECOND.framing.header == "tpdu+3"
    assert [row.key for row in SECOND.fields if row not in UNIONPAY.fields] == ["57"]
    assert SECOND.kind[Kind.SALE].type_code == "72"
    assert SECOND.kind[Kind.REFUND] == UNIONPAY.kind[Kind.REFUND]


def test_its_bytes_are_its_own_and_come_back():
    codec, key = Codec(SECOND), KEYS["MAK_single"]
    asked = replace(CODEC.decode(FRAMES["sale_req"]), mac=None)
    sealed = WireSealer(codec).seal(asked, key)
    frame = codec.encode(sealed)
    assert frame[2:10].hex().upper() == "6000120001" + "A70031"
    assert b"\x05POS01" in frame
    assert sealed.mac == mac_of(SECOND.mac, key, frame[10:-8])
    heard = Codec(SECOND).decode(frame)
    assert heard.others == (("57", "POS01"),)
    assert WireSealer(Codec(SECOND)).is_sealed(heard, key)
    assert codec.reply_tpdu(frame) == "6000120001"
    decoded = decode_any(frame, SECOND)
    assert encode_generic(decoded, SECOND) == frame
    assert subfields_of(decoded, SECOND)["header"]["acquirer_code"] == "A7"
    with pytest.raises(WireError):
        CODEC.decode(frame)


def test_a_constant_is_in_every_request_and_in_no_reply():
    codec = Codec(SECOND)
    for mti, there in (("0200", True), ("0820", True), ("0400", True), ("0210", False), ("0830", False)):
        message = codec.decode(codec.encode(Message(mti=mti, stan=1)))
        assert (dict(message.others) == {"57": "POS01"}) is there
    told = Message(mti="0200", stan=1, others=(("57", "OTHER"),))
    assert codec.decode(codec.encode(told)).others == (("57", "OTHER"),)


@pytest.mark.parametrize("form", ["raw", "hex"])
@pytest.mark.parametrize("algorithm", ["CUP-ECB", "X9.19"])
def test_each_algorithm_fills_f64_with_bytes_or_characters(algorithm, form):
    rule = replace(UNIONPAY.mac, algorithm=algorithm, form=form)
    raw = mac_of(replace(rule, form="raw"), KEYS["PIK"], b"content")
    made = mac_of(rule, KEYS["PIK"], b"content")
    assert len(made) == 8
    assert made == (raw if form == "raw" else raw.hex().upper().encode()[:8])


def test_a_field_of_which_nothing_is_said_is_hidden():
    dialect = dialect_of(LIKE + f"fields = [{{ {EXTRA} }}]", "mine", "mine.toml")
    codec = Codec(dialect)
    frame = codec.encode(Message(mti="0200", others=(("57", "6234567890123456"),)))
    assert mask_fields({"57": "6234567890123456"}, dialect) == {"57": "*" * 16}
    assert b"6234567890123456" not in masked_frame(frame, dialect)


def test_a_changed_message_has_no_bytes_of_the_one_it_was():
    codec, key = Codec(UNIONPAY), KEYS["MAK_single"]
    heard = codec.decode(FRAMES["sale_req"])
    assert WireSealer(codec).is_sealed(heard, key)
    assert not WireSealer(codec).is_sealed(replace(heard, amount_fen=1), key)
    assert codec.encode(replace(heard, amount_fen=1)) != FRAMES["sale_req"]
