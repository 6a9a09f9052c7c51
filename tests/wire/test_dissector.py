"""The generated dissector: stable text, and tshark's decoding of every field against ours."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from wire_vectors import FRAMES, UNIONPAY, VECTORS, framing_of

from simulator.report.pcap import write_pcap
from simulator.trace.records import WireCarried
from simulator.wire.dissector import dissector
from simulator.wire.generic import decode_generic
from simulator.wire.subfields_shown import subfields_of
from simulator.wire.text import to_bytes

TSHARK = shutil.which("tshark")
NOBODY = 65534


def test_script_is_the_same_each_time_and_has_every_row():
    script = dissector(UNIONPAY)
    assert script == dissector(UNIONPAY)
    for row in UNIONPAY.fields:
        assert f'[{row.number}] = {{ title = "{row.title}", form = "{row.form}"' in script
    assert "@TABLES@" not in script


def open_in_tshark(frames, *arguments):
    """PDML of one packet a frame; frames of one framing share a connection."""
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o755)
        (folder / "home").mkdir()
        (folder / "dialect.lua").write_text(dissector(UNIONPAY), encoding="utf-8")
        write_pcap(folder / "all.pcap", [
            WireCarried(1_000 * n, "link", f"terminal.{n}", "acquirer", frame.hex().upper())
            for n, frame in enumerate(frames)
        ])
        # as root, Wireshark refuses to run scripts of users
        other = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        done = subprocess.run(
            [TSHARK, "-X", f"lua_script:{folder / 'dialect.lua'}", "-r", folder / "all.pcap",
             "-T", "pdml", *arguments],
            capture_output=True, check=True, env={**os.environ, "HOME": str(folder / "home")},
            **other,
        )
    finally:
        shutil.rmtree(folder)
    assert b"Lua" not in done.stderr, done.stderr.decode()
    # tshark writes texts that are none (control characters, half characters) as they are
    text = done.stdout.decode("utf-8", "replace")
    return ET.fromstring(re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "?", text))


def messages(pdml):
    return [proto for proto in pdml.iter("proto") if proto.get("name") == "daozhang"]


needs_tshark = pytest.mark.skipif(TSHARK is None, reason="tshark is not installed")


@pytest.fixture(scope="module")
def dissected():
    if TSHARK is None:
        pytest.skip("tshark is not installed")
    found = messages(open_in_tshark(list(FRAMES.values())))
    assert len(found) == len(FRAMES)
    return {
        name: [field for field in proto.iter("field") if field.get("name", "").startswith("daozhang.")]
        for name, proto in zip(FRAMES, found, strict=True)
    }


def shown(fields, name):
    return [field.get("show") for field in fields if field.get("name") == f"daozhang.{name}"]


@pytest.mark.parametrize("name", list(FRAMES))
def test_tshark_reads_every_field_as_we_do(dissected, name):
    fields = dissected[name]
    decoded = decode_generic(FRAMES[name], UNIONPAY, framing_of(name))
    assert shown(fields, "mti") == [decoded.mti]
    assert shown(fields, "tpdu") == [decoded.tpdu] * bool(decoded.tpdu)
    assert shown(fields, "header") == [decoded.header] * bool(decoded.header)
    names = [field.get("name").removeprefix("daozhang.") for field in fields]
    top = [name for name in names if re.fullmatch(r"f\d+", name)]
    assert top == [f"f{key}" for key in VECTORS[name]["fields"]]
    for key, value in decoded.fields.items():
        if UNIONPAY.field[key].form == "ans":
            octets = [f.get("value") for f in fields if f.get("name") == f"daozhang.f{key}"]
            assert octets == [to_bytes(value).hex()], key
        if UNIONPAY.field[key].form != "ans" or (value.isprintable() and "\\" not in value):
            assert shown(fields, f"f{key}") == [value], key


@pytest.mark.parametrize("name", list(FRAMES))
def test_tshark_splits_subfields_as_we_do(dissected, name):
    fields = dissected[name]
    ours = subfields_of(
        decode_generic(FRAMES[name], UNIONPAY, framing_of(name)), UNIONPAY, clear=True)
    for key in ("60", "61"):
        for part, value in ours.get(key, {}).items():
            assert shown(fields, f"f{key}.{part}") == [value]
    for part, value in ours.get("header", {}).items():
        assert shown(fields, f"header.{part}") == [value]
    for part, value in ours.get("48", {}).items():
        place, _, last = part.rpartition(".")
        if place.isdigit():
            theirs = shown(fields, f"f48.item.{last}")[int(place) - 1]
            if last == "card_class":
                theirs = {"00": "domestic", "01": "foreign"}[theirs]
            assert theirs.lstrip("0") == value.lstrip("0")
        else:
            assert [int(text) for text in shown(fields, f"f48.{part}")] == [int(value)]
    if "serial_number" in ours.get("62", {}):
        assert shown(fields, "f62.serial_number") == [ours["62"]["serial_number"]]


@needs_tshark
def test_tshark_finds_no_fault_in_the_capture_nor_in_the_messages():
    pdml = open_in_tshark([FRAMES["sale_req"], FRAMES["settle_req"]])
    assert [f.get("name") for f in pdml.iter("field") if f.get("name") == "_ws.expert"
            and "tcp.connection" not in "".join(x.get("name", "") for x in f)] == []


@needs_tshark
def test_tshark_marks_what_is_no_message():
    frame = FRAMES["sale_req"]
    cut = (80).to_bytes(2, "big") + frame[2:82]
    longer = (len(frame) - 1).to_bytes(2, "big") + frame[2:] + b"\0"
    unknown = bytearray(frame)
    unknown[15] |= 0x80  # a second bitmap
    pdml = open_in_tshark([cut, longer, bytes(unknown)])
    texts = [field.get("showname", "") + field.get("show", "") for field in pdml.iter("field")]
    for wanted in ("is cut or too long", "left over", "has no field 1"):
        assert any(wanted in text for text in texts), wanted


@needs_tshark
def test_every_cut_message_opens_in_tshark_without_an_error_of_the_script():
    frame = FRAMES["batch_upload_mag_req"]
    cuts = [n.to_bytes(2, "big") + frame[2:2 + n] for n in range(len(frame) - 2)]
    open_in_tshark(cuts + [bytes(cut[2:]) for cut in cuts[6:]])
