"""Whether the fields of a message are where they seem to be; of one that is out of step nothing is shown.

In damaged bytes a card number may stand where no mask looks for it.
"""

from __future__ import annotations

from simulator.wire.message import Message

LEAST_PAN, MOST_PAN = 13, 19
_OF_CARDS = frozenset({"2", "35"})


def is_in_step(message: Message) -> bool:
    """Whether a mask hides what it should: a TID, a card number of a length, none among the rest."""
    pan, others = message.pan, dict(message.others)
    return bool(message.tid) and (
        not pan or LEAST_PAN <= len(pan) <= MOST_PAN) and not (others.keys() & _OF_CARDS)
