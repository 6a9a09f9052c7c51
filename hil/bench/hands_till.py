"""A till made of hands: somebody does at the terminal what a clerk does, and tells how it ended.

For terminals without an ECR link.  What nobody can read off a terminal stays empty.
"""

from __future__ import annotations

from itertools import count

import msgspec

from hil.bench import hands_till_words as say
from hil.bench.ends import WITH_CARD, Can, CardOf, People, Told, Wish, code_of
from hil.hands.hands import CardAsked, Choice, Deed, Hands, Question
from hil.power.power import PowerSupply
from simulator.judge.words.sentences import yuan
from simulator.machines.terminal.profile import Card
from simulator.machines.terminal.refusals import REFUSALS
from simulator.wire.kinds import Kind

MOST_STAN = 999_999
DARK = "dark"
RESULTS = (
    Choice("approved", "a", say.APPROVED), Choice("declined", "d", say.DECLINED),
    Choice("refused", "r", say.REFUSED), Choice("failed", "f", say.FAILED),
    Choice(DARK, "x", say.WENT_DARK),
)
QUESTIONS = (
    Question(name="result", text=say.HOW, choices=RESULTS),
    Question(name="response_code", text=say.CODE, optional=True),
    Question(name="stan", text=say.STAN, optional=True),
    Question(name="batch", text=say.BATCH, optional=True),
    Question(name="rrn", text=say.RRN, optional=True),
    Question(name="auth_code", text=say.AUTH_CODE, optional=True),
    Question(name="date", text=say.DATE, optional=True),
)


class HandsTill:
    """Hands at a terminal do as a clerk does."""

    def __init__(
        self, tid: str, mid: str, hands: Hands, power: PowerSupply, card_of: CardOf, people: People,
        within_s: float,
    ) -> None:
        self._tid = tid
        self._mid = mid
        self._hands = hands
        self._power = power
        self._card_of = card_of
        self._people = people
        self._within_s = within_s
        self._numbers = count(1)
        self._told: dict[str, Told] = {}

    def can(self, kind: Kind) -> Can:
        """Whether a clerk can be asked for this."""
        return Can() if kind in REFUSALS else Can(f"{kind.value} is begun by the terminal itself")

    def operate(self, wish: Wish) -> Told:
        """Have it done once, and hear how it ended; ``HandsError`` where nobody did it."""
        of = wish.original
        wish = msgspec.structs.replace(
            wish, order=wish.order or f"{wish.kind.value}-{self._tid}-{next(self._numbers)}",
            amount_fen=wish.amount_fen or (of.amount_fen if of is not None else 0))
        dark = Told("", kind=wish.kind, order=wish.order)
        if not self._power.is_on:
            return dark
        card = self._card(wish)
        self._people.mean(self._mid, wish, card)
        answers = self._hands.ask(self._deed(wish, card)).answers
        told = dark if answers["result"] == DARK else Told(
            answers["result"], answers.get("response_code", ""), "", wish.kind, wish.order,
            _number(answers.get("batch", "")), _number(answers.get("stan", "")), answers.get("rrn", ""),
            answers.get("auth_code", ""), wish.amount_fen, qr_code=code_of(wish), date=answers.get("date", ""))
        self._told[wish.order] = told
        self._people.heard(self._mid, wish, told)
        return told

    def told(self, sale: str) -> str:
        """How the last try of a sale ended here, as it was told; "" for nothing."""
        told = self._told.get(sale)
        return told.result if told is not None else ""

    def rest(self) -> None:
        """Nobody can see it at the terminal; the line says."""

    def close(self) -> None:
        """Let go of whoever was asked."""
        self._hands.close()

    def _card(self, wish: Wish) -> Card | None:
        if wish.kind not in WITH_CARD:
            return None
        return wish.card if isinstance(wish.card, Card) else self._card_of(wish.card, wish.amount_fen)

    def _deed(self, wish: Wish, card: Card | None) -> Deed:
        facts = {"clerk": wish.clerk}
        if wish.password:
            facts["password"] = wish.password
        if code := code_of(wish):
            facts["qr_code"] = code
        if (of := wish.original) is not None:
            given = {"original_stan": f"{of.stan:06}" if of.stan else "",
                     "original_batch": f"{of.batch:06}" if of.batch else "", "original_rrn": of.rrn,
                     "original_auth_code": of.auth_code, "original_date": of.date, "voucher": of.voucher}
            facts |= {name: value for name, value in given.items() if value}
        kind = say.kind_of(wish.kind)
        text = say.DO_SUM.both(kind=kind, amount=yuan(wish.amount_fen)) if wish.amount_fen \
            else say.DO.both(kind=kind)
        return Deed(
            what=wish.kind.value, text=text, tid=self._tid, order=wish.order,
            card=None if card is None else CardAsked(
                pan=card.pan, expiry=card.expiry, track2=card.track2,
                name=wish.card if isinstance(wish.card, str) else ""),
            pin=card.pin if card is not None else "", amount_fen=wish.amount_fen, facts=facts,
            questions=QUESTIONS, within_s=self._within_s)


def _number(text: str) -> int:
    """A number of six digits that somebody read; 0 for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and int(text) <= MOST_STAN else 0


