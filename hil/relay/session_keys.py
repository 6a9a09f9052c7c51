"""The MAC keys of terminals, as a relay learns them: from a sign-on's answer that passes, by the master key.

Test keys only; nothing here shows one.
"""

from __future__ import annotations

from collections.abc import Callable

from hil.relay.seen import SeenMessage, Way
from simulator.wire.errors import KeyCheckError, WireError
from simulator.wire.keys import unwrap_working_keys
from simulator.wire.kinds import Kind

MasterKey = Callable[[str], bytes | None]  # of a TID
SIGNED_ON = "00"
MOST_KEYS = 10_000


class SessionKeys:
    """What is known of them."""

    def __init__(self, master_key: MasterKey | None) -> None:
        self._master_key = master_key
        self._mac_keys: dict[str, bytes] = {}

    def hear(self, seen: SeenMessage) -> None:
        """A message passes: perhaps keys stand in it."""
        message = seen.message
        if self._master_key is None or message is None or seen.way is not Way.DOWN:
            return
        if seen.kind != Kind.SIGN_ON or message.response_code != SIGNED_ON or not message.private:
            return
        master_key = self._master_key(seen.tid)
        if master_key is None:
            return
        try:
            self._mac_keys[seen.tid] = unwrap_working_keys(message.private, master_key).mak
            if len(self._mac_keys) > MOST_KEYS:
                del self._mac_keys[next(iter(self._mac_keys))]
        except (KeyCheckError, WireError):
            self._mac_keys.pop(seen.tid, None)

    def mac_key(self, tid: str) -> bytes | None:
        """The MAC key of a terminal."""
        return self._mac_keys.get(tid)
