"""QR payments over wallet channels: pay, query until known, refund; each booked exactly once.

A payment that the wallet has not decided is answered 09 and stays pending; the terminal's query
and the host's own (every ``wallet_again_ms``) ask the wallet, and whichever hears first that it is
paid books it.  A refund is repeated under the same key until the wallet knows.

A wallet that never answered the payment itself may still get it late, so its "failed" to a query
counts only once the payment was answered or is older than ``wallet_final_ms``.  A payment that is
known to be paid after it was given up (reversed, settled without it) is given back: an AskWallet
``refund`` whose key and original are the payment's own.
"""

from __future__ import annotations

from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.copies import waits_for
from simulator.machines.acquirer.events import AskWallet, Reply, TransactionKey, WalletAnswered
from simulator.machines.acquirer.memory import rrn_of
from simulator.machines.acquirer.replies import clock, reply, sale_reply
from simulator.machines.acquirer.rules import QR_REFUND
from simulator.machines.acquirer.sales import approve, decline, refusal_of
from simulator.machines.acquirer.transactions import NOT_NOW, PENDING_CODE, State, Transaction
from simulator.machines.acquirer.undoing import UNDOING, undoing_heard
from simulator.machines.acquirer.work import Effects, Request, Waiting, Work, key_of_original
from simulator.wire.kinds import Kind

QUERY = "Q"  # before the RRN in the ref of a query
NO_WALLET = "15"
FAILED = "05"
NO_AMOUNT = 0  # a query does not tell the sum of what it asks about
DONE = {Kind.QR_PAY: "paid", Kind.QR_REFUND: "refunded"}


# ---- requests --------------------------------------------------------------------------------


def qr_pay(work: Work, request: Request) -> Effects:
    """Ask the wallet of a customer's code for the sum."""
    message = request.message
    qr_code = (message.private or b"").decode("ascii", "replace")
    channel = work.wallets.find(qr_code)
    if not message.amount_fen or message.amount_fen < 0:
        return decline(work, request, "13")
    if not channel:
        return decline(work, request, NO_WALLET)
    return ask_wallet(work, request, channel, qr_code, None)


def qr_refund(work: Work, request: Request) -> Effects:
    """Ask the wallet of the payment to give money back."""
    code = refusal_of(work, QR_REFUND, request)
    if code:
        return decline(work, request, code)
    original_key = key_of_original(request.key.tid, request.message.original)
    original = work.books.find(original_key) if original_key is not None else None
    assert original is not None
    return ask_wallet(work, request, original.channel, original.qr_code, original_key)


def ask_wallet(
    work: Work, request: Request, channel: str, qr_code: str, original: TransactionKey | None,
) -> Effects:
    """Take a payment or refund up."""
    now_ms = request.now_ms
    number = work.books.number + 1
    stored = work.store(journal.Asked(
        request.key, request.kind, request.message.amount_fen or 0, "", channel, number,
        clock(work, now_ms)[1], original, qr_code,
    ))
    rrn = rrn_of(number)
    transaction = work.books.unanswered[rrn]
    work.waiting[rrn] = waits_for(request, transaction)
    work.first_asked_ms[rrn] = now_ms
    work.deadlines.arm(rrn, now_ms, work.settings.wallet_timeout_ms)
    return [stored, wallet_request(transaction, rrn)]


def wallet_request(transaction: Transaction, ref: str) -> AskWallet:
    """Pay or refund, the first time or again."""
    return AskWallet(
        ref=ref, request="pay" if transaction.kind is Kind.QR_PAY else "refund",
        qr_code=transaction.qr_code, amount_fen=transaction.amount_fen, key=transaction.key,
        original=transaction.original,
    )


def wallet_query(transaction: Transaction, ref: str) -> AskWallet:
    """What became of a payment."""
    return AskWallet(
        ref=ref, request="query", qr_code=transaction.qr_code,
        amount_fen=transaction.amount_fen, key=transaction.key, original=transaction.key,
    )


def qr_query(work: Work, request: Request) -> Effects:
    """Tell what became of a payment or refund, asking the wallet where nobody knows yet."""
    original_key = key_of_original(request.key.tid, request.message.original)
    transaction = work.books.find(original_key) if original_key is not None else None
    if transaction is None or transaction.kind not in DONE:
        effects: Effects = []
        if transaction is None and original_key and original_key.batch == request.terminal.batch:
            # 25 is a promise: the payment may still be on its way, and comes too late now.
            effects.append(work.store(journal.ReversedAhead(
                original_key, Kind.QR_PAY, NO_AMOUNT, "",
            )))
        return [*effects, reply(work, request, "25")]
    waiting = waits_for(request, transaction)
    if transaction.state not in (State.ASKED, State.PENDING):
        return [query_reply(work, waiting, transaction, request.now_ms)]
    asked = transaction.rrn in work.queries
    work.queries[transaction.rrn] = waiting
    if asked:
        return []
    work.deadlines.arm(
        QUERY + transaction.rrn, request.now_ms, work.settings.wallet_timeout_ms,
    )
    return [ask_about(transaction)]


def ask_about(transaction: Transaction) -> AskWallet:
    """Ask a wallet what became of a payment; a refund is simply asked for again."""
    ref = QUERY + transaction.rrn
    if transaction.kind is Kind.QR_REFUND:
        return wallet_request(transaction, ref)
    return wallet_query(transaction, ref)


def query_reply(work: Work, waiting: Waiting, transaction: Transaction, now_ms: int) -> Reply:
    """The answer to a query: that of the payment, as far as it is known."""
    code = PENDING_CODE if transaction.state is State.ASKED else transaction.code
    if code in NOT_NOW:  # what was refused for then is refused for good: not "ask again"
        code = FAILED
    return sale_reply(work, waiting, code, now_ms, transaction.rrn, transaction.auth_code)


# ---- answers ---------------------------------------------------------------------------------


def wallet_answered(work: Work, event: WalletAnswered, now_ms: int) -> Effects:
    """Book what is known now and answer all who wait for it."""
    ref = event.ref
    if UNDOING in ref:
        return undoing_answered_by_wallet(work, event)
    query = ref.startswith(QUERY)
    transaction = work.books.unanswered.get(ref.removeprefix(QUERY))
    if transaction is None:
        return []
    if event.state == DONE[transaction.kind]:
        return wallet_done(work, transaction, now_ms)
    if not query:
        work.first_asked_ms.pop(transaction.rrn, None)
    if event.state == "failed" and failure_is_final(work, transaction, now_ms):
        return wallet_failed(work, transaction, now_ms)
    return wallet_undecided(work, transaction, now_ms)


def undoing_answered_by_wallet(work: Work, event: WalletAnswered) -> Effects:
    """The wallet has heard that a payment is undone, or does not know just now."""
    if event.state in ("unknown", "pending"):
        return []
    return undoing_heard(work, event.ref, done=event.state == "refunded")


def failure_is_final(work: Work, transaction: Transaction, now_ms: int) -> bool:
    """Whether the payment itself can no longer reach the wallet."""
    asked_ms = work.first_asked_ms.get(transaction.rrn)
    return asked_ms is None or now_ms - asked_ms >= work.settings.wallet_final_ms


def wallet_done(work: Work, transaction: Transaction, now_ms: int) -> Effects:
    """Paid or refunded: once, whoever heard of it."""
    waiting, query = no_longer_waiting(work, transaction)
    effects = approve(work, waiting, transaction, "00", "", now_ms)
    if query is not None:
        effects.append(query_reply(work, query, transaction, now_ms))
    return effects


def wallet_failed(work: Work, transaction: Transaction, now_ms: int) -> Effects:
    """Nothing was paid, and nothing will be."""
    waiting, query = no_longer_waiting(work, transaction)
    effects: Effects = [work.store(journal.Decided(
        transaction.key, FAILED, work.books.settlement_date,
    ))]
    if waiting is not None:
        effects.append(sale_reply(work, waiting, FAILED, now_ms, transaction.rrn))
    if query is not None:
        effects.append(query_reply(work, query, transaction, now_ms))
    return effects


def wallet_undecided(work: Work, transaction: Transaction, now_ms: int) -> Effects:
    """Not known yet: 09, and ask again later."""
    waiting, query = no_longer_waiting(work, transaction)
    effects: Effects = []
    if transaction.state is State.ASKED:
        effects.append(work.store(journal.Decided(
            transaction.key, PENDING_CODE, work.books.settlement_date,
        )))
    if waiting is not None:
        effects.append(sale_reply(work, waiting, PENDING_CODE, now_ms, transaction.rrn))
    if query is not None:
        effects.append(query_reply(work, query, transaction, now_ms))
    work.deadlines.arm(transaction.rrn, now_ms, work.settings.wallet_again_ms)
    return effects


def no_longer_waiting(work: Work, transaction: Transaction) -> tuple[Waiting | None, Waiting | None]:
    """Who waits for the payment's answer and who for a query's; nobody does any more."""
    rrn = transaction.rrn
    work.deadlines.disarm(rrn)
    work.deadlines.disarm(QUERY + rrn)
    return work.waiting.pop(rrn, None), work.queries.pop(rrn, None)


# ---- no answer -------------------------------------------------------------------------------


def wallet_silent(work: Work, transaction: Transaction, now_ms: int) -> Effects:
    """No answer in time, or time to ask again."""
    effects = wallet_undecided(work, transaction, now_ms)
    effects.append(ask_about(transaction))
    return effects


def recover_wallet(work: Work, transaction: Transaction, now_ms: int) -> Effects:
    """After a restart nothing is given up: the wallet is asked."""
    if transaction.state is State.ASKED:
        work.first_asked_ms[transaction.rrn] = now_ms
    return wallet_silent(work, transaction, now_ms)
