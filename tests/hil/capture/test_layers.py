"""Scapy layers made from a dialect: they read what the codec reads, build what it builds, and mask."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from captures import FRAMES, HOST, UNIONPAY, VECTORS, down, opened, up
from scapy.layers.l2 import Ether
from scapy.sendrecv import sniff
from scapy.sessions import TCPSession
from scapy.utils import rdpcap

from hil.capture.layers import layers_of
from hil.capture.pcap_files import pcap_of
from simulator.wire.dialects import dialect_named
from simulator.wire.generic import decode_generic
from simulator.wire.masking import mask_value

LAYERS = layers_of(UNIONPAY)
OTHERS = sorted((Path(__file__).parents[2] / "wire" / "dialects").glob("*.toml"))


@pytest.fixture
def bound():
    LAYERS.bind(HOST[1])
    yield
    LAYERS.unbind(HOST[1])


@pytest.mark.parametrize("name", FRAMES)
def test_every_field_has_its_name_and_the_value_that_the_codec_reads(name):
    packet = LAYERS.outermost(FRAMES[name])
    decoded = decode_generic(FRAMES[name], UNIONPAY)
    message = packet[LAYERS.message]
    assert message.mti == decoded.mti
    there = {key: message.getfieldval(name) for key, name in LAYERS.names.items()}
    assert {key: value for key, value in there.items() if value is not None} == decoded.fields
    assert bytes(packet) == FRAMES[name]


@pytest.mark.parametrize("name", FRAMES)
def test_what_is_shown_is_masked(name):
    packet = LAYERS.outermost(FRAMES[name])
    shown = packet.show(dump=True) + packet.summary() + repr(packet)
    for key, value in VECTORS[name]["fields"].items():
        row = UNIONPAY.field.get(key)
        if row is not None and len(value) > 6 and mask_value(row, value, UNIONPAY) != value:
            assert value not in shown
    assert "620000******0120" in shown or "2" not in VECTORS[name]["fields"]


@pytest.mark.parametrize("name", FRAMES)
def test_a_message_that_is_built_from_values_has_the_same_bytes(name):
    decoded = decode_generic(FRAMES[name], UNIONPAY)
    if decoded.padded_by_f or decoded.forms:
        pytest.skip("odd on purpose")
    read = LAYERS.outermost(FRAMES[name])
    heads = LAYERS.outermost() / read.payload.copy()
    heads.payload.remove_payload()
    heads.payload.add_payload(read.payload.payload.copy())
    made = LAYERS.message(mti=decoded.mti, **{
        LAYERS.names[key]: value for key, value in decoded.fields.items()})
    assert bytes(made) == bytes(read[LAYERS.message])


def test_a_length_that_is_not_given_is_counted_and_a_field_can_be_changed():
    packet = LAYERS.outermost(FRAMES["sale_req"])
    message = packet[LAYERS.message]
    message.amount_fen = "000000000001"
    again = decode_generic(bytes(packet), UNIONPAY)
    assert again.fields["4"] == "000000000001"
    message.track2 = None
    packet.length = None
    again = decode_generic(bytes(packet), UNIONPAY)
    assert "35" not in again.fields


def test_several_messages_in_one_segment_are_all_there(bound):
    frames = FRAMES["sale_req"] + FRAMES["echo_req"]
    packet = Ether(up(0, 1_000, frames).data)
    found = [layer for layer in packet.iterpayloads() if isinstance(layer, LAYERS.message)]
    assert [each.mti for each in found] == [
        decode_generic(FRAMES[name], UNIONPAY).mti for name in ("sale_req", "echo_req")]


def test_a_message_in_several_segments_is_put_together(bound):
    frame = FRAMES["sale_req"]
    packets = [*opened(), up(1, 1_000, frame[:40]), up(2, 1_040, frame[40:]), down(3, 5_000, FRAMES["sale_resp_00"])]
    heard = sniff(offline=rdpcap(io.BytesIO(pcap_of(packets))), session=TCPSession, store=True)
    found = [layer for packet in heard for layer in packet.iterpayloads() if isinstance(layer, LAYERS.message)]
    assert [each.mti for each in found] == ["0200", "0210"]


@pytest.mark.parametrize("cut", range(15, 127, 7))
def test_a_damaged_message_shows_what_was_read_and_no_more(cut):
    frame = bytearray(FRAMES["sale_req"][:cut])
    frame[:2] = (len(frame) - 2).to_bytes(2, "big")
    packet = LAYERS.outermost(bytes(frame))
    shown = packet.show(dump=True)
    assert "6200009753180120" not in shown
    assert bytes(packet) == bytes(frame)


@pytest.mark.parametrize("path", OTHERS, ids=lambda path: path.stem)
def test_another_dialect_has_layers_of_its_own(path):
    dialect = dialect_named(str(path))
    layers = layers_of(dialect)
    assert set(layers.names) == {row.key for row in dialect.rows}
    assert len(set(layers.names.values())) == len(layers.names)
    message = layers.message(mti="0800", **{layers.names["11"]: "000001"})
    assert layers.message(bytes(message)).getfieldval(layers.names["11"]) == "000001"
