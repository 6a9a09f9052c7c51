"""What a little host answers to downloads, written down byte by byte from the facts."""

from __future__ import annotations

from hashlib import sha1

from simulator.scenario.table_files import library_named
from simulator.wire.errors import KeyCheckError
from simulator.wire.key_transport import decrypt_transport_key, wrap_master_key
from simulator.wire.message import Message
from simulator.wire.tables_listed import format_tlv, read_tlv

RID = bytes.fromhex("A000000333")
MODULUS = bytes.fromhex("C1" * 128)
KEY_NAME = bytes.fromhex("9F0605") + RID + bytes.fromhex("9F220101")
KEY = (
    KEY_NAME + b"\xdf\x05\x0820991231" + bytes.fromhex("DF060101DF070101DF028180") + MODULUS
    + bytes.fromhex("DF040103DF0314") + sha1(RID + b"\x01" + MODULUS + b"\x03").digest()
)
AID_NAME = bytes.fromhex("9F0608A000000333010101")
AID = AID_NAME + bytes.fromhex("DF0101009F08020020")
BLACK_LISTED = "629999"
RSA = library_named("test-tables").rsa
NEW_MASTER_KEY = bytes.fromhex("11223344556677888877665544332211")

PLAIN: dict[str, bytes | None] = {  # F62 of a reply, by network code
    "370": b"1" + KEY, "371": None,
    "380": b"1" + AID, "381": None,
    "394": b"FF8058012000000100000", "395": None, "391": None, "397": None, "399": None,
    "364": b"01004TEST", "365": None, "360": b"1230210", "351": None,
}
FIRST: dict[str, bytes] = {  # of a query or numbered load, and what is left behind it: nothing
    "372": b"1" + KEY_NAME + b"\xdf\x05\x0820991231", "382": b"1" + AID_NAME,
    "390": b"100106" + BLACK_LISTED.encode() + b"03888", "396": b"100016629999",
    "398": b"100016629998",
}


def private_of(request: Message) -> bytes | None:
    """F62 of the reply to a download."""
    code, asked = request.network_code, request.private or b""
    if code in FIRST:
        return FIRST[code] if asked in {b"100", b"000"} else b"0"
    if code == "352":
        return format_tlv(RSA.public())
    if code == "350":
        try:
            key = decrypt_transport_key(read_tlv(asked), RSA)
        except KeyCheckError:
            return None
        return format_tlv(wrap_master_key(NEW_MASTER_KEY, key))
    return PLAIN[code]
