"""What a file of tables says, and what it must keep to; reads no file."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from simulator.wire.key_transport import RsaTestKey, is_usable
from simulator.wire.tables_fixed import PARAMETER_NAMES, SWITCHES, TASK_NAMES
from simulator.wire.tables_listed import (
    ALGORITHM,
    CHECK_SUM,
    EXPIRY,
    EXPONENT,
    HASH,
    INDEX,
    MODULUS,
    RID,
    SHA1,
    Pairs,
    check_sum,
    format_tlv,
)
from simulator.wire.tables_numbered import CARD_LENGTHS, LAST, LONGEST_ON_BLACK_LIST

MOST_NAMES = 99  # a query tells two digits of them
MOST_BYTES = 511  # of F62, after its flag


class Capk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One key."""

    rid: str
    index: str
    expiry: str  # YYYYMMDD
    modulus: str
    exponent: str = ""
    hash: str = "01"
    algorithm: str = "01"
    check_sum: str = ""  # made where it is left out and the hash is SHA-1


class Aid(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One application."""

    aid: str
    data: dict[str, str] = {}


class Bin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Cards by length and first digits."""

    length: int
    bin: str


class MasterKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The host's RSA test key, in hex."""

    rid: str
    index: str
    prime_1: str
    prime_2: str
    exponent: str

    def __repr__(self) -> str:
        """Keys are not shown."""
        return "MasterKey()"


class TableFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file as it is written."""

    title: str
    capk: tuple[Capk, ...] = ()
    aid: tuple[Aid, ...] = ()
    black_list: tuple[str, ...] = ()
    bin_b: tuple[Bin, ...] = ()
    bin_c: tuple[Bin, ...] = ()
    parameters: dict[str, str] = {}
    contactless: dict[str, str] = {}
    task: dict[str, str] = {}
    master_key: MasterKey | None = None


def capk_pairs(row: Capk) -> Pairs:
    """The data of a key, with the check sum that is made where none is given."""
    pairs: Pairs = (
        (RID, bytes.fromhex(row.rid)), (INDEX, bytes.fromhex(row.index)),
        (EXPIRY, row.expiry.encode("ascii")), (HASH, bytes.fromhex(row.hash)),
        (ALGORITHM, bytes.fromhex(row.algorithm)), (MODULUS, bytes.fromhex(row.modulus)),
        (EXPONENT, bytes.fromhex(row.exponent)),
    )
    return (*pairs, (CHECK_SUM, bytes.fromhex(row.check_sum) or check_sum(pairs)))


def aid_pairs(row: Aid) -> Pairs:
    """The data of an application."""
    return ((RID, bytes.fromhex(row.aid)),
            *((tag, bytes.fromhex(value)) for tag, value in row.data.items()))


def rsa_of(row: MasterKey) -> RsaTestKey:
    """The key pair."""
    return RsaTestKey(
        bytes.fromhex(row.rid), bytes.fromhex(row.index), int(row.prime_1, 16),
        int(row.prime_2, 16), int(row.exponent, 16),
    )


def problems_of(said: TableFile) -> Iterator[str]:
    """The first of it is told."""
    yield from _of_keys(said)
    yield from _of_aids(said)
    for digits in said.black_list:
        if not _are_digits(digits) or not 1 <= len(digits) <= LONGEST_ON_BLACK_LIST:
            yield f"black_list: {digits}: 1 to {LONGEST_ON_BLACK_LIST} digits are needed"
    for name, rows in (("bin_b", said.bin_b), ("bin_c", said.bin_c)):
        for row in rows:
            if row.length not in CARD_LENGTHS or len(row.bin) != 6 or not _are_digits(row.bin):
                yield f"{name}: {row.bin}: six digits and a length of 16 to 19 are needed"
    for name, count in (("black_list", len(said.black_list)), ("bin_b", len(said.bin_b)),
                        ("bin_c", len(said.bin_c))):
        if count > LAST + 1:
            yield f"{name}: {count} entries, at most {LAST + 1}"
    yield from _of_values(said)
    if said.master_key is not None:
        yield from _of_master_key(said.master_key)


def _of_master_key(row: MasterKey) -> Iterator[str]:
    for name, text in msgspec.structs.asdict(row).items():
        if not _is_hex(text):
            yield f"master_key: {name}: an even number of hex digits is needed"
    if not is_usable(rsa_of(row)):
        yield "master_key: prime_1, prime_2 and exponent are those of no RSA key"


def _of_keys(said: TableFile) -> Iterator[str]:
    names = [(row.rid, row.index) for row in said.capk]
    for row in said.capk:
        what = f"capk {row.rid} {row.index}"
        if not _is_hex(row.rid, 5) or not _is_hex(row.index, 1):
            yield f"{what}: rid has 10 hex digits, index 2"
        if len(row.expiry) != 8 or not _are_digits(row.expiry):
            yield f"{what}: expiry {row.expiry}: YYYYMMDD is needed"
        for name, text in (("modulus", row.modulus), ("hash", row.hash),
                           ("algorithm", row.algorithm)):
            if not _is_hex(text):
                yield f"{what}: {name}: an even number of hex digits is needed"
        for name, text in (("exponent", row.exponent), ("check_sum", row.check_sum)):
            if text and not _is_hex(text):
                yield f"{what}: {name}: an even number of hex digits is needed, or nothing"
        if not row.check_sum and bytes.fromhex(row.hash) != SHA1:
            yield f"{what}: check_sum is needed where the hash is not 01 (SHA-1)"
        if len(format_tlv(capk_pairs(row))) > MOST_BYTES:
            yield f"{what}: more than {MOST_BYTES} bytes"
        if names.count((row.rid, row.index)) > 1:
            yield f"{what}: stands there twice"
    for algorithm in {row.algorithm for row in said.capk}:
        if sum(row.algorithm == algorithm for row in said.capk) > MOST_NAMES:
            yield f"capk: more than {MOST_NAMES} keys of algorithm {algorithm}"


def _of_aids(said: TableFile) -> Iterator[str]:
    names = [row.aid for row in said.aid]
    for row in said.aid:
        if not _is_hex(row.aid) or not 5 <= len(row.aid) // 2 <= 16:
            yield f"aid {row.aid}: 10 to 32 hex digits are needed"
        for tag, value in row.data.items():
            if not _is_hex(tag) or len(tag) not in {2, 4} or (value and not _is_hex(value)):
                yield f"aid {row.aid}: {tag}: a tag and a value in hex digits are needed"
        if len(format_tlv(aid_pairs(row))) > MOST_BYTES:
            yield f"aid {row.aid}: more than {MOST_BYTES} bytes"
        if names.count(row.aid) > 1:
            yield f"aid {row.aid}: stands there twice"
    if len(names) > MOST_NAMES:
        yield f"aid: {len(names)} of them, at most {MOST_NAMES}"


def _of_values(said: TableFile) -> Iterator[str]:
    for table, values, names in (
        ("parameters", said.parameters, PARAMETER_NAMES), ("task", said.task, TASK_NAMES),
    ):
        for name in values:
            if name not in names.values():
                yield f"{table}: no {name}; allowed: {', '.join(names.values())}"
    if not _is_hex(said.parameters.get(PARAMETER_NAMES[SWITCHES], "00000000"), 4):
        yield "parameters: switches: 8 hex digits are needed"
    for tag in said.contactless:
        if not _is_hex(tag, 3):
            yield f"contactless: {tag}: a tag of 6 hex digits is needed"
    for name, content in (("contactless", said.contactless), ("task", said.task)):
        if sum(9 + len(value.encode("gb18030")) for value in content.values()) > MOST_BYTES:
            yield f"{name}: more than {MOST_BYTES} bytes"


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _is_hex(text: str, length: int = 0) -> bool:
    return (
        text != "" and set(text) <= set("0123456789ABCDEF") and not len(text) % 2
        and length in (0, len(text) // 2)
    )
