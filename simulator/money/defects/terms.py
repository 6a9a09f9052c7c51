"""Books built wrong on purpose in what was agreed: limits of cards, holds that are over, money advanced."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from simulator.defect import Defect, instead
from simulator.money.cards import Card
from simulator.money.clearing import MerchantSettlement
from simulator.money.issuer import IssuerAnswer, IssuerBooks
from simulator.money.ledger import Posting
from simulator.money.limits import TOO_OFTEN
from simulator.money.operations import Operation
from simulator.money.payout import PayoutDesk
from simulator.money.payout_steps import PayoutStep
from simulator.money.payout_terms import Deductions
from simulator.money.shown import Shown

_LIMITS = frozenset({"61", "65"})

# Approves above the limits of a card.


def _above_limits(
    right: Callable[..., str], books: IssuerBooks, card: Card | None, ref: str, amount_fen: int,
    held_fen: int, shown: Shown | None,
) -> str:
    refusal = right(books, card, ref, amount_fen, held_fen, shown)
    return "" if refusal in _LIMITS else refusal


# Looks at sums alone, and not at how often a card was used.


def _any_times(
    right: Callable[..., str], books: IssuerBooks, card: Card | None, ref: str, amount_fen: int,
    held_fen: int, shown: Shown | None,
) -> str:
    refusal = right(books, card, ref, amount_fen, held_fen, shown)
    return "" if refusal == TOO_OFTEN else refusal


# Holds on after the days that were agreed.


def _never_over(
    _right: object, _books: IssuerBooks, _today: str,
) -> tuple[tuple[str, Posting], ...]:
    return ()


# Takes money for a hold that is over.


def _forget_expired(
    debit: Callable[..., IssuerAnswer], books: IssuerBooks, key: str, ref: str, amount_fen: int,
    original: str = "", shown: Shown | None = None, *, in_part: bool = False,
) -> IssuerAnswer:
    books._expired.pop(original, None)
    return debit(books, key, ref, amount_fen, original, shown, in_part=in_part)


# Gives all of a reversed completion to the card, and holds nothing of it again.


def _not_held_again(_right: object, _books: IssuerBooks, _key: str, _times: int) -> bool:
    return False


# Ends holds a day before their last one.


def _a_day_early(
    begin_day: Callable[[IssuerBooks, str], tuple[tuple[str, Posting], ...]], books: IssuerBooks, today: str,
) -> tuple[tuple[str, Posting], ...]:
    days = books._hold_days
    books._hold_days = max(days - 1, 1)
    over = begin_day(books, today)
    books._hold_days = days
    return over


# Never takes back what it advanced.


def _advance_for_good(
    right: Callable[[PayoutDesk, MerchantSettlement], Deductions], desk: PayoutDesk,
    settlement: MerchantSettlement,
) -> Deductions:
    made = right(desk, settlement)
    if not desk._advances(settlement.mid) or not made.netted_fen:
        return made
    return replace(
        made, netted_fen=0, paid_fen=made.paid_fen + made.netted_fen,
        owed_fen=desk.owed_fen(settlement.mid))


# Says nothing of what a merchant owes.


def _carry_silently(
    plan: Callable[[PayoutDesk, MerchantSettlement], list[PayoutStep]], desk: PayoutDesk,
    settlement: MerchantSettlement,
) -> list[PayoutStep]:
    return [step for step in plan(desk, settlement) if isinstance(step, Posting)]


# Counts what is held, and forgets it when it is completed.


def _no_completions(
    count: Callable[..., None], books: IssuerBooks, operation: Operation, sign: int, times: int = 1,
) -> None:
    if not operation.more.held_fen:
        count(books, operation, sign, times)


# Counts what is taken, and never takes off what came back.


def _never_less(
    count: Callable[..., None], books: IssuerBooks, operation: Operation, sign: int, times: int = 1,
) -> None:
    if sign > 0:
        count(books, operation, sign, times)


ROWS = (
    Defect("issuer.ignores_limits", "a sale above the limits of its card is approved",
           (35,), instead(IssuerBooks, (IssuerBooks._refusal, _above_limits)),
           shown_by="money/limits",
           zh="超过卡片限额的交易也批准"),
    Defect("issuer.counts_no_uses", "a card is used more often in a day than its issuer lets it",
           (35,), instead(IssuerBooks, (IssuerBooks._refusal, _any_times)),
           shown_by="money/limits",
           zh="当日使用次数超过发卡行限定仍予批准"),
    Defect("issuer.counts_no_completions", "a completion does not count against the limits of its card",
           (35,), instead(IssuerBooks, (IssuerBooks._count, _no_completions)),
           shown_by="money/limits-of-completions",
           zh="预授权完成不占用卡片限额"),
    Defect("issuer.keeps_voided_sums", "what is voided or reversed still counts against the limits of its card",
           (35,), instead(IssuerBooks, (IssuerBooks._count, _never_less)),
           shown_by="money/limits",
           zh="已撤销或冲正的金额仍占用卡片限额"),
    Defect("issuer.holds_for_ever", "a pre-authorisation that nobody completes is held for ever",
           (35,), instead(IssuerBooks, (IssuerBooks.begin_day, _never_over)),
           shown_by="money/preauth-expires",
           zh="无人完成的预授权永远冻结"),
    Defect("issuer.completes_expired", "a completion takes money for a hold that is over",
           (35,), instead(IssuerBooks, (IssuerBooks.debit, _forget_expired)),
           shown_by="money/preauth-expires",
           zh="预授权过期后仍可完成扣款"),
    Defect("issuer.drops_completed_hold", "a reversed completion gives the hold back instead of putting it again",
           (35,), instead(IssuerBooks, (IssuerBooks._hold_again, _not_held_again)),
           shown_by="judge/completion-repeated",
           zh="预授权完成冲正后未恢复冻结，直接退还持卡人"),
    Defect("issuer.releases_a_day_early", "a pre-authorisation is given back on its last day",
           (35,), instead(IssuerBooks, (IssuerBooks.begin_day, _a_day_early)),
           shown_by="money/preauth-expires",
           zh="预授权在最后一天就解冻"),
    Defect("payout.advances_for_good", "what was advanced for a refund is never taken back",
           (6,), instead(PayoutDesk, (PayoutDesk.deductions, _advance_for_good)),
           shown_by="defects/refund-advanced",
           zh="为退货垫付的钱永不收回"),
    Defect("payout.owes_silently", "a merchant owes and nobody says so",
           (6,), instead(PayoutDesk, (PayoutDesk.plan, _carry_silently)),
           shown_by="defects/owes-after-payout",
           zh="商户欠款却无人告知"),
)
