"""``--mac-key`` and ``--mac`` of a command: the clear key and the rule under which F64 is made."""

from __future__ import annotations

from simulator.commands import sayings as say
from simulator.commands.inputs import InputError, octets_of_hex
from simulator.wire.dialect import USUAL_RULES, Dialect, MacRule


def mac_given(mac_key: str, mac: str, dialect: Dialect) -> tuple[bytes, MacRule]:
    """The key of ``--mac-key``, empty where there is none, and the rule of ``--mac``."""
    if mac and mac not in USUAL_RULES:
        raise InputError(say.NO_MAC.say(given=mac, allowed=", ".join(USUAL_RULES)))
    key = octets_of_hex(mac_key, "--mac-key")
    if key and len(key) not in {8, 16}:
        raise InputError(say.KEY_LENGTH.say())
    if mac and not key:
        raise InputError(say.MAC_ALONE.say())
    return key, USUAL_RULES.get(mac, dialect.mac)
