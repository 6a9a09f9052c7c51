"""The life of a dispute (交易争议): its stages, who may do what at each, whose turn it is; a table.

Request for the slip (调单), answer, chargeback (退单), re-presentment (再请款), second chargeback
(二次退单), credit adjustment (贷记调整).  What schemes have beside it (pre-compliance, compliance,
arbitration) is left out: after a second chargeback the merchant has lost.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class DisputeStage(StrEnum):
    """Where a case stands."""

    REQUESTED = "requested"
    ANSWERED = "answered"
    CHARGED_BACK = "charged_back"
    REPRESENTED = "represented"
    CHARGED_BACK_AGAIN = "charged_back_again"
    ADJUSTED = "adjusted"
    LOST = "lost"  # by the merchant: the cardholder has the money
    WON = "won"  # by the merchant: it has the money
    REFUSED = "refused"  # nothing is left of the sale that could be disputed
    LATE = "late"  # no stage: what came after the case was closed


class DisputeAct(StrEnum):
    """What somebody does about a case."""

    REQUEST = "request"
    EVIDENCE = "evidence"
    CHARGEBACK = "chargeback"
    REPRESENTMENT = "representment"
    SECOND_CHARGEBACK = "second_chargeback"
    CREDIT_ADJUSTMENT = "credit_adjustment"
    ACCEPT = "accept"  # whoever has the turn gives in


class Holder(StrEnum):
    """Who has the disputed money."""

    MERCHANT = "merchant"
    BANK = "bank"  # the cardholder's, or the wallet: until the case is decided
    CARDHOLDER = "cardholder"


class StageRow(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One stage: who has the money, what may follow, and what becomes of it when its term is over."""

    en: str
    zh: str
    holder: Holder | None = None  # None: as before
    acts: tuple[tuple[DisputeAct, DisputeStage], ...] = ()
    term: str = ""  # setting of the acquirer; "": nobody is waited for
    then: DisputeStage | None = None  # when its term is over, or where it has none, at once


_A, _S = DisputeAct, DisputeStage
STAGES: dict[DisputeStage, StageRow] = {
    _S.REQUESTED: StageRow(
        en="the slip is asked for", zh="调单", holder=Holder.MERCHANT, term="answer_within", then=_S.LOST,
        acts=((_A.EVIDENCE, _S.ANSWERED), (_A.CREDIT_ADJUSTMENT, _S.ADJUSTED), (_A.ACCEPT, _S.LOST))),
    _S.ANSWERED: StageRow(
        en="answered with evidence", zh="已提供凭证", holder=Holder.MERCHANT, term="chargeback_within",
        then=_S.WON, acts=((_A.CHARGEBACK, _S.CHARGED_BACK), (_A.ACCEPT, _S.WON))),
    _S.CHARGED_BACK: StageRow(
        en="charged back", zh="退单", holder=Holder.BANK, term="representment_within", then=_S.LOST,
        acts=((_A.REPRESENTMENT, _S.REPRESENTED), (_A.ACCEPT, _S.LOST))),
    _S.REPRESENTED: StageRow(
        en="presented again", zh="再请款", holder=Holder.MERCHANT, term="second_chargeback_within",
        then=_S.WON,
        acts=((_A.SECOND_CHARGEBACK, _S.CHARGED_BACK_AGAIN), (_A.ACCEPT, _S.WON))),
    _S.CHARGED_BACK_AGAIN: StageRow(
        en="charged back again", zh="二次退单", holder=Holder.BANK, then=_S.LOST),
    _S.ADJUSTED: StageRow(
        en="given back by a credit adjustment", zh="贷记调整", holder=Holder.BANK, then=_S.LOST),
    _S.LOST: StageRow(
        en="closed for the cardholder", zh="结案：退还持卡人", holder=Holder.CARDHOLDER),
    _S.WON: StageRow(en="closed for the merchant", zh="结案：商户胜", holder=Holder.MERCHANT),
    _S.REFUSED: StageRow(en="refused: nothing is left of the sale", zh="不受理：原交易无可争议余额"),
    _S.LATE: StageRow(en="came too late", zh="逾期"),
}
OPENING: dict[DisputeAct, DisputeStage] = {
    _A.REQUEST: _S.REQUESTED, _A.CHARGEBACK: _S.CHARGED_BACK,
}
CLOSED = frozenset({_S.LOST, _S.WON, _S.REFUSED})
ITEM_OF: dict[DisputeStage, str] = {
    _S.CHARGED_BACK: "chargeback", _S.LOST: "chargeback", _S.REPRESENTED: "representment",
    _S.CHARGED_BACK_AGAIN: "second_chargeback", _S.ADJUSTED: "credit_adjustment",
}
"""What an item of the merchant's settlement is called by which money moves at a stage."""
ITEMS = frozenset(ITEM_OF.values())
CHARGEBACKS = frozenset({"chargeback", "second_chargeback"})
"""What a bank takes against the merchant's will: each may cost a fee."""


def acts_at(stage: DisputeStage | None) -> dict[DisputeAct, DisputeStage]:
    """What may be done at a stage, or about a case that is not opened, and where it leads.

    >>> sorted(acts_at(DisputeStage.CHARGED_BACK)), sorted(acts_at(None))
    ([<DisputeAct.ACCEPT: 'accept'>, <DisputeAct.REPRESENTMENT: 'representment'>], [<DisputeAct.CHARGEBACK: 'chargeback'>, <DisputeAct.REQUEST: 'request'>])
    """
    return OPENING if stage is None else dict(STAGES[stage].acts)
