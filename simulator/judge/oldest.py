"""What is kept by number: the oldest go, many at a time.

To find the first of a dictionary whose first ones were deleted it is searched from its very beginning:
one by one, that takes longer than all else that is done with a sale.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

PART = 8  # of those that are kept so many go at once


def most(kept: int) -> int:
    """How many there may be for so many to be kept at least.

    >>> most(8), most(20_000)
    (9, 22500)
    """
    return kept + max(1, kept // PART)


def forget_oldest(memory: dict[Any, Any], kept: int) -> tuple[Any, ...]:
    """Keep so many, the newest; their names are those of the forgotten ones.

    >>> memory = dict.fromkeys("abcde")
    >>> forget_oldest(memory, 3), list(memory)
    (('a', 'b'), ['c', 'd', 'e'])
    """
    oldest = tuple(islice(memory, max(0, len(memory) - kept)))
    for each in oldest:
        del memory[each]
    return oldest
