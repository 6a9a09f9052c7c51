"""What people say, and what is done: each line read by hand, with the effect it must have and no other."""

from __future__ import annotations

import pytest

from hil.gherkin.reading import readings

_EN = [  # kind, step: each clause as "sentence name=value …", values as a scenario has them
    ("when", "the merchant sells for ¥68.00", "sells amount=6800"),
    ("when", "the shop takes ¥68", "sells amount=6800"),
    ("when", "the customer pays ¥25.00 with Alipay", "pays_by_wallet amount=2500 wallet=wallet.alipay"),
    ("when", "the merchant sells for ¥68.00 and settles", "sells amount=6800 + settles"),
    ("when", "the merchant refunds ¥30.00", "refunds amount=3000"),
    ("when", "the sale is voided", "voids"),
    ("when", "the merchant does its end of day", "settles"),
    ("when", "the customer pays ¥20.00 with a wrong PIN", "pays_with_wrong_pin amount=2000"),
    ("when", "the customer tries again", "tries_again"),
    ("when", "10 minutes pass", "passes length=600000"),
    ("when", "two days later the merchant settles", "goes_on + settles"),
    ("when", "the merchant does a sale of 12.50 yuan", "sells amount=1250"),
    ("when", "the merchant pre-authorises ¥500.00", "preauthorises amount=50000"),
    ("then", "the sale goes through", "says_approved"),
    ("then", "the sale is declined because the card is frozen", "declined_because 62"),
    ("then", "the customer is not charged", "paid_nothing"),
    ("then", "the customer has paid ¥68.00", "paid amount=6800"),
    ("then", "the customer has not paid twice", "not_paid_twice"),
    ("then", "the merchant has received ¥99.40", "received_now amount=9940"),
    ("then", "nothing has arrived", "received_nothing_now"),
    ("then", "¥49.70 of the merchant stand in suspense", "suspended_now amount=4970"),
    ("then", "the merchant owes ¥5.00", "owes amount=500"),
    ("then", "the merchant gets 2 text messages", "notices count=2"),
    ("then", "no receipt is printed", "no_receipt"),
    ("then", "the settlement fails", "not_taken"),
    ("then", "2 reversals are sent", "reversals count=2"),
    ("given", "the fee is 0.6%", "fee"),
    ("given", 'a merchant "Baker" with 2 terminals', "opens name=Baker count=2"),
    ("given", 'a terminal "P1"', "names_terminal label=P1"),
    ("given", "the account is in another name", "account_in_another_name"),
]
_ZH = [
    ("when", "商户做一笔68.00元的消费", "sells amount=6800"),
    ("when", "顾客刷卡支付68元", "sells amount=6800"),
    ("when", "顾客用支付宝支付25.00元", "pays_by_wallet amount=2500 wallet=wallet.alipay"),
    ("when", "顾客用微信支付25.00元", "pays_by_wallet amount=2500 wallet=wallet.wechat"),
    ("when", "商户消费68元,然后结算", "sells amount=6800 + settles"),
    ("when", "商户退款30元", "refunds amount=3000"),
    ("when", "撤销这笔消费", "voids"),
    ("when", "商户日终结算", "settles"),
    ("when", "顾客刷卡20.00元但密码输错", "pays_with_wrong_pin amount=2000"),
    ("when", "过了10分钟", "passes length=600000"),
    ("when", "两天后商户结算", "goes_on + settles"),
    ("when", "商户做预授权500元", "preauthorises amount=50000"),
    ("then", "消费成功", "says_approved"),
    ("then", "这笔消费被拒绝,因为卡被冻结", "declined_because 62"),
    ("then", "顾客未被扣款", "paid_nothing"),
    ("then", "顾客被扣款68元", "paid amount=6800"),
    ("then", "顾客没有重复付款", "not_paid_twice"),
    ("then", "商户到账99.40元", "received_now amount=9940"),
    ("then", "没有到账", "received_nothing_now"),
    ("then", "商户有49.70元挂账", "suspended_now amount=4970"),
    ("then", "商户欠5元", "owes amount=500"),
    ("then", "商户收到2条短信", "notices count=2"),
    ("then", "没有打印签购单", "no_receipt"),
    ("then", "结算失败", "not_taken"),
    ("then", "发出2笔冲正", "reversals count=2"),
    ("given", "手续费0.6%", "fee"),
    ("given", '商户"面包店"有2台终端', "opens name=面包店 count=2"),
    ("given", '一台终端"P1"', "names_terminal label=P1"),
    ("given", "断网10分钟", "line_down length=600000"),
    ("given", "商户的账户户名不一致", "account_in_another_name"),
]


def _told(text: str, kind: str) -> list[str]:
    return [
        " + ".join(
            " ".join((clause.sentence.does.__name__, *(f"{name}={value}" for name, value in clause.all_values().items())))
            for clause in each.clauses)
        for each in readings(text, kind) if each.is_readable]


@pytest.mark.parametrize(("kind", "said", "effect"), [*_EN, *_ZH])
def test_a_step_means_what_a_person_means_by_it(kind, said, effect):
    told = _told(said, kind)
    assert len(told) == 1, told
    clauses, wanted = told[0].split(" + "), effect.split(" + ")
    assert len(clauses) == len(wanted), told
    for clause, want in zip(clauses, wanted, strict=True):
        name, *values = want.split()
        assert clause.split()[0] == name, told
        assert all(value in clause for value in values), told
