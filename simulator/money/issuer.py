"""The books of one issuer (or wallet): debits, credits and holds, each done at most once for a key.

Knows no window, queue or message, and no card number: cards are named by a masked reference.  An
undo that overtakes its request is remembered, so that the request is refused when it comes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import date, timedelta
from sys import intern
from zlib import crc32

from msgspec.structs import replace

from simulator.catalogue.money_reasons import PostingReason
from simulator.money import accounts
from simulator.money.cards import INVALID_CARD, TAKES_CREDIT, Card, CardFile, CardStatus
from simulator.money.ledger import Entries, Ledger, Posting
from simulator.money.limits import NO_LIMIT, CardSums, Limit, of_one_payment
from simulator.money.operations import (
    APPROVED,
    DUPLICATE,
    IN_PART,
    INSUFFICIENT,
    NO_HOLD,
    NOT_FOUND,
    OVER_LIMIT,
    SUSPECTED,
    IssuerAnswer,
    OfHolds,
    Operation,
)
from simulator.money.shown import PinTries, Shown

EXPIRED_KEPT_DAYS = 90  # so long it is known of a hold that it is over, and by then nobody asks

__all__ = ["APPROVED", "IssuerAnswer", "IssuerBooks"]


class IssuerBooks:
    """One issuer's cards and operations, on a shared ledger.

    Cards that nobody opened draw on the pool where there is one, else are opened at their first
    use with ``default_opening_fen``, else are refused (14).  Operations are remembered until they
    are undone, declined or :meth:`settle`-d, and ``remember_days`` ends of day longer.
    ``limit`` bounds each card without one of its own.  A hold lasts for ``hold_days`` days after
    the one on which it was made (0: for ever), then it is given back: see :meth:`begin_day`.
    """

    __slots__ = (
        "_cards", "_days", "_dispute", "_due", "_expired", "_forgettable", "_hold", "_hold_days", "_holds", "_ledger",
        "_log", "_pin_tries", "_remember_days", "_salt", "_sums", "_today", "bank",
    )

    def __init__(
        self, bank: str, ledger: Ledger, *, default_opening_fen: int | None = None,
        remember_days: int = 2, limit: Limit = NO_LIMIT, hold_days: int = 0,
    ) -> None:
        self.bank = bank
        self._ledger = ledger
        self._remember_days = remember_days
        self._due = accounts.due(bank)
        self._dispute = accounts.dispute(bank)
        self._hold = accounts.hold(bank)
        self._salt = crc32(bank.encode())
        self._cards = CardFile(bank, ledger, default_opening_fen)
        self._pin_tries = PinTries()
        self._log: dict[str, Operation] = {}
        self._holds: dict[str, int] = {}  # open holds by key, fen
        self._forgettable: list[str] = []
        self._days: deque[list[str]] = deque()
        self._sums = CardSums(limit)
        self._hold_days = hold_days
        self._expired: dict[str, str] = {}  # holds that are over, and on which day
        self._today = ""  # ISO

    # ---- cards -------------------------------------------------------------------------------

    def open_card(
        self, ref: str, opening_fen: int, status: CardStatus = CardStatus.NORMAL,
        limit_fen: int = 0, limit: Limit | None = None, account: str = "",
    ) -> tuple[Posting, ...]:
        """Open a card's own account; ``limit_fen`` is the most one debit may take (0: no limit).

        ``limit`` holds instead of that of all cards.  A wallet gives the name of its user's account.
        """
        if limit is not None:
            self._sums.set_limit(ref, limit)
        return self._cards.open(ref, opening_fen, status, limit_fen, account)

    def open_pool(
        self, opening_fen: int, limit_fen: int = 0, account: str = "", limit: Limit = NO_LIMIT,
    ) -> tuple[Posting, ...]:
        """One account for all cards that nobody opened: a fleet's customers cost no memory.

        A wallet gives its own account name, and ``limit`` of whoever pays from it, by the wallet's
        own name.  ``limit_fen`` is what each such card has to spend (0: no bound); it falls with
        each debit.
        """
        if limit:
            self._sums.set_limit(self.bank, of_one_payment(limit))
        return self._cards.open_pool(opening_fen, limit_fen, account)

    def set_status(self, ref: str, status: CardStatus) -> tuple[Posting, ...]:
        """Freeze, report lost, close, reopen …; a card unknown so far is opened by that."""
        return self._cards.set_status(ref, status)

    # ---- operations --------------------------------------------------------------------------

    def debit(
        self, key: str, ref: str, amount_fen: int, original: str = "", shown: Shown | None = None,
        *, in_part: bool = False,
    ) -> IssuerAnswer:
        """Take money for a sale or completion; a completion releases the hold ``original``.

        ``in_part``: where there is less than was asked, what is there is taken (10).
        """
        known = self._log.get(key)
        if known is not None:
            return self._again(known, key, PostingReason.DEBIT, ref, amount_fen)
        card, opened = self._cards.find(ref)
        if original in self._expired:  # the hold is over, and nothing may be taken for it
            return self._decline(key, Operation(PostingReason.DEBIT, ref, amount_fen, NOT_FOUND), opened)
        held_fen = self._holds.get(original, 0) if original else 0
        if held_fen:
            self._count(self._log[original], -1)
        refusal = self._refusal(card, ref, amount_fen, held_fen, shown)
        if in_part and card is not None and refusal == INSUFFICIENT:
            there_fen = self._cards.spendable_fen(card, ref)
            if there_fen > 0:
                return self._debit_part(key, ref, card, amount_fen, there_fen)
        if refusal and held_fen:
            self._count(self._log[original], 1)
        if refusal or card is None:
            declined = Operation(PostingReason.DEBIT, ref, amount_fen, refusal)
            return self._decline(key, declined, opened)
        if held_fen:
            del self._holds[original]
        else:
            hold = self._log.get(original) if original else None
            if hold is not None and hold.why is PostingReason.HOLD:
                hold.more = replace(hold.more, completed_again=True)
            original = ""
        operation = Operation(
            PostingReason.DEBIT, intern(ref), amount_fen, APPROVED, card.account, self._today,
            more=OfHolds(original, held_fen=held_fen) if original else NO_HOLD)
        self._log[key] = operation
        self._count(operation, 1)
        posting = self._booked(key, operation)
        postings = (*opened, posting) if opened else (posting,)
        return IssuerAnswer(APPROVED, self.auth_code(key), None, postings)

    def _debit_part(
        self, key: str, ref: str, card: Card, amount_fen: int, part_fen: int,
    ) -> IssuerAnswer:
        operation = self._log[key] = Operation(
            PostingReason.DEBIT, ref, amount_fen, IN_PART, card.account, self._today,
            more=OfHolds(part_fen=part_fen))
        self._count(operation, 1)
        posting = self._booked(key, operation)
        return IssuerAnswer(IN_PART, self.auth_code(key), None, (posting,), part_fen)

    def credit(
        self, key: str, ref: str, amount_fen: int, original: str = "", shown: Shown | None = None,
    ) -> IssuerAnswer:
        """Give money back for a void or refund.

        ``original`` is not looked up: the sale may be long settled and forgotten.
        """
        del original
        return self._simple(PostingReason.CREDIT, key, ref, amount_fen, shown, self._credit_refusal)

    def note_void(self, key: str, original: str) -> None:
        """What was credited under a key is a void: its sale counts against no limit any more."""
        void, sale = self._log.get(key), self._log.get(original)
        if void is not None and sale is not None and void.ref == sale.ref and (
            void.response_code == APPROVED and not void.undone and not void.more.voids
        ):
            self._count(sale, -1, times=0)
            void.more = replace(void.more, voids=original)

    def hold(
        self, key: str, ref: str, amount_fen: int, shown: Shown | None = None,
    ) -> IssuerAnswer:
        """Put money aside for a pre-authorisation."""
        answer = self._simple(PostingReason.HOLD, key, ref, amount_fen, shown, self._hold_refusal)
        if answer.response_code == APPROVED and answer.postings:
            self._holds[key] = amount_fen
            self._count(self._log[key], 1)
        return answer

    def release(self, key: str, ref: str, original: str) -> IssuerAnswer:
        """Give a hold back whole; 25 where it is not open."""
        known = self._log.get(key)
        if known is not None:
            return self._again(known, key, PostingReason.RELEASE, ref, known.amount_fen)
        held_fen = self._holds.get(original)
        card = self._cards.known(ref)
        if held_fen is None or card is None or self._log[original].ref != ref:
            return self._decline(key, Operation(PostingReason.RELEASE, ref, 0, NOT_FOUND), ())
        del self._holds[original]
        self._count(self._log[original], -1, times=0)  # the card was used all the same
        released = self._log[key] = Operation(
            PostingReason.RELEASE, ref, held_fen, APPROVED, card.account,
            more=OfHolds(original))
        self._forgettable += (key, original)
        posting = self._booked(key, released)
        return IssuerAnswer(APPROVED, self.auth_code(key), None, (posting,))

    def balance(self, ref: str, shown: Shown | None = None) -> IssuerAnswer:
        """What a card may spend."""
        card, opened = self._cards.find(ref)
        if card is None:
            return IssuerAnswer(INVALID_CARD)
        refusal = card.refusal or self._shown_refusal(ref, shown)
        if refusal:
            return IssuerAnswer(refusal)
        return IssuerAnswer(APPROVED, "", self._cards.spendable_fen(card, ref), opened)

    def spendable_fen(self, ref: str) -> int | None:
        """What a card may spend now; None where nothing is known of it."""
        card = self._cards.known(ref)
        return None if card is None else self._cards.spendable_fen(card, ref)

    def reverse(self, key: str) -> IssuerAnswer:
        """Undo what was booked under a key, once; always answered 00, so that it can be repeated.

        A key that never came is remembered as undone and refused (22) if it comes later.
        """
        operation = self._log.get(key)
        if operation is None:
            self._log[key] = Operation(None, "", 0, SUSPECTED, undone=True)
            self._forgettable.append(key)
            return IssuerAnswer(APPROVED)
        if operation.undone:
            return IssuerAnswer(APPROVED)
        operation.undone = True
        self._forgettable.append(key)
        self._uncount(operation, key)
        if operation.why is PostingReason.HOLD and self._holds.pop(key, None) is None:
            return IssuerAnswer(APPROVED)  # completed or released meanwhile: nothing is held
        if not operation.account:
            return IssuerAnswer(APPROVED)
        back: Entries = tuple((account, -fen) for account, fen in operation.entries(self._hold, self._due))
        is_completion = operation.why is PostingReason.DEBIT
        hold_used = operation.more.hold_used
        if hold_used and not self._hold_again(hold_used, int(is_completion)):
            card = self._cards.known(operation.ref)
            assert card is not None, "it was debited"
            back = ((card.account, operation.amount_fen), (self._due, -operation.amount_fen))
        self._cards.note(operation.ref, back)
        return IssuerAnswer(APPROVED, "", None, (self._ledger.post(PostingReason.REVERSE, key, back),))

    # ---- disputes ----------------------------------------------------------------------------

    def take_disputed(self, case: str, amount_fen: int) -> Posting:
        """Take disputed money back from the scheme."""
        return self._disputed(PostingReason.DISPUTE_TAKEN, case, self._due, self._dispute, amount_fen)

    def return_disputed(self, case: str, amount_fen: int) -> Posting:
        """Let the scheme have it again."""
        return self._disputed(PostingReason.DISPUTE_RETURNED, case, self._dispute, self._due, amount_fen)

    def credit_disputed(self, case: str, ref: str, amount_fen: int) -> Posting:
        """Give it to the cardholder for good."""
        card, _ = self._cards.find(ref)
        assert card is not None, "it was debited"
        posting = self._disputed(
            PostingReason.DISPUTE_CREDITED, case, self._dispute, card.account, amount_fen)
        self._cards.note(ref, posting.entries)
        return posting

    def _disputed(
        self, why: PostingReason, case: str, source: str, target: str, amount_fen: int,
    ) -> Posting:
        return self._ledger.post(why, case, ((source, -amount_fen), (target, amount_fen)))

    # ---- what is remembered ------------------------------------------------------------------

    def settle(self, key: str) -> None:
        """A key is cleared: forget it ``remember_days`` ends of day from now."""
        operation = self._log.get(key)
        if operation is not None:
            self._forgettable.append(key)
            if hold_used := operation.more.hold_used:
                self._forgettable.append(hold_used)

    def end_day(self) -> None:
        """Forget what has been forgettable for long enough; what is open is never forgotten."""
        self._pin_tries.end_day()
        self._days.append(self._forgettable)
        self._forgettable = []
        while len(self._days) > self._remember_days:
            for key in self._days.popleft():
                if key not in self._holds:
                    self._log.pop(key, None)

    def state_of(self, key: str) -> str:
        """"" never came, "undone", the response code of a decline, or "00": what a query asks."""
        operation = self._log.get(key)
        if operation is None:
            return ""
        return "undone" if operation.undone else operation.response_code

    def remembered(self) -> int:
        """How many keys are remembered."""
        return len(self._log)

    def auth_code(self, key: str) -> str:
        """F38: six digits decided by bank and key alone."""
        return f"{crc32(key.encode(), self._salt) % 1_000_000:06}"

    # ---- parts -------------------------------------------------------------------------------

    def _refusal(
        self, card: Card | None, ref: str, amount_fen: int, held_fen: int, shown: Shown | None,
    ) -> str:
        if card is None:
            return INVALID_CARD
        if card.refusal:
            return card.refusal
        if shown is not None:
            refusal = self._pin_tries.refusal_of(ref, shown)
            if refusal:
                return refusal
        if card.limit_fen and not card.pooled and amount_fen > card.limit_fen:
            return OVER_LIMIT
        if code := self._sums.refusal(ref, amount_fen, self._today):
            return code
        if amount_fen > self._cards.spendable_fen(card, ref) + held_fen:
            return INSUFFICIENT
        return ""

    def _shown_refusal(self, ref: str, shown: Shown | None) -> str:
        return "" if shown is None else self._pin_tries.refusal_of(ref, shown)

    def _again(
        self, known: Operation, key: str, why: PostingReason, ref: str, amount_fen: int,
    ) -> IssuerAnswer:
        if known.undone:
            return IssuerAnswer(SUSPECTED)
        if (known.why, known.ref, known.amount_fen) != (why, ref, amount_fen):
            return IssuerAnswer(DUPLICATE)
        approved = known.response_code in (APPROVED, IN_PART)
        return IssuerAnswer(
            known.response_code, self.auth_code(key) if approved else "", part_fen=known.more.part_fen)

    def _decline(
        self, key: str, declined: Operation, opened: tuple[Posting, ...],
    ) -> IssuerAnswer:
        self._log[key] = declined
        self._forgettable.append(key)
        return IssuerAnswer(declined.response_code, "", None, opened)

    def _simple(
        self, why: PostingReason, key: str, ref: str, amount_fen: int, shown: Shown | None,
        refusal_of: Callable[[Card | None, str, int, Shown | None], str],
    ) -> IssuerAnswer:
        known = self._log.get(key)
        if known is not None:
            return self._again(known, key, why, ref, amount_fen)
        card, opened = self._cards.find(ref)
        refusal = refusal_of(card, ref, amount_fen, shown)
        if refusal or card is None:
            return self._decline(key, Operation(why, ref, amount_fen, refusal), opened)
        done = self._log[key] = Operation(why, intern(ref), amount_fen, APPROVED, card.account, day=self._today)
        posting = self._booked(key, done)
        return IssuerAnswer(APPROVED, self.auth_code(key), None, (*opened, posting))

    def _booked(self, key: str, operation: Operation) -> Posting:
        """Move the money of an operation."""
        entries = operation.entries(self._hold, self._due)
        self._cards.note(operation.ref, entries)
        assert operation.why is not None, "it came"
        return self._ledger.post(operation.why, key, entries)

    def _credit_refusal(self, card: Card | None, ref: str, _amount_fen: int, shown: Shown | None) -> str:
        if card is None or card.status not in TAKES_CREDIT:
            return INVALID_CARD
        return self._shown_refusal(ref, shown)

    def _hold_refusal(self, card: Card | None, ref: str, amount_fen: int, shown: Shown | None) -> str:
        return self._refusal(card, ref, amount_fen, 0, shown)

    def _hold_again(self, key: str, times: int) -> bool:
        """Hold what a completion or a release had used; not where the hold was undone or completed once more.

        ``times``: 1 where the completion was the use of the card in its place.
        """
        held = self._log.get(key)
        if held is None or held.undone or held.more.completed_again:
            return False
        self._holds[key] = held.amount_fen
        self._count(held, 1, times)
        return True

    # ---- days and limits ---------------------------------------------------------------------

    def begin_day(self, today: str) -> tuple[tuple[str, Posting], ...]:
        """A calendar day begins (ISO): holds that are over are given back, by the keys that made them."""
        if today <= self._today:
            return ()
        self._today = today
        if not self._hold_days:
            return ()
        now = date.fromisoformat(today)
        last = (now - timedelta(days=self._hold_days)).isoformat()
        over = [key for key in self._holds if self._log[key].day < last]
        kept = (now - timedelta(days=EXPIRED_KEPT_DAYS)).isoformat()
        self._expired = {key: day for key, day in self._expired.items() if day > kept}
        return tuple((key, self._expire(key)) for key in over)

    def _expire(self, key: str) -> Posting:
        held, held_fen = self._log[key], self._holds.pop(key)
        card = self._cards.known(held.ref)
        assert card is not None, "it was held"
        entries: Entries = ((self._hold, -held_fen), (card.account, held_fen))
        self._count(held, -1)
        self._cards.note(held.ref, entries)
        self._expired[key] = self._today
        self._forgettable.append(key)
        return self._ledger.post(PostingReason.EXPIRE, key, entries)

    def _count(self, operation: Operation, sign: int, times: int = 1) -> None:
        """Have an operation count against the limits of its card, or no more."""
        self._sums.count(operation.ref, sign * operation.booked_fen, operation.day, sign * times)

    def _uncount(self, operation: Operation, key: str) -> None:
        """An operation is undone: what it took counts no more, what it gave back counts again."""
        is_debit = operation.why is PostingReason.DEBIT and bool(operation.account)
        is_held = operation.why is PostingReason.HOLD and key in self._holds
        if is_debit or is_held:
            self._count(operation, -1)
        elif (voids := operation.more.voids) and voids in self._log:
            self._count(self._log[voids], 1, times=0)
