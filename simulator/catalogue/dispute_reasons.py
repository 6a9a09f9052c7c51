"""Why a cardholder disputes a sale; decides nothing.  Schemes number these; the numbers are left out."""

from __future__ import annotations

from simulator.catalogue.reasons import Reason


class DisputeReason(Reason, fields=("disputed.reason",)):
    """What the cardholder says."""

    NOT_RECOGNISED = "not_recognised", "the cardholder does not know the sale", "持卡人不认可交易"
    FRAUD = "fraud", "somebody else used the card", "伪卡或盗用"
    NOT_DELIVERED = "not_delivered", "the goods never came", "未收到商品或服务"
    NOT_AS_DESCRIBED = "not_as_described", "the goods are not what was sold", "商品与描述不符"
    DUPLICATE = "duplicate", "the sale was taken twice", "重复扣款"
    WRONG_AMOUNT = "wrong_amount", "another sum was agreed on", "交易金额不符"
    REFUND_MISSING = "refund_missing", "a refund never came", "退款未到账"
