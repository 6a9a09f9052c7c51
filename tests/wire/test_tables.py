"""F62 of downloads: public bytes read and made again, sums by hand, and what cannot be refused."""

from __future__ import annotations

from hashlib import sha1

import pytest

from simulator.wire import des
from simulator.wire.dialects import usual_dialect
from simulator.wire.errors import KeyCheckError, WireError
from simulator.wire.generic import decode_any
from simulator.wire.key_transport import (
    RsaTestKey,
    decrypt_transport_key,
    encrypt_transport_key,
    unwrap_master_key,
    wrap_master_key,
)
from simulator.wire.subfields_shown import subfields_of
from simulator.wire.tables_fixed import (
    CONTACTLESS_TAG,
    PARAMETER_WIDTHS,
    STATUS_WIDTHS,
    format_counted,
    format_values,
    read_counted,
    read_values,
    switched_off,
)
from simulator.wire.tables_listed import (
    check_sum,
    format_listing,
    format_load,
    format_tlv,
    is_whole_key,
    read_listing,
    read_load,
    read_query,
    read_tlv,
)
from simulator.wire.tables_numbered import (
    Piece,
    are_fitting,
    fitting,
    format_piece,
    read_bins,
    read_black_list,
    read_number,
)

# From the public tests of a mobile-POS library ("mposSDK" tests): whole frames as hosts sent them.
AID_LOAD = bytes.fromhex(
    "00B960000000026031003100300810001800000AC00014144316090931353039303938333634363230303030303031"
    "31343031323334353637383930313233343500110000000138000112319F0607A0000000031010DF0101009F080201"
    "40DF1105D84000A800DF1205D84004F800DF130500100000009F1B0400000000DF150400000000DF160199DF170199"
    "DF14039F3704DF1801019F7B06000000010000DF1906000000000001DF2006000000010000DF2106000000010000")
CAPK_QUERY_F62 = bytes.fromhex(
    "319F0605A0000000039F220109DF050832303136313233319F0605A0000000049F220106DF05083230313631323331"
    "9F0605A0000000659F220114DF050832303132313233319F0605A0000003339F22010BDF050832303136313233319F"
    "0605A0000003339F220108DF05083230323031323331")
AID_F62 = AID_LOAD[-112:]
STATUS_F62 = bytes.fromhex("3031313032313033313034313035313131363031323630")  # of a public capture


def test_a_public_query_reply_is_read_and_made_again_byte_for_byte():
    listing = read_listing(CAPK_QUERY_F62)
    assert (listing.flag, listing.goes_on, len(listing.names)) == ("1", False, 5)
    assert [dict(name)["9F06"].hex().upper() for name in listing.names] == [
        "A000000003", "A000000004", "A000000065", "A000000333", "A000000333"]
    assert [dict(name)["9F22"].hex() for name in listing.names] == ["09", "06", "14", "0b", "08"]
    assert [dict(name)["DF05"] for name in listing.names] == [
        b"20161231", b"20161231", b"20121231", b"20161231", b"20201231"]
    assert format_listing(listing.flag, listing.names) == CAPK_QUERY_F62


def test_a_public_load_reply_is_read_and_made_again_byte_for_byte():
    data = read_load(AID_F62)
    assert dict(data)["DF12"].hex().upper() == "D84004F800"
    assert len(data) == 16
    assert format_load(format_tlv(data)) == AID_F62


def test_a_public_load_reply_is_shown_tag_by_tag_and_nothing_of_it_is_taken_for_a_key():
    shown = subfields_of(decode_any(AID_LOAD, usual_dialect()), usual_dialect())["62"]
    assert shown["flag"] == "1 data"
    assert shown["9F06"] == "A0000000031010"
    assert shown["DF21"] == "000000010000"  # the CVM limit here, a master key elsewhere


def test_a_public_status_is_read():
    assert read_values(STATUS_F62, STATUS_WIDTHS) == (
        ("01", "1"), ("02", "1"), ("03", "1"), ("04", "1"), ("05", "1"), ("11", "60"), ("12", "60"))
    assert format_values(read_values(STATUS_F62, STATUS_WIDTHS), STATUS_WIDTHS) == STATUS_F62


@pytest.mark.parametrize(("read", "private"), [
    (read_query, b""), (read_query, b"000"), (read_query, b"1A0"), (read_query, b"1000"),
    (read_listing, b""), (read_listing, b"4"), (read_listing, b"1\x9f\x22\x01\x01"),
    (read_listing, b"0\x9f\x06\x01\x01"), (read_listing, b"1\x9f\x06\x05\x01"),
    (read_load, b""), (read_load, b"2"), (read_load, b"1"), (read_load, b"1\x9f\x22\x01\x01"),
    (read_number, b"00"), (read_number, b"00A"), (read_number, b"0000"),
    (read_black_list, b"2"), (read_black_list, b"10A0"), (read_black_list, b"100000"),
    (read_black_list, b"10001512345678901234"), (read_black_list, b"1000031"),
    (read_black_list, b"10000312A"),
    (read_bins, b"10001562910"), (read_bins, b"100016629"), (read_bins, b"10002062910012"),
    (lambda octets: read_values(octets, PARAMETER_WIDTHS), b"1"),
    (lambda octets: read_values(octets, PARAMETER_WIDTHS), b"9911"),
    (lambda octets: read_values(octets, PARAMETER_WIDTHS), b"26\xff\xff\xff"),
    (lambda octets: read_values(octets, PARAMETER_WIDTHS), b"14\xff\xff" + b" " * 12),
    (lambda octets: read_counted(octets, CONTACTLESS_TAG), b"FF8058"),
    (lambda octets: read_counted(octets, CONTACTLESS_TAG), b"FF80580120"),
    (lambda octets: read_counted(octets, CONTACTLESS_TAG), b"FF-058001" + b"0"),
])
def test_what_is_of_no_known_form_is_refused_with_its_place(read, private):
    with pytest.raises(WireError):
        read(private)


def test_a_piece_of_a_black_list_has_entries_of_any_length_up_to_14():
    private = b"2" + b"001" + b"0662284812345678901234567"[:2] + b"622848" + b"1412345678901234"
    piece = read_black_list(private)
    assert piece == Piece("2", 1, ("06622848", "1412345678901234"))
    assert format_piece(piece) == private
    assert are_fitting(0, piece)
    assert not are_fitting(1, piece)
    assert read_black_list(b"0") == Piece("0")
    assert read_black_list(b"") == Piece("0")


@pytest.mark.parametrize(("first", "room", "most", "piece"), [
    (0, 4 + 5 * 3, 0, ("2", 2, 3)), (3, 4 + 5 * 3, 0, ("1", 4, 2)), (5, 99, 0, ("0", 0, 0)),
    (0, 99, 0, ("1", 4, 5)), (0, 99, 2, ("2", 1, 2)), (4, 4 + 5, 0, ("1", 4, 1)),
])
def test_a_piece_takes_what_fits(first, room, most, piece):
    made = fitting(("03001", "03002", "03003", "03004", "03005"), first, room, most)
    assert (made.flag, made.last, len(made.entries)) == piece


def test_the_check_sum_of_a_key_is_sha1_over_rid_index_modulus_and_exponent():
    modulus = bytes(range(1, 129))
    key = read_tlv(
        bytes.fromhex("9F0605A0000003339F220101DF028180") + modulus + bytes.fromhex("DF040103"))
    expected = sha1(bytes.fromhex("A00000033301") + modulus + b"\x03").digest()
    assert check_sum(key) == expected
    assert is_whole_key((*key, ("DF03", expected)))
    assert not is_whole_key((*key, ("DF03", bytes(20))))
    assert not is_whole_key(key)
    assert is_whole_key((*key, ("DF03", bytes(32)), ("DF06", b"\x04")))  # SM3: taken as it is


@pytest.mark.parametrize("length", [0, 1, 127, 128, 255, 256, 300])
def test_a_value_of_any_length_comes_back(length):
    pairs = (("DF02", bytes(length)), ("9F22", b"\x01"))
    assert read_tlv(format_tlv(pairs)) == pairs


def test_tag_26_counts_its_bits_from_the_left():
    assert switched_off("FFFFFFFF") == ()
    assert switched_off("7FFFFFFF") == ("balance",)
    assert switched_off("FBDFFFFF") == ("sale", "completion_advice")


def test_counted_values_come_back():
    values = (("FF8058", "000000100000"), ("FF805D", "0"))
    assert read_counted(format_counted(values), CONTACTLESS_TAG) == values


# ---- a master key ----------------------------------------------------------------------------

# Two primes below 2^256 and above, found by trial: 2^255 + 95 and 2^256 + 297.
PRIMES = (2**255 + 95, 2**256 + 297)
RSA = RsaTestKey(bytes.fromhex("A000000333"), b"\x01", *PRIMES, 65537)
RANDOM, MASTER = bytes(range(16)), bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")


def test_the_random_key_goes_up_padded_by_ff_and_comes_out_again():
    pairs = encrypt_transport_key(RANDOM, RSA.public())
    number = int.from_bytes(dict(pairs)["DF23"], "big")
    n = PRIMES[0] * PRIMES[1]
    d = pow(65537, -1, (PRIMES[0] - 1) * (PRIMES[1] - 1))
    block = pow(number, d, n).to_bytes(64, "big")
    assert block == b"\x00\x02" + b"\xff" * 45 + b"\x00" + RANDOM
    assert dict(pairs)["DF24"] == des.check_value(RANDOM)
    assert decrypt_transport_key(pairs, RSA) == RANDOM


@pytest.mark.parametrize(("tag", "value"), [
    ("DF23", bytes(64)), ("DF23", b""), ("DF23", b"\xff" * 200), ("DF24", bytes(4)),
])
def test_a_random_key_that_does_not_fit_its_check_value_is_refused(tag, value):
    pairs = dict(encrypt_transport_key(RANDOM, RSA.public())) | {tag: value}
    with pytest.raises(KeyCheckError):
        decrypt_transport_key(tuple(pairs.items()), RSA)


def test_the_master_key_comes_down_under_the_random_one():
    pairs = wrap_master_key(MASTER, RANDOM)
    assert dict(pairs)["DF21"] == des.encrypt(RANDOM, MASTER)
    assert dict(pairs)["DF22"].hex() == "08d7b4fb"  # of the published test key
    assert unwrap_master_key(pairs, RANDOM) == MASTER
    for tag in ("DF21", "DF22"):
        spoilt = dict(pairs) | {tag: bytes(len(dict(pairs)[tag]))}
        with pytest.raises(KeyCheckError):
            unwrap_master_key(tuple(spoilt.items()), RANDOM)
    with pytest.raises(KeyCheckError):
        unwrap_master_key(pairs, bytes(16))


def test_no_part_of_a_key_is_shown():
    assert "FF" not in repr(RSA).replace("RsaTestKey(A000000333, 01)", "")
    assert str(PRIMES[0]) not in repr(RSA)
