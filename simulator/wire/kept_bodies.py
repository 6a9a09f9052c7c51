"""The bytes of messages that were just sealed or heard, so that nothing is encoded twice.

A message that was changed is another message, and has no bytes here.
"""

from __future__ import annotations

from simulator.wire.message import Message

MOST = 2048  # messages of each of two generations; a message under way is checked soon or never


class KeptBodies:
    """Bodies by the identity of their message, the older half forgotten from time to time."""

    __slots__ = ("_old", "_young")

    def __init__(self) -> None:
        # The message is kept with its bytes: while it lives its id is nobody else's.
        self._young: dict[int, tuple[Message, bytes]] = {}
        self._old: dict[int, tuple[Message, bytes]] = {}

    def keep(self, message: Message, body: bytes) -> None:
        """These are the bytes of this message."""
        if len(self._young) >= MOST:
            self._old, self._young = self._young, {}
        self._young[id(message)] = (message, body)

    def of(self, message: Message) -> bytes:
        """The bytes of a message, or b"" where they are not kept."""
        found = self._young.get(id(message)) or self._old.get(id(message))
        return found[1] if found is not None and found[0] is message else b""
