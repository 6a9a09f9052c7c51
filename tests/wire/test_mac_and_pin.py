from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from wire_vectors import CODEC, CRYPTO, FRAMES, KEYS, UNIONPAY, decode

from simulator.wire import des
from simulator.wire.codec import Codec
from simulator.wire.dialect import USUAL_RULES
from simulator.wire.mac import WireSealer, mac_of
from simulator.wire.message import Message, Original
from simulator.wire.pin import PinError, decrypt_pin, encrypt_pin

PAN = "6200009753180120"
CUP, X919 = CRYPTO["mac"]


@pytest.mark.parametrize(("algorithm", "vector"), [("CUP-ECB", CUP), ("X9.19", X919)])
def test_published_macs_come_out(algorithm, vector):
    made = mac_of(USUAL_RULES[algorithm], bytes.fromhex(vector["key"]), bytes.fromhex(vector["mab"]))
    assert made.hex().upper() == vector["f64"]


def test_x919_of_the_sample_reversal_is_the_published_one():
    """The card number of the sample was replaced, so its MAC is checked over the original bytes."""
    assert bytes.fromhex(X919["mab"])[:2].hex() == "0400"
    assert FRAMES["ajsgn-reversal-req"].hex().upper().endswith(X919["f64"])


@pytest.mark.parametrize("algorithm", list(USUAL_RULES))
@pytest.mark.parametrize("key", [KEYS["MAK_single"], KEYS["PIK"]])
def test_what_is_sealed_holds_for_its_key_and_content_only(algorithm, key):
    sealer = WireSealer(Codec(replace(UNIONPAY, mac=USUAL_RULES[algorithm])))
    plain = decode(FRAMES["void_req"])
    sealed = sealer.seal(plain, key)
    assert sealer.is_sealed(sealed, key)
    assert not sealer.is_sealed(sealed, KEYS["TDK"])
    changed = Message(**{n: getattr(sealed, n) for n in sealed.__struct_fields__} | {"amount_fen": 1})
    assert not sealer.is_sealed(changed, key)


def test_a_message_without_f64_is_not_sealed():
    assert not WireSealer(CODEC).is_sealed(decode(FRAMES["echo_req"]), KEYS["MAK_single"])


def test_mac_covers_message_type_to_f63_with_bit_64_set():
    frame = FRAMES["sale_req"]
    assert CODEC.content_of(decode(frame)) == frame[13:-8]


def test_each_pair_of_algorithms_differs():
    message = Message(mti="0200", stan=1, type_code="22", original=Original(1, 2))
    macs = {WireSealer(Codec(replace(UNIONPAY, mac=USUAL_RULES[name]))).seal(message, KEYS["PIK"]).mac for name in USUAL_RULES}
    assert len(macs) == len(USUAL_RULES)


# ---- PIN -------------------------------------------------------------------------------------


def test_pin_of_the_sample_sale_comes_out_and_goes_in():
    block = decode(FRAMES["sale_req"]).pin_block
    assert decrypt_pin(block, PAN, KEYS["PIK"]) == "123456"
    assert encrypt_pin("123456", PAN, KEYS["PIK"]) == block


@given(st.text("0123456789", min_size=4, max_size=12), st.text("0123456789", min_size=13, max_size=19),
       st.sampled_from([8, 16]))
def test_every_pin_survives_its_block(pin, pan, length):
    key = KEYS["PIK"][:length]
    assert decrypt_pin(encrypt_pin(pin, pan, key), pan, key) == pin


def test_clear_block_is_the_one_of_the_standard():
    """Format 0: 04 1234 FFFFFFFFFF xor 0000 and twelve digits of the card number."""
    block = encrypt_pin("1234", "43219876543210987", KEYS["PIK"])
    assert des.decrypt(KEYS["PIK"], block).hex().upper() == "0412AC89ABCDEF67"


@pytest.mark.parametrize("pin", ["", "123", "1234567890123", "12a4", "١٢٣٤"])
def test_wrong_pins_are_refused_without_showing_them(pin):
    with pytest.raises(PinError) as caught:
        encrypt_pin(pin, PAN, KEYS["PIK"])
    assert not pin or pin not in str(caught.value)


def test_wrong_key_or_block_is_refused():
    block = encrypt_pin("1234", PAN, KEYS["PIK"])
    for wrong in (KEYS["TDK"], KEYS["TMK"]):
        with pytest.raises(PinError):
            decrypt_pin(block, PAN, wrong)
    with pytest.raises(PinError):
        decrypt_pin(block[:7], PAN, KEYS["PIK"])
    with pytest.raises(PinError):
        decrypt_pin(block, "", KEYS["PIK"])


@pytest.mark.parametrize("length", [0, 7, 9, 15, 17, 25])
def test_keys_of_other_lengths_are_refused(length):
    with pytest.raises(ValueError, match="8, 16 or 24"):
        des.encrypt(bytes(length), bytes(8))
