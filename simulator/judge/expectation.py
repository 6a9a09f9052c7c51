"""What a scenario expects, as values; judges nothing."""

from __future__ import annotations

import msgspec

from simulator.judge.verdict import Where


class Bound(msgspec.Struct, frozen=True, gc=False):
    """So many at least, so many at most; a whole number counts, a fraction is a share."""

    at_least: int | float | None = None
    at_most: int | float | None = None

    def admits(self, count: int, base: int) -> bool:
        """Whether ``count`` of ``base`` is within.

        >>> Bound(1, 0.5).admits(2, 4), Bound(at_most=1).admits(2, 4), Bound(0.9).admits(3, 4)
        (True, False, False)
        """
        least, most = self.at_least, self.at_most
        return (least is None or count >= _of(least, base)) and (
            most is None or count <= _of(most, base))

    def text(self) -> tuple[str, str]:
        """For people, in English and Chinese.

        >>> Bound(1, 0.5).text()
        ('at least 1, at most 50%', '至少 1 笔，至多 50%')
        """
        least, most = self.at_least, self.at_most
        english = [f"{word} {_shown(limit)}" for word, limit in (
            ("at least", least), ("at most", most)) if limit is not None]
        chinese = [f"{word} {_shown(limit)}{'' if isinstance(limit, float) else ' 笔'}" for word, limit in (
            ("至少", least), ("至多", most)) if limit is not None]
        return ", ".join(english), "，".join(chinese)


def _of(limit: float, base: int) -> float:
    return limit * base if isinstance(limit, float) else limit


def _shown(limit: float) -> str:
    return f"{limit:.0%}" if isinstance(limit, float) else str(limit)


class Placed(msgspec.Struct, frozen=True, gc=False):
    """Sales that must be at a place: named ones each, within a bound, or at least a share (0: none).

    A share is of all sales that were meant; of suspended money of those that were taken.
    """

    where: Where
    share: float = 1.0
    sales: tuple[str, ...] = ()  # ids; needs a judgement that kept all its rows
    bound: Bound | None = None


class Came(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """How voids and refunds must come out: given back to the cardholder, or refused.

    A share and a bound are of all voids and refunds that were asked for.
    """

    how: str  # "given_back" or "refused"
    share: float = 1.0
    orders: tuple[str, ...] = ()  # by their own names
    by_ms: tuple[int | None, ...] = ()  # one for one; None: at any time
    bound: Bound | None = None


class Seen(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What must have been seen on the way, so often; ``times`` None: at least once."""

    what: str
    merchant: str = ""
    terminal: int = 0
    text: str = ""  # stands in it
    not_before_ms: int | None = None
    until_ms: int | None = None
    times: int | None = None


class Expectation(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """``arrived``: "all", "none", "90 %" or "0.9" of what was taken; "" expects nothing."""

    arrived: str = ""
    by_ms: int | None = None
    not_before_ms: int | None = None  # no money that is asked about arrives earlier
    exercised: tuple[int, ...] = ()  # invariants whose case must come up
    placed: tuple[Placed, ...] = ()
    came: tuple[Came, ...] = ()
    owes: tuple[tuple[str, int], ...] = ()  # merchant, fen at the end
    disputes: tuple[tuple[str, str], ...] = ()  # case, stage at the end
    reversed: tuple[str, ...] | None = None  # exactly the sales of which a reversal was carried out
    seen: tuple[Seen, ...] = ()


def share_of(text: str) -> float:
    """The share that ``arrived`` means; ``ValueError`` names what is allowed.

    >>> share_of("all"), share_of("90 %"), share_of("0.25")
    (1.0, 0.9, 0.25)
    """
    named = {"all": 1.0, "none": 0.0}
    if text in named:
        return named[text]
    try:
        share = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ValueError(f'"{text}": allowed are "all", "none", "90 %" or "0.9"')
    return share
