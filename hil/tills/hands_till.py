"""A till without a cable: hands do at the terminal what a clerk and a customer do, and tell what it showed.

For terminals without an ECR link.  What the hands tell is what the counter saw and no more: it is
evidence of the screen, not of the line.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

import msgspec

from hil.hands.hands import CardAsked, Deed, Done, Hands, HandsError, Question
from hil.tills import hands_words as say
from hil.tills.counter import Counter, Meant
from hil.tills.ends import Can, Told, Wish
from hil.tills.tickets import ThreadTicket
from simulator.catalogue.language import Told as Words
from simulator.local_time import mmdd
from simulator.wire.kinds import Kind

WITH_RECEIPT = frozenset({
    Kind.SALE, Kind.VOID, Kind.REFUND, Kind.PREAUTH, Kind.PREAUTH_VOID, Kind.COMPLETION, Kind.COMPLETION_VOID,
    Kind.COMPLETION_ADVICE, Kind.OFFLINE_SALE, Kind.QR_SALE, Kind.QR_VOID, Kind.QR_REFUND, Kind.TIP, Kind.ADJUST,
})
FORMS: dict[str, tuple[re.Pattern[str], Words]] = {
    "response_code": (re.compile(r"[0-9A-Za-z]{2}", re.ASCII), say.TWO),
    "rrn": (re.compile(r"[0-9A-Za-z]{1,12}", re.ASCII), say.TWELVE),
    "auth_code": (re.compile(r"[0-9A-Za-z]{1,6}", re.ASCII), say.SIX),
}


class HandsTill:
    """The bench asks hands as it would ask a clerk."""

    def __init__(
        self, hands: Hands, counter: Counter, *, now_ms: Callable[[], int], rest: Callable[[], object],
        within_s: float, password: str = "",
    ) -> None:
        """``rest`` waits until the line is quiet; ``password`` is the clerk's, of a sign-on."""
        self._hands = hands
        self._counter = counter
        self._now_ms = now_ms
        self._rest = rest
        self._within_s = within_s
        self._password = password
        self._told: dict[str, str] = {}
        self._lock = threading.Lock()

    def can(self, kind: Kind) -> Can:
        """Whether the terminal has this function and it is enabled; hands can press any key."""
        return self._counter.can(kind)

    def lacks(self, wish: Wish) -> str:
        """Hands are told a clerk's password at a sign-on only."""
        return "password" if wish.password and wish.kind is not Kind.SIGN_ON else ""

    def operate(self, wish: Wish) -> Told:
        """Ask once, and wait how it ends; the same order again: once more."""
        return self._serve(self._counter.means(wish))

    def begin(self, wish: Wish) -> ThreadTicket:
        """Ask, and do something else meanwhile."""
        meant = self._counter.means(wish)
        return ThreadTicket(meant.wish.order, lambda: self._serve(meant))

    def told(self, sale: str) -> str:
        """How the last try of a sale ended here, as the hands said; "" for nothing."""
        with self._lock:
            return self._told.get(sale, "")

    def rest(self) -> None:
        """Wait until the line is quiet: what the terminal still means to do, nobody sees."""
        self._rest()

    def close(self) -> None:
        """Let go of whoever was asked."""
        self._hands.close()

    def _serve(self, meant: Meant) -> Told:
        done = self._hands.ask(deed_of(meant, self._counter.tid, self._within_s, self._password))
        told = told_of(meant, done, mmdd(self._now_ms()))
        with self._lock:
            self._told[meant.wish.order] = told.result
        self._counter.heard(meant, told)
        return told


def deed_of(meant: Meant, tid: str, within_s: float, password: str = "") -> Deed:
    """What hands are asked for a wish."""
    wish, card = meant.wish, meant.card
    kind = say.KINDS[wish.kind]
    text = say.DO_SUM.both(kind=kind, yuan=_yuan(wish.amount_fen)) if wish.amount_fen else say.DO.both(kind=kind)
    questions: tuple[Question, ...] = (say.RESULT, say.CODE)
    if wish.kind in WITH_RECEIPT:
        questions += say.OF_RECEIPT
    if wish.kind is Kind.QR_SALE:
        questions += (say.VOUCHER,)
    return Deed(
        what=wish.kind.value, text=text, tid=tid, order=wish.order, amount_fen=wish.amount_fen,
        card=None if card is None else CardAsked(
            pan=card.pan, expiry=card.expiry, track2=card.track2, name=wish.card if isinstance(wish.card, str) else ""),
        pin="" if card is None else card.pin, facts=_facts(meant, password), questions=questions, within_s=within_s)


def card_deed(meant: Meant, tid: str, within_s: float) -> Deed | None:
    """What hands are asked where a till of another kind began the wish, and a card and a PIN are wanted; None for none."""
    wish = meant.wish
    if meant.card is None and not wish.qr_code:
        return None
    whole = deed_of(meant, tid, within_s)
    return msgspec.structs.replace(
        whole, what="present_card" if meant.card is not None else "show_code", questions=(),
        text=(say.PRESENT if meant.card is not None else say.SHOW).both(kind=say.KINDS[wish.kind]))


def _facts(meant: Meant, password: str) -> dict[str, str]:
    wish, of = meant.wish, meant.wish.original
    signs_on = wish.kind is Kind.SIGN_ON
    facts = {
        "entry": meant.card.entry if meant.card is not None else "", "qr_code": wish.qr_code,
        "clerk": wish.clerk if signs_on else "", "password": (wish.password or password) if signs_on else "",
        "signature": "yes" if wish.signature is not None else "",
    }
    if of is not None:
        facts |= {
            "original_stan": f"{of.stan:06}" if of.stan else "", "original_batch": f"{of.batch:06}" if of.batch else "",
            "original_rrn": of.rrn, "original_auth_code": of.auth_code, "original_date": of.date,
            "voucher": of.voucher,
        }
    return {name: given for name, given in facts.items() if given}


def told_of(meant: Meant, done: Done, date: str) -> Told:
    """What the counter saw by what hands told; ``HandsError`` for numbers that are none."""
    wish, answers = meant.wish, done.answers
    result = answers["result"]
    if result == "dark":
        return Told(say.DARK, kind=wish.kind, order=wish.order)
    for field, (form, words) in FORMS.items():
        if (given := answers.get(field, "")) and not form.fullmatch(given):
            raise HandsError(say.NO_FORM.say(name=done.by, field=field, given=repr(given[:40]), form=words))
    return Told(
        result, answers.get("response_code", "").upper(), done.note, wish.kind, wish.order,
        _number(done, "batch"), _number(done, "stan"), answers.get("rrn", ""), answers.get("auth_code", ""),
        wish.amount_fen, answers.get("voucher", ""), wish.qr_code, date)


def _number(done: Done, field: str) -> int:
    given = done.answers.get(field, "")
    if given and not re.fullmatch(r"\d{1,6}", given, re.ASCII):
        raise HandsError(say.NO_NUMBER.say(name=done.by, field=field, given=repr(given[:40])))
    return int(given or "0")


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"
