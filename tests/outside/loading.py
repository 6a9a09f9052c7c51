"""What a terminal loads from its host: lists entry by entry or piece by piece, and a master key."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

from tests.outside.keys import check_value, decrypt
from tests.outside.settling import SettlingTerminal
from tests.outside.terminal import NotReadyError
from tests.outside.tlv import tlv_of, tlvs

DATA, NOTHING, MORE = b"1", b"0", b"2"  # first byte of F62


@dataclass(frozen=True)
class Codes:
    """60.3 of the messages of a list: what asks which entries there are, what loads, what ends."""

    query: str
    load: str
    end: str


KEYS = Codes("372", "370", "371")
APPLICATIONS = Codes("382", "380", "381")
BLACK_LIST = Codes("", "390", "391")
BIN_B = Codes("", "396", "397")
BIN_C = Codes("", "398", "399")
# values of a 360 reply: tag n2, width
WIDTHS = {"11": 2, "12": 2, "13": 1, "14": 14, "15": 14, "16": 14, "17": 14, "18": 1, "19": 2,
          "20": 1, "21": 1, "22": 40, "23": 1, "24": 1, "25": 1, "26": 4}


class LoadingTerminal(SettlingTerminal):
    """A terminal that loads its tables and its master key."""

    def load_list(self, codes: Codes) -> list[dict[str, bytes]]:
        """A list whose entries are asked for one by one: CAPK, AID."""
        names: list[bytes] = []
        while True:
            reply = self._asked("0820", codes.query, b"1" + f"{len(names):02d}".encode())
            names += _names(reply[1:])
            if reply[:1] != MORE:
                break
        loaded = [self._asked("0800", codes.load, name) for name in names]
        self._asked("0800", codes.end, b"")
        return [dict(tlvs(reply[1:])) for reply in loaded if reply[:1] == DATA]

    def load_numbered(self, codes: Codes) -> bytes:
        """A list that comes in pieces, each from the number after the last: black list, BINs."""
        entries, wanted = b"", 0
        while True:
            reply = self._asked("0800", codes.load, f"{wanted:03d}".encode())
            if reply[:1] not in {DATA, MORE}:
                break
            entries += reply[4:]
            wanted = int(reply[1:4]) + 1
            if reply[:1] == DATA:
                break
        self._asked("0800", codes.end, b"")
        return entries

    def load_parameters(self) -> dict[str, bytes]:
        return dict(_fixed(self._asked("0800", "360", b"")))

    def load_contactless(self) -> dict[str, str]:
        """Tags of six hex characters, lengths of three digits, all in characters."""
        text, found = self._asked("0800", "394", b"").decode(), {}
        while text:
            size = int(text[6:9])
            found[text[:6]], text = text[9:9 + size], text[9 + size:]
        return found

    def load_master_key(self) -> None:
        """A random key under the host's RSA key; the master key comes back under the random one."""
        public = dict(tlvs(self._asked("0800", "352", b"")))
        modulus = int.from_bytes(public["DF02"], "big")
        size = len(public["DF02"])
        mine = os.urandom(16)
        padded = b"\x00\x02" + b"\xff" * (size - 19) + b"\x00" + mine
        sealed = pow(int.from_bytes(padded, "big"), int.from_bytes(public["DF04"], "big"), modulus)
        reply = dict(tlvs(self._asked("0800", "350", b"".join((
            tlv_of("9F06", public["9F06"]), tlv_of("9F22", public["9F22"]),
            tlv_of("DF23", sealed.to_bytes(size, "big")), tlv_of("DF24", check_value(mine)))))))
        key = decrypt(mine, reply["DF21"])
        if check_value(key) != reply["DF22"]:
            raise NotReadyError("the master key has another check value")
        self._asked("0800", "351", b"")
        self.master_key, self.keys = key, None

    def _asked(self, mti: str, code: str, f62: bytes) -> bytes:
        more = {"f62": f62.hex().upper()} if f62 else {}
        reply = self.exchange(self.management(mti, code, stan=False, **more))
        if reply is None or reply.get(39) != "00":
            raise NotReadyError(f"{code}: {reply.get(39) if reply else 'no reply'}")
        return bytes.fromhex(reply.get(62))


def _fixed(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The values of a 360 reply; a tag that is not in the table derails the rest, so it is none."""
    while data:
        tag = data[:2].decode()
        width = WIDTHS[tag]
        yield tag, data[2:2 + width]
        data = data[2 + width:]


def _names(data: bytes) -> list[bytes]:
    """What identifies each entry of a query's reply, RID and index or AID, as it is asked for."""
    names: list[bytes] = []
    for tag, value in tlvs(data):
        if tag == "9F06":
            names.append(tlv_of(tag, value))
        elif tag == "9F22":
            names[-1] += tlv_of(tag, value)
    return names
