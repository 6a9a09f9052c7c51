"""The counter in front of a terminal: what people mean by a wish before anybody asks the terminal for it.

Every till needs it, whatever it drives the terminal by: the order has a name, a sum and a card, and it
is written down as meant before its first try.
"""

from __future__ import annotations

from itertools import count

import msgspec

from hil.tills.ends import WITH_CARD, WITH_CODE, Can, CardOf, People, Told, Wish, code_of, typed
from simulator.machines.terminal.profile import Card, TerminalProfile
from simulator.machines.terminal.refusals import REFUSALS
from simulator.wire.kinds import Kind


class Meant(msgspec.Struct, frozen=True):
    """A wish with nothing left open."""

    wish: Wish  # with its order, sum and code
    card: Card | None


class Counter:
    """One counter: what can be asked of its terminal, and what people mean."""

    def __init__(self, tid: str, mid: str, profile: TerminalProfile, card_of: CardOf, people: People) -> None:
        self.tid = tid
        self._mid = mid
        self._profile = profile
        self._card_of = card_of
        self._people = people
        self._numbers = count(1)

    def can(self, kind: Kind) -> Can:
        """Whether the terminal has this function and it is enabled."""
        profile = self._profile
        if kind not in REFUSALS:
            return Can(f"{kind.value} is begun by the terminal itself")
        if kind.value in profile.disabled:
            return Can(f"{kind.value} is disabled in the profile of this terminal")
        if kind in WITH_CODE and not profile.qr:
            return Can("this terminal takes no QR codes")
        if kind is Kind.OFFLINE_SALE and profile.offline_limit_fen <= 0:
            return Can("this terminal sells nothing offline: offline_limit is 0")
        return Can()

    def knows(self, clerk: str) -> bool:
        """Whether this is the operator number of somebody who can sign on at this terminal."""
        return any(clerk == each for each, _ in self._profile.clerks)

    def means(self, wish: Wish) -> Meant:
        """Write down what people mean by a wish, before its first try."""
        order = wish.order or f"{wish.kind.value}-{self.tid}-{next(self._numbers)}"
        of = wish.original
        amount_fen = wish.amount_fen or (of.amount_fen if of is not None else 0)
        wish = msgspec.structs.replace(wish, order=order, amount_fen=amount_fen)
        card = self._card(wish)
        card = card if card is None else typed(card, wish)
        self._people.mean(self._mid, wish, card)
        return Meant(msgspec.structs.replace(wish, qr_code=code_of(wish)), card)

    def supervisor_password(self, kind: Kind) -> str:
        """What the supervisor types beside the clerk; "" where nobody needs to."""
        profile = self._profile
        return profile.supervisor_password if kind.value in profile.supervised else ""

    def heard(self, meant: Meant, told: Told) -> None:
        """How a try of it ended."""
        self._people.heard(self._mid, meant.wish, told)

    def _card(self, wish: Wish) -> Card | None:
        if wish.kind not in WITH_CARD:
            return None
        if isinstance(wish.card, Card):
            return wish.card
        return self._card_of(wish.card, wish.amount_fen) if wish.card else None
