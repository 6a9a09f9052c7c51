"""Texts as people have them: whatever the form, the framing and the widths, the messages are found, and no other."""

from __future__ import annotations

import base64
import doctest
import json
import random
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from capture_files import LINKS, pcap, segment, six
from hypothesis import given, settings
from hypothesis import strategies as st
from text_forms import DUMPS, FORMS, MANY, lines, tcpdump, wireshark, xxd

from simulator.commands.inputs import InputError
from simulator.commands.sources import messages_of
from simulator.dumps import cleaning, languages, rows
from simulator.dumps import lines as text_lines
from simulator.wire.dialects import usual_dialect

sys.path.insert(0, str(Path(__file__).parents[1] / "wire"))
from framed_vectors import in_framing
from wire_vectors import FRAMES

UNIONPAY = usual_dialect()
NAMES = list(FRAMES)
FRAMINGS = list(UNIONPAY.framings.values())
USUAL = UNIONPAY.framing
any_message = st.builds(in_framing, st.sampled_from(NAMES), st.sampled_from(FRAMINGS))
a_message = st.builds(in_framing, st.sampled_from(NAMES), st.just(USUAL))


def read(text: str | bytes):
    return messages_of(text if isinstance(text, bytes) else text.encode(), "x", UNIONPAY)


def holds(text: str | bytes, wanted: list[bytes]) -> None:
    found, unread = read(text)
    assert [one.frame.hex() for one in found] == [each.hex() for each in wanted], text
    assert not any(one.damages for one in found), text
    assert not unread, (unread, text)


@pytest.mark.parametrize("module", [cleaning, languages, rows, text_lines])
def test_examples_in_the_text_hold(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("form", FORMS)
def test_each_form_gives_its_message_and_nothing_else(form):
    for name in ("sale_req", "sale_resp_00", "echo_req", "settle_req", "own-gbk-text", "own-track2-odd-0"):
        holds(FORMS[form](FRAMES[name]), [FRAMES[name]])


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(list(FORMS)), any_message)
def test_any_message_in_any_framing_in_any_form(form, message):
    holds(FORMS[form](message), [message])


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(list(MANY)), st.lists(a_message, min_size=2, max_size=5))
def test_many_in_one_form(form, messages):
    holds(MANY[form](messages), messages)


def filled_lines(message: bytes) -> list[int]:
    """Widths of lines of which base64 of a message fills the last one too."""
    size = len(base64.b64encode(message))
    return [width for width in range(24, 80, 4) if size % width == 0]


@pytest.mark.parametrize("name", NAMES)
def test_base64_that_fills_its_last_line_is_a_message_by_itself(name):
    """One of three bytes that are left over, two, or none: there is a filler, or nothing, before the next."""
    message = in_framing(name, USUAL)
    for width in filled_lines(message):
        def wrapped(octets, width=width):
            digits = base64.b64encode(octets).decode()
            return "\n".join(digits[at:at + width] for at in range(0, len(digits), width)) + "\n"

        others = [in_framing(each, USUAL) for each in ("signin_req", name, "sale_req")]
        holds("".join(map(wrapped, [message, *others])), [message, *others])


def test_all_fillers_of_base64_are_among_them():
    sizes = {len(message) % 3 for message in (in_framing(name, USUAL) for name in NAMES) if filled_lines(message)}
    assert sizes == {0, 1, 2}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(list(FORMS)), a_message), min_size=2, max_size=4))
def test_forms_may_change_within_a_text(several):
    text = "\n\nthe next one, as they sent it:\n\n".join(FORMS[form](message) for form, message in several)
    holds(text, [message for _, message in several])


@settings(max_examples=50, deadline=None)
@given(a_message, st.integers(2, 50), st.sampled_from(["", " ", ":"]), st.sampled_from(["\n", "\r\n", "\n  ", "\n\t"]))
def test_lines_of_any_width_are_put_together(message, width, between, end):
    holds(end.join(lines(message, width, between)), [message])


@settings(max_examples=40, deadline=None)
@given(a_message, st.integers(5, 160))
def test_digits_that_are_broken_anywhere_are_put_together(message, width):
    digits = message.hex()
    holds("\n".join(digits[at:at + width] for at in range(0, len(digits), width)), [message])


@settings(max_examples=60, deadline=None)
@given(a_message, st.integers(1, 32), st.sampled_from([1, 2, 4]))
def test_dumps_of_any_width_are_read(message, width, size):
    holds(xxd(message, width * size, size), [message])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gbk"])
@pytest.mark.parametrize("form", ["log: Chinese, wrapped", "log: Chinese", "digits: digits", "dump: xxd", "program: C"])
def test_any_encoding_of_a_text(form, encoding):
    holds(FORMS[form](FRAMES["sale_req"]).encode(encoding), [FRAMES["sale_req"]])


@settings(max_examples=60, deadline=None)
@given(st.lists(a_message, min_size=2, max_size=5), st.data())
def test_a_line_that_is_damaged_is_named_by_its_number_and_costs_no_other(messages, data):
    at = data.draw(st.integers(0, len(messages) - 1))
    text = [each.hex(" ") for each in messages]
    place = data.draw(st.integers(1, len(messages[at]) - 1)) * 3
    text[at] = text[at][:place] + "ZZ" + text[at][place + 2:]
    found, unread = read("\n".join(text))
    assert [one.frame for one in found] == messages[:at] + messages[at + 1:]
    assert [one.facts["line"] for one in unread] == [at + 1]


# ---- dumps of packets ----------------------------------------------------------------------------

PACKET_FORMS = [f"dump: {name}" for name in DUMPS if name not in {"hexdump", "od -x"}] + [
    "digits: digits", "digits: blanks", "digits: wrapped", "digits: 0x", "program: C", "program: C with remarks", "program: C, texts",
    "program: Python", "program: base64", "log: level", "log: dump below", "log: Android, wrapped"]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PACKET_FORMS), st.sampled_from(["ethernet", "raw", "cooked", "vlan", "loopback"]), a_message,
       st.booleans())
def test_a_packet_as_a_dump_gives_its_message(form, link, message, is_six):
    packet = segment(0, message)
    carried = bytes(LINKS[link][1](six(packet) if is_six and link == "raw" else packet))
    holds(FORMS[form](carried), [message])


@pytest.mark.parametrize("dump", [tcpdump, lambda octets: tcpdump(octets, shows=False), wireshark, xxd])
def test_dumps_of_packets_are_read_as_a_capture_in_any_order_and_segments(dump):
    up, down = FRAMES["sale_req"], FRAMES["sale_resp_00"]
    packets = [
        segment(-1, flags="S"), segment(40, up[40:]), segment(0, up[:40]), segment(0, up[:40]),
        segment(0, down, up=False), segment(len(up), FRAMES["echo_req"])]
    text = "\n".join(dump(bytes(LINKS["ethernet"][1](each))) for each in packets)
    holds(text, [up, down, FRAMES["echo_req"]])
    found, _ = read(text)
    assert found[0].sender == "10.0.0.1:49152"
    gone, unread = read("\n".join(dump(bytes(LINKS["raw"][1](each))) for each in (*packets[:1], *packets[2:])))
    assert [one.frame for one in gone if not one.damages] == [down, FRAMES["echo_req"]]
    assert any(f"{len(up) - 40} bytes were not captured" in one.text for one in unread)


# ---- what is no message, by name -------------------------------------------------------------------

STRANGERS = {
    "jPOS": '<isomsg direction="outgoing">\n  <field id="0" value="0800"/>\n</isomsg>\n',
    "daozhang encode": "MTI: 0200\nF2: 6200000000000000\nF3: 000000\nF4: 000000000100\n",
    "PEM": "-----BEGIN PUBLIC KEY-----\nMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJB\n-----END PUBLIC KEY-----\n",
    "S-format": "S1130000285F245F2212226A000424290008237C2A\nS9030000FC\n",
    "EBCDIC": "F0F2F0F0" + "F7F2F3C1F4F0F0F1F2F0F8F0C3F0F0F0" + "F1F6" * 10,
    "ISO 8583 in ASCII": "0200723A40012080C000166200009753180120".encode("ascii").hex(),
    "chip data": "9F2608DEAE676D1C4734119F2701809F101307020103A0A806010A01000000000098F01F529F3704AA0FBE65",
    "zip": b"PK\x03\x04\x14\0\0\0\x08\0" + bytes(60), "picture": b"\x89PNG\r\n\x1a\n" + bytes(60),
    "neither pcap": b"snoop\0\0\0\0\0\0\x02\0\0\0\x04" + bytes(60), "PDF": b"%PDF-1.7\n\x80\x81\0" + bytes(60),
    "gzip alone": b"BZh91AY&SY" + bytes(range(60)), "TLS": b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03" + bytes(50),
    "HTTP": b"POST /iso8583 HTTP/1.1\r\nHost: x\r\n\r\n\0\0\0",
}


@pytest.mark.parametrize("words", STRANGERS)
def test_what_is_known_and_not_read_is_told_by_its_name(words):
    given_text = STRANGERS[words]
    found, unread = read(given_text)
    assert not [one for one in found if not one.damages]
    assert words in " ".join(one.text for one in unread)
    assert any(one.is_loss for one in unread)


@settings(max_examples=80, deadline=None)
@given(st.one_of(st.text(), st.binary(), st.text(alphabet="0123456789abcdefABCDEF x\\:,[]{}()<>\n\"'|*#;/=+-")))
def test_no_text_whatever_breaks_the_decoder(text):
    with suppress(InputError):
        read(text)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(list(FORMS)), a_message, st.randoms(use_true_random=False))
def test_no_damaged_form_breaks_the_decoder(form, message, chance: random.Random):
    text = list(FORMS[form](message))
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(text))
        text[at] = chance.choice(["", "\n", "0", "z", " ", "\\", '"', "[", "*", text[at] * 2])
    read("".join(text) or "0")


# ---- beside the tools themselves -------------------------------------------------------------------

TOOLS = {
    "xxd": ["xxd"], "xxd -c 8": ["xxd", "-c", "8"], "xxd -g 4": ["xxd", "-g", "4"], "xxd -b": ["xxd", "-b"],
    "hexdump -C": ["hexdump", "-v", "-C"], "hexdump": ["hexdump", "-v"], "od -t x1": ["od", "-v", "-t", "x1"],
    "od -A d -t x1": ["od", "-v", "-A", "d", "-t", "x1"], "od -x": ["od", "-v", "-x"], "od -b": ["od", "-v", "-b"],
}


@pytest.mark.parametrize("form", TOOLS)
def test_the_forms_above_are_those_of_the_tools(form):
    if shutil.which(TOOLS[form][0]) is None:
        pytest.skip(f"{TOOLS[form][0]} is not installed")
    for message in (FRAMES["sale_req"], FRAMES["echo_req"]):
        done = subprocess.run(TOOLS[form], input=message, capture_output=True, check=True)
        assert [line.split() for line in done.stdout.decode().splitlines()] == [
            line.split() for line in DUMPS[form](message).splitlines()]
        holds(done.stdout, [message])


@pytest.mark.parametrize("command", [["hexdump", "-C"], ["hexdump"], ["od", "-x"], ["od", "-A", "x", "-t", "x1"],
                                     ["od", "-A", "d", "-t", "x1z"], ["xxd", "-a"], ["od", "-b"]])
def test_rows_that_a_tool_leaves_out_as_repeated_are_put_back(command):
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    fields = bytes.fromhex("000002") + b"1" * 8 + bytes.fromhex("0160") + bytes(80)  # F11, F41, F48 of zeros
    body = bytes.fromhex("600003000060310031100102000020000000810000") + fields
    message = len(body).to_bytes(2, "big") + body
    found, _ = read(message)
    assert not found[0].damages
    done = subprocess.run(command, input=message, capture_output=True, check=True)
    assert b"*" in done.stdout
    holds(done.stdout, [message])


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_what_tshark_prints_of_packets_is_read(tmp_path):
    messages = [FRAMES["sale_req"], FRAMES["echo_req"]]
    (tmp_path / "x.pcap").write_bytes(pcap([
        segment(-1, flags="S"), segment(0, messages[0]), segment(len(messages[0]), messages[1])]))
    for more in (["-x"], ["-x", "-P"], ["-q", "-z", "follow,tcp,hex,0"], ["-q", "-z", "follow,tcp,raw,0"],
                 ["-T", "json", "-e", "tcp.payload"], ["-T", "fields", "-e", "frame.number", "-e", "tcp.payload"]):
        done = subprocess.run(["tshark", "-r", str(tmp_path / "x.pcap"), *more], capture_output=True, check=True)
        found, _ = read(done.stdout)
        assert [one.frame for one in found if not one.damages] == messages, more


def test_base64_of_several_messages_on_lines_of_their_own():
    messages = [FRAMES["sale_req"], FRAMES["echo_req"]]
    holds("\n".join(base64.b64encode(each).decode() for each in messages), messages)


@given(a_message, st.data())
def test_a_damaged_one_beside_a_whole_one_on_a_line_is_told(message, data):
    """It begins as a message does, and one of its bytes is missing, or its end: no word of it was said."""
    cut = data.draw(st.integers(USUAL.before_mti + 2, len(message) - 1))
    damaged = message[:cut] if data.draw(st.booleans()) else message[:cut] + message[cut + 1:]
    for pair in ([message, damaged], [damaged, message]):
        for text in (f"TX: {pair[0].hex()} RX: {pair[1].hex()}", json.dumps([list(each) for each in pair])):
            found, unread = read(text)
            assert message in [one.frame for one in found], text
            assert unread or any(one.damages for one in found), text
