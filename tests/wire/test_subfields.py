from __future__ import annotations

import doctest
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire_vectors import UNIONPAY, encode

from simulator.wire import errors, subfields
from simulator.wire.errors import KeyCheckError, WireError
from simulator.wire.header import HeaderCodec, shown_parts
from simulator.wire.message import Message, Original
from simulator.wire.message_bodies import MessageBodies
from simulator.wire.subfields import (
    CardTotals,
    SettlementTotals,
    UploadItem,
    format_sequence_no,
    format_upload,
    format_upload_end,
    parse_sequence_no,
    parse_settlement_totals,
    parse_upload,
    parse_upload_end,
)

fen = st.integers(0, 10**12 - 1)
count = st.integers(0, 999)
halves = st.builds(CardTotals, fen, count, fen, count, st.sampled_from("0123"))
items = st.builds(
    UploadItem, st.booleans(), st.integers(0, 999_999),
    st.integers(10**12, 10**19 - 1).map(str), fen,
)
digits = st.text("0123456789")


def test_examples_in_the_text_hold():
    assert doctest.testmod(subfields).failed == 0


@given(st.builds(SettlementTotals, halves, halves))
def test_totals_survive_their_digits(totals):
    assert len(totals.format()) == 62
    assert parse_settlement_totals(totals.format()) == totals


@given(st.lists(items, max_size=8))
def test_upload_details_survive_their_digits(wanted):
    assert parse_upload(format_upload(wanted)) == tuple(wanted)


def test_nine_items_do_not_go_into_one_message():
    with pytest.raises(WireError, match="at most 8"):
        format_upload([UploadItem(False, 1, "6200009753180120", 1)] * 9)


@pytest.mark.parametrize("details", [
    "", "1", "01", "0900", "02" + "0" * 40, "01" + "0" * 41, "0102" + "0" * 38, "01" + "٠" * 40,
])
def test_wrong_upload_details_are_refused(details):
    with pytest.raises(WireError) as caught:
        parse_upload(details)
    assert caught.value.field == "48"


@pytest.mark.parametrize("wrong", ["", "0" * 61, "0" * 63, "0" * 61 + "x"])
def test_wrong_totals_are_refused(wrong):
    with pytest.raises(WireError):
        parse_settlement_totals(wrong)


@pytest.mark.parametrize("wrong", [
    SettlementTotals(CardTotals(10**12)), SettlementTotals(CardTotals(1, 1000)),
    SettlementTotals(CardTotals(-1)), SettlementTotals(CardTotals(result="")),
])
def test_totals_that_do_not_fit_are_refused_and_not_cut(wrong):
    with pytest.raises(WireError):
        wrong.format()


def test_end_of_upload_counts_in_four_digits():
    assert parse_upload_end(format_upload_end(17)) == 17
    with pytest.raises(WireError):
        format_upload_end(10_000)
    with pytest.raises(WireError):
        parse_upload_end("17")


BODIES = MessageBodies(UNIONPAY)


def facts_of(fields):
    """The attributes of a message that fields give."""
    return BODIES.read(UNIONPAY.writer.write("0200", fields)).values


@given(st.text("0123456789", min_size=8, max_size=17))
def test_f60_survives_its_parts(text):
    facts = facts_of({"60": text})
    message = Message(mti="0200", **facts)
    assert ("others" in facts) is (len(text) in {9, 10})  # ends inside the network code
    assert BODIES.fields_of(message) == {"60": text}


def test_f60_parts_are_the_published_ones():
    facts = facts_of({"60": "22000001000500"})
    assert facts == {"type_code": "22", "batch": 1, "network_code": "000", "capability": "500"}
    assert facts_of({"60": "00000001201"})["network_code"] == "201"


@given(st.text("0123456789", min_size=12, max_size=29))
def test_f61_survives_its_parts(text):
    message = Message(mti="0200", **facts_of({"61": text}))
    assert message.original is not None
    assert BODIES.fields_of(message) == {"61": text}


def test_f61_with_digits_that_would_be_read_as_a_date_is_refused():
    with pytest.raises(WireError):
        encode(Message(mti="0200", original=Original(1, 2, "", "0715")))


@given(digits.filter(lambda text: len(text) < 12))
def test_short_f61_is_carried_as_it_is(text):
    facts = facts_of({"61": text})
    assert facts == {"others": (("61", text),)}


@given(st.text(st.characters(codec="ascii"), max_size=99))
def test_serial_number_survives(serial):
    assert parse_sequence_no(format_sequence_no(serial)) == serial


@pytest.mark.parametrize("wrong", [b"", b"Sequence No", b"Sequence No03ab", b"sequence no02ab",
                                   b"Sequence No\xff\xff"])
def test_wrong_serial_number_is_refused(wrong):
    with pytest.raises(WireError):
        parse_sequence_no(wrong)


def test_header_parts_are_the_published_ones():
    assert shown_parts("603100311004", UNIONPAY.header) == {
        "application_class": "60", "software_version": "31", "terminal_status": "0",
        "processing_request": "0", "software_sub_version": "311004",
    }
    header = HeaderCodec(UNIONPAY.header)
    for digits_given in ("613213ABCDEF", "603100311004"):
        message = Message(mti="0200", **header.decode(bytes.fromhex(digits_given)))
        assert header.encode(message).hex().upper() == digits_given
    with pytest.raises(WireError):
        header.encode(Message(mti="0200", software="3100311"))


def test_errors_survive_a_process_border():
    wire = pickle.loads(pickle.dumps(WireError("60.2", 3, "why", {"3": "000000"})))
    assert (wire.field, wire.offset, wire.reason, wire.decoded) == ("60.2", 3, "why", {"3": "000000"})
    assert pickle.loads(pickle.dumps(KeyCheckError("PIK"))).key == "PIK"
    assert errors.WireError is WireError
