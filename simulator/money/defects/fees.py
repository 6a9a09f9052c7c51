"""Fees and their shares reckoned wrong on purpose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from simulator.defect import Defect, instead
from simulator.money.clearing import CapturedItem, ClearedItem, Clearing, MerchantTerms
from simulator.money.fees import FeeRule
from simulator.money.ledger import Posting
from simulator.money.shares import ShareRule

Moved = Callable[[Clearing, CapturedItem, MerchantTerms], tuple[int, int]]
Fee = Callable[[Clearing, MerchantTerms, str], FeeRule]
Share = Callable[[Clearing, MerchantTerms, str], ShareRule]

# ---- the fee on the sum of a settlement, and a fen for each item's rounding on top -----------


def _fee_of_sum(_right: object, clearing: Clearing, mid: str, items: list[ClearedItem]) -> int:
    gross = sum(item.amount_fen for item in items)
    return clearing._merchants[mid].fee.fee_fen(gross) + len(items)


# ---- what a refund moves ---------------------------------------------------------------------


def _on_each_refund(
    _right: Moved, _clearing: Clearing, item: CapturedItem, _terms: MerchantTerms,
) -> tuple[int, int]:
    """The fee of a refund by itself, as if it were a sale the other way round."""
    return (0, item.amount_fen) if item.amount_fen > 0 else (-item.amount_fen, 0)


def _back_though_kept(
    moved: Moved, clearing: Clearing, item: CapturedItem, terms: MerchantTerms,
) -> tuple[int, int]:
    return moved(clearing, item, replace(terms, fee_on_refund="given_back"))


def _kept_also_of_voids(
    moved: Moved, clearing: Clearing, item: CapturedItem, terms: MerchantTerms,
) -> tuple[int, int]:
    return moved(clearing, item, terms) if item.amount_fen > 0 else (0, 0)


def _whole_fee_at_first_refund(
    moved: Moved, clearing: Clearing, item: CapturedItem, terms: MerchantTerms,
) -> tuple[int, int]:
    before, after = moved(clearing, item, terms)
    return (before, 0) if item.of and after < before else (before, after)


# ---- which rule ------------------------------------------------------------------------------


def _without(**named: int) -> Callable[..., FeeRule]:
    def wrong(fee: Fee, clearing: Clearing, terms: MerchantTerms, card_kind: str) -> FeeRule:
        return replace(fee(clearing, terms, card_kind), **named)

    return wrong


def _one_for_all(_fee: Fee, _clearing: Clearing, terms: MerchantTerms, _card_kind: str) -> FeeRule:
    return terms.fee


def _credit_as_debit(
    capture: Callable[..., Posting | None], clearing: Clearing, *given: Any, **named: Any,
) -> Posting | None:
    kind = named.get("card_kind")
    return capture(clearing, *given, **named | {"card_kind": "debit" if kind == "credit" else kind})


def _code_as_card(
    capture: Callable[..., Posting | None], clearing: Clearing, *given: Any, **named: Any,
) -> Posting | None:
    kind = named.get("card_kind")
    return capture(clearing, *given, **named | {"card_kind": "debit" if kind == "qr" else kind})


# ---- who has what of it ----------------------------------------------------------------------


def _issuer_uncapped(
    share: Share, clearing: Clearing, terms: MerchantTerms, card_kind: str,
) -> ShareRule:
    return replace(share(clearing, terms, card_kind), issuer_cap_fen=0)


def _exempt_pays(
    share: Share, clearing: Clearing, terms: MerchantTerms, card_kind: str,
) -> ShareRule:
    return share(clearing, replace(terms, merchant_class="standard"), card_kind)


def _no_network(
    share: Share, clearing: Clearing, terms: MerchantTerms, card_kind: str,
) -> ShareRule:
    return replace(share(clearing, terms, card_kind), network_per_million=0)


ROWS = (
    Defect("fee.rounds_each_batch", "the fee of a batch is not the sum of its items' fees",
           (3,), instead(Clearing, (Clearing._fee_of_batch, _fee_of_sum)), shown_by="lost-reply",
           zh="批次手续费不等于各笔手续费之和"),
    Defect("fee.on_each_refund", "each refund gives back the fee of its own sum: more than was taken",
           (3,), instead(Clearing, (Clearing._moved, _on_each_refund)),
           shown_by="money/two-half-refunds-given-back",
           zh="每笔退货按自身金额退手续费，合计多于已收"),
    Defect("fee.back_though_kept", "a refund gives a fee back that the merchant's terms keep",
           (3,), instead(Clearing, (Clearing._moved, _back_though_kept)),
           shown_by="money/two-half-refunds-kept",
           zh="约定退货不退手续费，却退了"),
    Defect("fee.kept_of_voids", "neither a void nor a refund gives a fee back",
           (3,), instead(Clearing, (Clearing._moved, _kept_also_of_voids)),
           shown_by="money/fee-kept-across-days",
           zh="撤销与退货都不退手续费"),
    Defect("fee.back_at_once", "the first part that is refunded gives the whole fee back",
           (3,), instead(Clearing, (Clearing._moved, _whole_fee_at_first_refund)),
           shown_by="money/fee-refund-across-days",
           zh="首笔部分退货即退全部手续费"),
    Defect("fee.no_cap", "a fee above its cap is taken whole",
           (3,), instead(Clearing, (Clearing._fee_rule, _without(cap_fen=0))),
           shown_by="money/fee-by-card", zh="超过封顶的手续费照收"),
    Defect("fee.no_minimum", "a fee below its minimum is not raised",
           (3,), instead(Clearing, (Clearing._fee_rule, _without(minimum_fen=0))),
           shown_by="money/fee-minimum-and-plus", zh="低于最低手续费时未按最低收取"),
    Defect("fee.no_plus", "what comes on top of each sale is not taken",
           (3,), instead(Clearing, (Clearing._fee_rule, _without(plus_fen=0))),
           shown_by="money/fee-minimum-and-plus", zh="每笔附加费未收"),
    Defect("fee.one_for_all_cards", "every kind of card pays the fee of all others",
           (3,), instead(Clearing, (Clearing._fee_rule, _one_for_all)),
           shown_by="money/fee-by-card", zh="不分卡种，按同一费率收费"),
    Defect("fee.credit_as_debit", "a credit card is cleared as a debit card",
           (3,), instead(Clearing, (Clearing.capture, _credit_as_debit)),
           shown_by="money/fee-by-card", zh="贷记卡按借记卡清算"),
    Defect("fee.code_as_card", "a sale by a wallet's code is cleared as a card's",
           (3,), instead(Clearing, (Clearing.capture, _code_as_card)),
           shown_by="money/fee-by-card", zh="扫码交易按刷卡清算"),
    Defect("fee.issuer_uncapped", "the issuer's share of a debit card's fee has no cap",
           (3,), instead(Clearing, (Clearing._share_rule, _issuer_uncapped)),
           shown_by="money/fee-exempt-class", zh="借记卡发卡行服务费未封顶"),
    Defect("fee.exempt_pays", "issuer and network have their shares of an exempt merchant's fee",
           (3,), instead(Clearing, (Clearing._share_rule, _exempt_pays)),
           shown_by="money/fee-exempt-class", zh="减免类商户仍分发卡行与网络服务费"),
    Defect("fee.no_network_share", "the network has nothing of any fee",
           (3,), instead(Clearing, (Clearing._share_rule, _no_network)),
           shown_by="money/fee-exempt-class", zh="网络服务费未分"),
)
