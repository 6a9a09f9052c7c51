"""``daozhang decode`` and ``encode`` as a user meets them: output, exit code, one clear line."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.l2 import ARP, Ether
from scapy.utils import wrpcap

from hil.commands.entry import run
from simulator.commands.message_shown import printable
from simulator.commands.sources import messages_of
from simulator.report.pcap import write_pcap
from simulator.trace.records import WireCarried
from simulator.wire.dialects import usual_dialect

FOLDER = Path(__file__).parents[2] / "fixtures" / "vectors"
VECTORS = {
    vector["id"]: vector
    for name in ("minted", "public", "more", "odd")
    for vector in json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["vectors"]
}
HEX = {name: vector["hex"] for name, vector in VECTORS.items()}
PAN = "6200009753180120"
MAK = "0102030405060708"
every_vector = pytest.mark.parametrize("name", list(HEX))


@pytest.fixture
def program(capsys):
    def call(*arguments):
        capsys.readouterr()
        code = run(list(arguments))
        said = capsys.readouterr()
        return code, said.out, said.err
    return call


def piped(*arguments, given=b""):
    return subprocess.run(
        [sys.executable, "-m", "hil.commands.entry", *arguments], input=given, capture_output=True,
        timeout=60, check=False,
    )


# ---- decode ----------------------------------------------------------------------------------


@every_vector
def test_json_has_the_fields_of_the_vector_and_encodes_to_its_bytes(program, name):
    code, out, _ = program("decode", HEX[name], "--json", "--clear")
    shown = json.loads(out)
    assert code == 0
    assert shown["fields"] == VECTORS[name]["fields"]
    assert shown["mti"] == VECTORS[name]["mti"]
    code, out, _ = program("encode", out)
    assert (code, out.strip()) == (0, HEX[name])


@every_vector
def test_text_names_every_field_and_hides_card_data(program, name):
    code, out, _ = program("decode", HEX[name])
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()[1:] if line[:4].strip()] == list(
        VECTORS[name]["fields"])
    for field in ("2", "35", "52"):
        value = VECTORS[name]["fields"].get(field, "")
        assert not value or set(value) == {"0"} or value not in out


def test_text_of_a_reply_says_what_it_means(program):
    _, out, _ = program("decode", HEX["own-gbk-text"])
    assert out.startswith("0210 sale reply\n")
    assert "55  密码错" in out
    assert "CUP密码错误" in out
    assert "620000******0120" in out


@pytest.mark.parametrize(("mti", "code", "words"), [
    ("0400", "98", "no reply in time"), ("0400", "A0", "approved with a bad MAC"),
    ("0400", "06", "another reason"), ("0400", "25", "no reason of a reversal"),
    ("0410", "25", "没有原始交易"),
])
def test_f39_of_a_request_to_reverse_is_a_reason_and_of_an_answer_a_response_code(program, mti, code, words):
    given = json.dumps({"mti": mti, "tpdu": "6000030000", "header": "603100311001",
                        "fields": {"11": "000002", "39": code}})
    _, out, _ = program("decode", program("encode", given)[1].strip())
    (line,) = (line for line in out.splitlines() if line.startswith("  39"))
    assert words in line
    assert ("reason of the reversal" in line) == (mti == "0400")


@pytest.mark.parametrize("algorithm", ["CUP-ECB", "X9.19"])
@pytest.mark.parametrize("name", ["sale_req", "echo_req", "sale_resp_00"])
def test_encode_seals_under_a_key_what_decode_then_finds_good(program, name, algorithm):
    given = program("decode", HEX[name], "--json", "--clear")[1]
    key = ("--mac-key", MAK, "--mac", algorithm)
    made = program("encode", given, *key)[1].strip()
    code, out, _ = program("decode", made, "--json", "--clear", *key)
    assert (code, json.loads(out)["mac"]["check"]) == (0, "good")
    same = {number: value for number, value in json.loads(out)["fields"].items() if number != "64"}
    assert same == {number: value for number, value in VECTORS[name]["fields"].items() if number != "64"}
    if name == "sale_req" and algorithm == "CUP-ECB":
        assert made == HEX["sale_req"]  # sealed outside this program under the same key


def test_pads_are_told_only_where_they_are_f(program):
    assert json.loads(program("decode", HEX["own-card-sequence-f"], "--json")[1])["pads"] == {"23": "F"}
    assert "pads" not in json.loads(program("decode", HEX["own-track2-odd-0"], "--json")[1])


def test_framing_is_told_and_can_be_demanded(program):
    _, out, _ = program("decode", HEX["whty-signin-req"], "--json")
    shown = json.loads(out)
    assert shown["framing"] == {"length_prefix": False, "header": "none"}
    assert (shown["tpdu"], shown["header"], shown["mac"]) == (None, None, None)
    code, _, err = program("decode", HEX["whty-signin-req"], "--framing", "length+tpdu+header")
    assert code == 2
    assert "field length at offset 0" in err


@pytest.mark.parametrize(("key", "algorithm", "verdict", "code"), [
    (MAK, "CUP-ECB", "good", 0), (MAK[::-1], "CUP-ECB", "bad", 1), (MAK, "X9.19", "bad", 1),
])
def test_mac_is_checked_under_the_given_key(program, key, algorithm, verdict, code):
    got, out, _ = program("decode", HEX["sale_req"], "--json", "--mac-key", key, "--mac", algorithm)
    assert got == code
    assert json.loads(out)["mac"] == {"value": VECTORS["sale_req"]["fields"]["64"], "check": verdict}


def test_files_of_frames_of_hex_and_standard_input_give_the_same(program, tmp_path):
    names = ["echo_req", "sale_req", "settle_req"]
    octets = b"".join(bytes.fromhex(HEX[name]) for name in names)
    (tmp_path / "frames.bin").write_bytes(octets)
    (tmp_path / "lines.hex").write_text("\n\n".join(HEX[name].lower() for name in names) + "\n")
    spaced = octets.hex(" ")
    (tmp_path / "wrapped.hex").write_text(
        "\n".join(spaced[at:at + 48] for at in range(0, len(spaced), 48)))
    shown = [program("decode", str(tmp_path / name), "--json")[1]
             for name in ("frames.bin", "lines.hex", "wrapped.hex")]
    assert len(json.loads(shown[0])) == 3
    assert shown[0] == shown[1] == shown[2]
    done = piped("decode", "--json", given=octets)
    assert json.loads(done.stdout) == json.loads(shown[0])
    assert piped("decode", "-", "--json", given=HEX["echo_req"].encode()).returncode == 0


def test_decode_and_encode_make_a_pipe():
    decoded = piped("decode", HEX["vfwz-pay_request"], "--clear", "--json")
    assert piped("encode", given=decoded.stdout).stdout.decode().strip() == HEX["vfwz-pay_request"]


# ---- captures --------------------------------------------------------------------------------


def carried(*names):
    return [
        WireCarried(1_000 * n, "link.1", *(
            ("terminal.1", "acquirer") if VECTORS[name]["mti"][2] in "024" else ("acquirer", "terminal.1")
        ), HEX[name]) for n, name in enumerate(names)
    ]


def test_capture_gives_its_messages_in_order_both_ways(program, tmp_path):
    names = ("signin_req", "signin_resp_40", "sale_req", "sale_resp_00")
    write_pcap(tmp_path / "run.pcap", carried(*names))
    code, out, err = program("decode", str(tmp_path / "run.pcap"), "--json", "--clear")
    shown = json.loads(out)
    assert (code, err) == (0, "")
    assert [one["fields"] for one in shown] == [VECTORS[name]["fields"] for name in names]
    assert [one["from"] for one in shown] == ["10.0.0.1:49152", "10.255.0.1:8583"] * 2
    assert [one["at_ms"] for one in shown] == [0, 1_000, 2_000, 3_000]


def test_repeated_split_and_disordered_segments_are_put_in_order(tmp_path):
    octets = bytes.fromhex(HEX["sale_req"] + HEX["echo_req"])
    start = 2**32 - 40  # the numbers wrap within the message
    segments = [(0, 30), (60, 90), (20, 70), (0, 30), (90, len(octets)), (60, 90)]
    wrpcap(str(tmp_path / "x.pcap"), [
        Ether() / IP(src="10.0.0.1", dst="10.0.0.2")
        / TCP(sport=1, dport=2, flags="PA", seq=(start + a) % 2**32) / octets[a:b]
        for a, b in segments
    ])
    found, _ = messages_of((tmp_path / "x.pcap").read_bytes(), "x", usual_dialect())
    assert [one.frame.hex().upper() for one in found] == [HEX["sale_req"], HEX["echo_req"]]


def test_foreign_streams_are_passed_over_with_a_notice(program, tmp_path):
    message = bytes.fromhex(HEX["echo_req"])
    wrpcap(str(tmp_path / "mixed.pcap"), [
        Ether() / ARP(),
        Ether() / IP() / UDP() / b"x",
        Ether() / IP(src="10.0.0.9") / TCP(sport=80, flags="PA", seq=7) / b"GET / HTTP/1.1\r\n",
        Ether() / IP(src="10.0.0.1") / TCP(sport=5, flags="PA", seq=7) / message,
    ])
    code, out, err = program("decode", str(tmp_path / "mixed.pcap"), "--json")
    assert code == 0
    assert len(json.loads(out)) == 1
    assert "10.0.0.9:80 > 127.0.0.1:80: skipped" in err


def stream_in(path, *pieces):
    """A capture of one direction, each piece a segment behind the one before."""
    at, packets = 7, []
    for piece in pieces:
        packets.append(Ether() / IP(src="10.0.0.1", dst="10.0.0.2")
                       / TCP(sport=1, dport=2, flags="PA", seq=at) / piece)
        at += len(piece)
    wrpcap(str(path), packets)


def octets(*names):
    return [bytes.fromhex(HEX[name]) for name in names]


def test_keep_alives_between_messages_are_passed_over(program, tmp_path):
    first, second, third = octets("signin_req", "sale_req", "echo_req")
    stream_in(tmp_path / "x.pcap", bytes(2) + first, bytes(4), second + bytes(2), third)
    code, out, err = program("decode", str(tmp_path / "x.pcap"), "--json", "--clear")
    assert (code, err) == (0, "")
    assert [one["fields"] for one in json.loads(out)] == [
        VECTORS[name]["fields"] for name in ("signin_req", "sale_req", "echo_req")]


def segments_in(path, content, places):
    wrpcap(str(path), [
        Ether() / IP(src="10.0.0.1", dst="10.0.0.2")
        / TCP(sport=1, dport=2, flags="PA", seq=(2**32 - 20 + a) % 2**32) / content[a:b]
        for a, b in places])


def test_the_first_segments_may_come_in_any_order(program, tmp_path):
    names = ("signin_req", "sale_req", "echo_req")
    content = b"".join(octets(*names))
    cuts = [0, 40, 95, 160, len(content)]
    places = list(pairwise(cuts))
    segments_in(tmp_path / "x.pcap", content, [places[n] for n in (1, 0, 3, 2)])
    code, out, err = program("decode", str(tmp_path / "x.pcap"), "--json", "--clear")
    assert (code, err) == (0, "")
    assert [one["fields"] for one in json.loads(out)] == [VECTORS[name]["fields"] for name in names]


def test_what_was_not_captured_is_told_with_its_length_and_costs_its_own_message_only(program, tmp_path):
    first, second, third = octets("signin_req", "sale_req", "echo_req")
    content = first + second + third
    lost = (len(first) + 20, len(first) + 50)
    segments_in(tmp_path / "x.pcap", content, [(0, lost[0]), (lost[1], len(content))])
    code, out, err = program("decode", str(tmp_path / "x.pcap"), "--json", "--clear")
    shown = json.loads(out)
    assert code == 2
    assert [one["fields"] for one in shown if "damage" not in one] == [
        VECTORS["signin_req"]["fields"], VECTORS["echo_req"]["fields"]]
    assert "30 bytes were not captured" in err


def test_a_damaged_message_in_a_capture_loses_none_of_the_others(program, tmp_path):
    first, second, third = octets("signin_req", "sale_req", "echo_req")
    bad = second.replace(bytes.fromhex("0014220000010005"), bytes.fromhex("FF14220000010005"))
    stream_in(tmp_path / "x.pcap", first + bad, third)
    code, out, err = program("decode", str(tmp_path / "x.pcap"), "--json", "--clear")
    shown = json.loads(out)
    assert code == 2
    wanted = {key: value for key, value in VECTORS["sale_req"]["fields"].items() if key != "60"}
    assert [one["fields"] for one in shown] == [
        VECTORS["signin_req"]["fields"], wanted, VECTORS["echo_req"]["fields"]]
    offset = len(first) + bad.index(bytes.fromhex("FF14"))
    assert shown[1]["damage"] == {
        "field": "60", "offset": offset, "reason": "the length is no number",
        "unread": bad[bad.index(bytes.fromhex("FF14")):-8].hex().upper()}  # F64 behind it is read
    assert f"field 60 at offset {offset}" in err
    assert PAN not in err
    masked = json.loads(program("decode", str(tmp_path / "x.pcap"), "--json")[1])
    assert set(masked[1]["damage"]["unread"]) == {"*"}
    assert program("encode", json.dumps(shown[1]))[0] == 2


def test_a_capture_that_ends_inside_a_message_gives_the_whole_ones_and_a_word(program, tmp_path):
    first, second = octets("signin_req", "sale_req")
    stream_in(tmp_path / "x.pcap", first, second[:12])
    code, out, err = program("decode", str(tmp_path / "x.pcap"), "--json", "--clear")
    assert code == 2
    assert [one["fields"] for one in json.loads(out)] == [VECTORS["signin_req"]["fields"]]
    assert "12 bytes left over" in err


# ---- damage ----------------------------------------------------------------------------------


def test_a_cut_message_shows_what_was_read_of_it(program):
    code, out, err = program("decode", HEX["sale_req"][:-40])
    assert code == 2
    assert "620000******0120" in out
    assert "field length at offset 0" in out
    assert "field length at offset 0" in err
    assert PAN not in out + err


def test_what_is_left_over_behind_a_message_is_told(program, tmp_path):
    code, out, err = program("decode", HEX["sale_req"] + "00")
    assert (code, out.splitlines()[0]) == (2, "0200 sale")
    assert "1 byte left over" in err
    (tmp_path / "trail.bin").write_bytes(bytes.fromhex(HEX["sale_req"]) + b"\n")
    code, out, err = program("decode", str(tmp_path / "trail.bin"))
    assert (code, out.splitlines()[0]) == (0, "0200 sale")
    assert "1 byte left over" in err


def xxd(octets):
    """As ``xxd`` prints it: offset, pairs of bytes, characters."""
    for at in range(0, len(octets), 16):
        part = octets[at:at + 16]
        pairs = " ".join(part[n:n + 2].hex() for n in range(0, len(part), 2))
        yield f"{at:08x}: {pairs:<39}  " + "".join(chr(b) if 32 <= b < 127 else "." for b in part)


def texts_of(octets):
    digits = octets.hex()
    array = ", ".join(f"0x{byte:02X}" for byte in octets)
    return {
        "xxd": "\n".join(xxd(octets)) + "\n", "array": f"{{ {array} }};\n", "lines": array.replace(", ", ",\n"),
        "remark": f"# sale at till 1\n{digits}\n", "behind": f"{digits}  // sale\n", "bom": "\ufeff" + digits,
    }


@pytest.mark.parametrize("form", list(texts_of(b"")))
@pytest.mark.parametrize("name", ["sale_req", "own-gbk-text", "cup64-signin"])
def test_a_message_is_found_in_whatever_text_it_is_kept(program, tmp_path, name, form):
    (tmp_path / "x.txt").write_text(texts_of(bytes.fromhex(HEX[name]))[form], encoding="utf-8")
    code, out, err = program("decode", str(tmp_path / "x.txt"), "--json", "--clear")
    assert (code, err) == (0, "")
    assert json.loads(out)["fields"] == VECTORS[name]["fields"]


def test_a_bad_line_is_named_and_the_good_ones_are_shown(program, tmp_path):
    (tmp_path / "x.txt").write_text(
        f"{HEX['sale_req']}\n{HEX['echo_req'][:30]}\n{HEX['signin_req']}\nABC\n")
    code, out, err = program("decode", str(tmp_path / "x.txt"), "--json", "--clear")
    assert code == 2
    assert [one["fields"] for one in json.loads(out)] == [
        VECTORS[name]["fields"] for name in ("sale_req", "signin_req")]
    assert "line 2" in err
    assert "line 4: an odd number" in err


@pytest.mark.parametrize(("field", "value", "words"), [
    ("59", "A3019123", "A3 announces 19 bytes, 3 follow"), ("60", "220000010", "9 digits are no whole parts"),
    ("60", "220000", "6 digits are no whole parts"), ("61", "00000100000", "11 digits are no whole parts"),
    ("55", "9F2602AA", "is not made of whole elements"), ("48", "990000", "announced"),
])
def test_contents_that_do_not_add_up_are_carried_whole_and_marked(program, field, value, words):
    given = json.dumps({"mti": "0200", "tpdu": "6000030000", "header": "603100311001",
                        "fields": {"11": "000002", "41": "10000001", field: value}})
    made = program("encode", given)[1].strip()
    code, out, _ = program("decode", made, "--json", "--clear")
    shown = json.loads(out)
    assert (code, shown["fields"][field]) == (0, value)
    assert words in shown["unread"][field]
    assert program("encode", out)[1].strip() == made
    assert words in " ".join(program("decode", made)[1].split())


# ---- bad input -------------------------------------------------------------------------------


def bad_files(folder):
    (folder / "empty").write_bytes(b"")
    (folder / "blank").write_bytes(b" \n")
    (folder / "noise").write_bytes(bytes(range(256)))
    (folder / "broken.pcap").write_bytes(b"\xd4\xc3\xb2\xa1" + b"\xff" * 11)
    (folder / "headers.pcap").write_bytes(
        bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000") + b"\x01" * 30)
    (folder / "broken.pcapng").write_bytes(b"\x0a\x0d\x0d\x0a" + b"\x00" * 40)
    (folder / "text.json").write_text("{")
    (folder / "folder").mkdir()
    return ["empty", "blank", "noise", "broken.pcap", "headers.pcap", "broken.pcapng", "text.json",
            "folder", "missing"]


@pytest.mark.parametrize("command", ["decode", "encode"])
def test_bad_files_give_one_clear_line_and_exit_2(program, tmp_path, command):
    for name in bad_files(tmp_path):
        code, out, err = program(command, str(tmp_path / name))
        assert (code, out) == (2, ""), name
        assert len(err.splitlines()) == 1, name
        assert err.startswith("daozhang: "), name
        assert name in err, name


@pytest.mark.parametrize(("arguments", "said"), [
    (["decode", "00"], "field"),
    (["decode", "0"], "odd number"),
    (["decode", ""], "no message given"),
    (["decode", HEX["sale_req"], "--framing", "some"], "allowed are auto, length+tpdu+header"),
    (["decode", HEX["sale_req"], "--mac-key", "xy"], "--mac-key: no hexadecimal number"),
    (["decode", HEX["sale_req"], "--mac-key", "0011"], "16 or 32 hex digits"),
    (["decode", HEX["sale_req"], "--mac", "MD5"], "allowed are CUP-ECB, X9.19"),
    (["decode", "\0"], "null"),
    (["decode", "x" * 5000], "too long"),
    (["decode", "--unknown"], "No such option"),
    (["decode", "a", "b"], "unexpected extra argument"),
    (["nonsense"], "No such command"),
    (["encode", "{}"], "mti"),
    (["encode", "[1]"], "Expected `object`"),
    (["encode", '{"mti": "0200", "fields": {"3": 1}}'], "Expected `str`"),
    (["encode", '{"mti": "0200", "framing": {"length_prefix": false, "header": "none"}, "fields": {"1": "1"}}'],
     "no such field"),
    (["encode", '{"mti": "0200", "tpdu": "6000030000", "header": "603100311001", "fields": {"3": "1"}}'],
     "field 3"),
    (["encode", '{"mti": "0200", "fields": {}}'], "field tpdu"),
    (["encode", '{"mti": "0200", "fields": {}, "pads": {"41": "F"}}'], "field 41 is not made of digits"),
    (["encode", '{"mti": "0200", "fields": {}, "pads": {"35": "E"}}'], "pads"),
    (["encode", '{"mti": "0200", "fields": {}, "framing": {"header": "x"}}'], "framing"),
])
def test_bad_arguments_give_one_clear_line_and_exit_2(program, arguments, said):
    code, out, err = program(*arguments)
    assert (code, out) == (2, "")
    assert said.lower() in err.lower()
    assert len(err.splitlines()) == 1


def test_masked_values_are_not_encoded(program):
    _, masked, _ = program("decode", HEX["sale_req"], "--json")
    assert PAN not in masked
    code, _, err = program("encode", masked)
    assert code == 2
    assert "decode with --clear" in err


def test_errors_hide_card_data(program):
    damaged = HEX["sale_req"].replace("3130303030303031", "FF30303030303031").replace("0014220000010005", "FF14220000010005")
    code, _, err = program("decode", damaged)
    assert code == 2
    assert PAN not in err
    assert "field 60 at offset" in err


def test_control_characters_never_reach_the_terminal(program):
    assert printable("a\x1b[2J") == "a\\x1b[2J"
    _, out, _ = program("decode", HEX["vfwz-pay_request"])
    assert all(char.isprintable() or char == "\n" for char in out)


# ---- the program -----------------------------------------------------------------------------


def test_dissector_is_printed_as_it_is(program):
    code, out, _ = program("dissector")
    assert code == 0
    assert out.startswith("-- A Wireshark dissector")
    assert out.endswith("add_for_decode_as(proto)\n")


def test_help_and_its_absence(program):
    code, out, _ = program("--help")
    assert code == 0
    assert "decode" in out
    assert program("decode", "--help")[0] == 0
    assert program()[0] == 2


def test_interrupt_ends_with_a_word_and_130():
    script = """
import signal, sys, types
from hil.commands.entry import main
interrupt = types.SimpleNamespace(read=lambda size: signal.raise_signal(signal.SIGINT))
sys.stdin = types.SimpleNamespace(buffer=interrupt)
main(["decode"])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False, timeout=60)
    assert done.returncode == 130
    assert done.stderr.decode() == "daozhang: interrupted\n"


def test_reader_that_has_read_enough_is_no_error():
    script = (f"'{sys.executable}' -m hil.commands.entry dissector | head -1; "
              "echo ${PIPESTATUS[0]}")
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=True, timeout=60)
    assert done.stdout.decode().splitlines() == [
        "-- A Wireshark dissector for the UnionPay direct-POS dialect of ISO 8583.", "0"]
    assert done.stderr == b""
