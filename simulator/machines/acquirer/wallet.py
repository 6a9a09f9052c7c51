"""QR sale, void and refund over wallet channels: each booked exactly once, or not at all.

A QR sale is a card sale whose money a wallet moves.  A wallet whose customer has not paid yet, or
that does not know, is asked again every ``wallet_again_ms``; a 0200 waits ``wallet_timeout_ms`` in
all, then it is given up as a card's is: the terminal is told, the wallet is asked to call it off
until it has heard, and whatever it says later changes nothing.  A reversal does the same at any
moment.  A 0220 (refund) is repeated under the same key until the wallet knows.

The voucher (A4) that the reply to a sale carries names the sale for its void and refund, and one
without it lacks a field.  Only where this host gives no vouchers F61 names the sale.  A wallet that never answered the payment itself may still get it late, so its
"failed" to a query counts only once the payment itself was answered.
"""

from __future__ import annotations

from msgspec.structs import replace

from simulator.catalogue.host_reasons import AlarmCode, UndoneWhy
from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.copies import waits_for
from simulator.machines.acquirer.events import Alarm, AskWallet, TransactionKey, WalletAnswered
from simulator.machines.acquirer.originals import (
    BEYOND_PENDING,
    beyond_pending,
    find_original,
    is_settled,
    may_refer,
)
from simulator.machines.acquirer.replies import clock, sale_reply
from simulator.machines.acquirer.rules import WALLET_RULES, refusal
from simulator.machines.acquirer.sales import approve, decline, give_up
from simulator.machines.acquirer.transactions import REPEATED_MTI, Transaction, rrn_of
from simulator.machines.acquirer.undoing import ASKED_AGAIN, UNDOING, undoing_heard
from simulator.machines.acquirer.work import Effects, Request, Waiting, Work
from simulator.wire.kinds import MTI, Kind
from simulator.wire.message import Message
from simulator.wire.scanned import code_tags

AGAIN = ASKED_AGAIN  # and in the ref of that
NO_SUM, NO_WALLET, NOT_FOUND, FAILED, FORMAT_ERROR = "13", "15", "25", "05", "30"
DONE = {Kind.QR_SALE: "paid", Kind.QR_VOID: "refunded", Kind.QR_REFUND: "refunded"}
OPEN_STATES = frozenset({"unknown", "pending"})


# ---- requests --------------------------------------------------------------------------------


def qr_sale(work: Work, request: Request) -> Effects:
    """Ask the wallet of a customer's code for the sum."""
    message = request.message
    qr_code = code_tags(message).qr_code
    channel = work.wallets.find(qr_code)
    if not message.amount_fen or message.amount_fen < 0:
        return decline(work, request, NO_SUM)
    if not qr_code:
        return decline(work, request, FORMAT_ERROR)
    if not channel:
        return decline(work, request, NO_WALLET)
    return ask_wallet(work, request, channel, qr_code, None)


def qr_return(work: Work, request: Request) -> Effects:
    """Void or refund: ask the wallet of the sale to give money back."""
    if work.settings.qr_voucher and not code_tags(request.message).voucher:
        text = f"{request.kind.value} with STAN {request.key.stan:06} lacks A4"
        return [
            Alarm(AlarmCode.NO_VOUCHER, request.key.tid, text), *decline(work, request, FORMAT_ERROR)]
    original_key = named_sale(work, request)
    original = work.books.find(original_key) if original_key is not None else None
    code = refusal(
        WALLET_RULES[request.kind], plainly_named(request.message), original,
        settled=original is not None and is_settled(work, original.key),
        percent=work.settings.completion_percent,
    )
    if code:
        return decline(work, request, code)
    if (alarm := beyond_pending(work, request)) is not None:
        return [*alarm, *decline(work, request, BEYOND_PENDING)]
    assert original is not None
    return ask_wallet(work, request, original.channel, original.qr_code, original_key)


def named_sale(work: Work, request: Request) -> TransactionKey | None:
    """The sale that a void or refund means: by its voucher, or by F61 of a host without; none where they differ.

    A voucher of another terminal names nothing here, but for a refund at its merchant's tills.  F61
    of zeros says nothing.
    """
    voucher = code_tags(request.message).voucher
    named = request.message.original
    if not voucher:
        found = find_original(work, request)[0]
        return None if found is None else found.key
    by_voucher = work.books.vouchers.get(voucher)
    if by_voucher is None or not may_refer(work, request, by_voucher):
        return None
    is_named = named is None or not named.stan or (
        (named.batch, named.stan) == (by_voucher.batch, by_voucher.stan))
    return by_voucher if is_named else None


def plainly_named(message: Message) -> Message:
    """Without an RRN that is nothing but zeros: some families send it so in a refund."""
    return message if message.rrn.strip("0") else replace(message, rrn="")


def ask_wallet(
    work: Work, request: Request, channel: str, qr_code: str, original: TransactionKey | None,
) -> Effects:
    """Take a transaction up."""
    now_ms = request.now_ms
    number = work.books.number + 1
    stored = work.store(journal.Asked(
        request.key, request.kind, request.message.amount_fen or 0, "", channel, number,
        clock(work, now_ms)[1], original, qr_code,
    ))
    rrn = rrn_of(number)
    transaction = work.books.unanswered[rrn]
    work.waiting[rrn] = waits_for(request, transaction)
    if MTI[request.kind] != REPEATED_MTI:
        work.deadlines.arm(rrn, now_ms, work.settings.wallet_timeout_ms)
    work.deadlines.arm(AGAIN + rrn, now_ms, work.settings.wallet_again_ms)
    return [stored, wallet_request(transaction, rrn)]


def wallet_request(transaction: Transaction, ref: str) -> AskWallet:
    """Pay or refund, the first time or again."""
    return AskWallet(
        ref=ref, request="pay" if transaction.kind is Kind.QR_SALE else "refund",
        qr_code=transaction.qr_code, amount_fen=transaction.amount_fen, key=transaction.key,
        original=transaction.original,
    )


def ask_about(transaction: Transaction) -> AskWallet:
    """Ask a wallet what became of a payment; giving back is simply asked for again."""
    ref = AGAIN + transaction.rrn
    if transaction.kind is not Kind.QR_SALE:
        return wallet_request(transaction, ref)
    return AskWallet(
        ref=ref, request="query", qr_code=transaction.qr_code,
        amount_fen=transaction.amount_fen, key=transaction.key, original=transaction.key,
    )


# ---- answers ---------------------------------------------------------------------------------


def wallet_answered(work: Work, event: WalletAnswered, now_ms: int) -> Effects:
    """Book what is known now and answer who waits for it."""
    ref = event.ref
    if UNDOING in ref:
        if event.state in OPEN_STATES:
            return []
        return undoing_heard(work, ref, done=event.state == "cancelled")
    rrn = ref.removeprefix(AGAIN)
    transaction = work.books.unanswered.get(rrn)
    if transaction is None:
        return []
    if ref == rrn:
        work.wallet_heard.add(rrn)
    if event.state == DONE[transaction.kind]:
        waiting = no_longer_waiting(work, transaction)
        return approve(work, waiting, transaction, "00", "", now_ms)
    if event.state in OPEN_STATES or not failure_is_final(work, transaction):
        return []
    return wallet_failed(work, transaction, event.state if event.state.isdecimal() else FAILED, now_ms)


def failure_is_final(work: Work, transaction: Transaction) -> bool:
    """Whether the payment itself can no longer reach the wallet."""
    return transaction.kind is not Kind.QR_SALE or transaction.rrn in work.wallet_heard


def wallet_failed(work: Work, transaction: Transaction, code: str, now_ms: int) -> Effects:
    """No money moved, and none will; ``code`` says why."""
    waiting = no_longer_waiting(work, transaction)
    effects: Effects = [work.store(journal.Decided(
        transaction.key, code, work.books.settlement_date,
    ))]
    if waiting is not None and waiting.link:
        effects.append(sale_reply(work, waiting, code, now_ms, transaction.rrn))
    return effects


def no_longer_waiting(work: Work, transaction: Transaction) -> Waiting | None:
    """Who waits for the answer; nobody does any more."""
    rrn = transaction.rrn
    work.deadlines.disarm(rrn)
    work.deadlines.disarm(AGAIN + rrn)
    work.wallet_heard.discard(rrn)
    return work.waiting.pop(rrn, None)


# ---- no answer -------------------------------------------------------------------------------


def ask_wallet_again(work: Work, transaction: Transaction, now_ms: int) -> Effects:
    """The wallet does not know yet, or has said nothing: once more, until the wait is over."""
    work.deadlines.arm(AGAIN + transaction.rrn, now_ms, work.settings.wallet_again_ms)
    return [ask_about(transaction)]


def wallet_silent(work: Work, transaction: Transaction, now_ms: int) -> Effects:
    """The wait is over: given up, and called off at the wallet."""
    waiting = no_longer_waiting(work, transaction)
    assert waiting is not None, "a 0200 that nobody waits for is undone at a restart"
    code = work.settings.issuer_timeout_answer
    return give_up(work, waiting, transaction, UndoneWhy.TIMEOUT, code, now_ms)
