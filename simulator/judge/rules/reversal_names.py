"""Part of invariant 7: a reversal names its original rightly, by date and by reason.

Judged from the wire, and only where it leaves no doubt: the date (F13) is the original request's;
the reason (F39) is A0 where an approval with a wrong MAC came before the terminal gave up, and 98
where nothing came at all.  What a terminal thinks of any other reply is its profile's business.
"""

from __future__ import annotations

from simulator.catalogue.response_codes import response_code
from simulator.judge.book import Book
from simulator.judge.open_items import Transaction
from simulator.trace.records import Arrived, Concluded, Record, Restarted, Sent

NO_REPLY, BAD_MAC = "98", "A0"
_REVERSAL = frozenset({"0400", "0410"})


def check(book: Book, transaction: Transaction, record: Sent) -> None:
    """A 0400 leaves its terminal."""
    story = transaction.sale.story
    if transaction.reversals > 1 or story is None:
        return  # a repetition is the same message
    request = _request(story, transaction)
    if request is None:
        return
    if record.local_date != request.local_date:
        _find(book, "reversal_of_other_date", transaction, record,
              said=record.local_date, right=request.local_date)
    right = _reason(story, transaction, request)
    if right and record.response_code and record.response_code != right:
        _find(book, "reversal_for_other_reason", transaction, record,
              said=record.response_code, right=right)


def _find(
    book: Book, code: str, transaction: Transaction, record: Sent, *, said: str, right: str,
) -> None:
    sale = transaction.sale
    book.find(
        code, at_ms=record.at_ms, sale=sale, tid=record.tid, key=transaction.key,
        amount_fen=transaction.amount_fen, story=[*(sale.story or ()), record], said=said,
        right=right,
    )


def _request(story: list[Record], transaction: Transaction) -> Sent | None:
    """The original, as it was first sent."""
    for record in story:
        if isinstance(record, Sent) and _is_of(record, transaction):
            return record
    return None


def _reason(story: list[Record], transaction: Transaction, request: Sent) -> str:
    """The only right reason, or nothing where there may be more than one."""
    heard = restarted = forged = False
    for record in story:
        if isinstance(record, Restarted):
            if forged:
                return ""  # it may have gone down before it could store what it had seen
            restarted = restarted or record.at_ms >= request.at_ms
        elif isinstance(record, Concluded) and record.stan == transaction.stan:
            break  # what comes now is too late
        elif isinstance(record, Arrived) and record.actor == request.actor and (
            _is_of(record, transaction)
        ):
            if restarted:
                return ""
            heard = True
            if (
                not record.genuine and response_code(record.response_code).approves
                and record.amount_fen == request.amount_fen and not transaction.reply_genuine
            ):
                forged = True
    if forged:
        return BAD_MAC
    return "" if heard else NO_REPLY


def _is_of(record: Sent | Arrived, transaction: Transaction) -> bool:
    return (
        record.stan == transaction.stan and record.batch == transaction.batch
        and record.mti not in _REVERSAL
    )
