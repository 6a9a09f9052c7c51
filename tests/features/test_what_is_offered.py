"""Sixty sentences of everyday speech, each with what it means: what is read is read so, and of the rest most lead to the right sentence."""

from __future__ import annotations

import pytest

from hil.gherkin.nearest import nearest
from hil.gherkin.reading import readings
from hil.gherkin.topics import matches

FREE = (  # kind, sentence, and by which of ours it is said
    ("then", "The shopkeeper should see sixty-eight yuan on her bank statement tomorrow evening", "received received_now"),
    ("when", "Mrs Zhang swipes the guest's card for 45", "sells"),
    ("given", "The internet in the shop dies at noon and comes back a quarter of an hour later", "line_down line_fails"),
    ("then", "Nobody's card was billed two times", "not_paid_twice"),
    ("when", "At closing time the cashier presses the batch button", "settles"),
    ("then", "The money ended up in limbo because the bank would not take it", "suspended_somehow suspended suspended_now payout_returned"),
    ("given", "Our acquirer shuts down from ten to midnight", "maintenance maintenance_begins"),
    ("when", "The waiter takes back the wrong bill before the batch is closed", "voids"),
    ("then", "The slip came out of the printer", "last_receipt receipt"),
    ("given", "The bank card has been stolen and the bank knows", "card_is_lost"),
    ("then", "The till tells the clerk to try later", "not_through"),
    ("when", "The customer complains to the bank that the parcel never arrived", "disputes disputes_part"),
    ("then", "The bank decides for the shop", "dispute_is"),
    ("given", "The shop gets its money the same evening", "paid comes"),
    ("given", "Every purchase costs the shop six per mille but never more than twenty", "paid fee comes"),
    ("when", "The tester yanks the power cord during authorisation", "power_goes"),
    ("then", "Once the terminal is back it undoes the sale by itself", "is_reversed"),
    ("given", "The processor insists on a newer firmware", "demands_software"),
    ("when", "The technician flashes the new firmware onto the terminal", "updates_software"),
    ("then", "The shop's debt is deducted from what it gets next", "is_netted"),
    ("given", "The shop's bank account was blocked by a court", "account_is_frozen legal_hold"),
    ("when", "A guest checks in and the hotel blocks 500 on the card", "preauthorises"),
    ("when", "At check-out the hotel takes only 420 of it", "completes"),
    ("then", "The reserved sum is free again", "nothing_held"),
    ("given", "All text messages go missing", "notices_lost"),
    ("then", "The shop hears by text that 99.40 came in", "notice_says has_notice"),
    ("then", "The terminal will not let her sell since she has not logged in", "refuses"),
    ("when", "The taxi driver sells without a connection for 30", "sells_offline"),
    ("then", "Terminal and host do not agree on the totals", "is_unbalanced"),
    ("when", "The clerk looks up whether the payment went through", "queries"),
    ("then", "第二天傍晚老板娘在网银里看到68元进账", "received received_now"),
    ("when", "收银员给客人刷了45块", "sells"),
    ("given", "中午店里断网一刻钟", "line_down line_fails"),
    ("then", "同一张卡没有被收两遍钱", "not_paid_twice"),
    ("when", "打烊时收银员按了结算键", "settles"),
    ("then", "钱被银行退了回来，挂在那里", "suspended_somehow suspended suspended_now payout_returned"),
    ("given", "支付公司晚上十点到十二点停机维护", "maintenance maintenance_begins"),
    ("when", "服务员把开错的那单撤掉", "voids"),
    ("then", "打印机吐出了小票", "last_receipt receipt"),
    ("given", "客人的卡丢了，已经向银行报失", "card_is_lost"),
    ("then", "终端没让这笔交易通过", "not_through"),
    ("when", "客人向发卡银行投诉没收到包裹", "disputes disputes_part"),
    ("then", "银行判商户赢", "dispute_is"),
    ("given", "店里的钱当晚就到", "paid comes"),
    ("given", "每笔收千分之六，最多收二十块", "paid fee comes"),
    ("when", "测试员在等授权的时候拔了电源", "power_goes"),
    ("then", "终端来电后自己把那笔冲掉了", "is_reversed"),
    ("given", "平台要求终端必须升级到新固件", "demands_software"),
    ("when", "技术员给终端刷新版程序", "updates_software"),
    ("then", "下一次打款里扣掉了店家欠的钱", "is_netted"),
    ("given", "法院封了店家的银行账户", "account_is_frozen legal_hold"),
    ("when", "客人入住，酒店在卡上押了500", "preauthorises"),
    ("when", "退房时酒店只收其中的420", "completes"),
    ("then", "押的钱已经放开", "nothing_held"),
    ("given", "短信全都发不出去", "notices_lost"),
    ("then", "老板手机上收到99.40元的到账短信", "notice_says has_notice"),
    ("then", "没登录的店员被终端拒之门外", "refuses"),
    ("when", "司机在没信号的地方收了30块车费", "sells_offline"),
    ("then", "终端和主机的账对不上", "is_unbalanced"),
    ("when", "店员去查这笔到底成没成", "queries"),
)


def test_what_is_read_of_free_speech_means_that():
    for kind, text, want in FREE:
        read = readings(text, kind)
        does = [clause.sentence.does.__name__ for each in read for clause in each.clauses]
        assert not read or set(does) & set(want.split()), (text, does)


def test_what_is_not_read_is_led_to_the_right_sentence():
    """Of a hundred, 69 to it at once and 83 within three when this was written, 47 and 61 before words were taken for what they stand for."""
    offered = [
        ([matches(each, kind)[0][0].does.__name__ for each in nearest(text, kind)], want.split())
        for kind, text, want in FREE if not readings(text, kind)]
    at_once = sum(bool(names) and names[0] in want for names, want in offered)
    within = sum(not set(names).isdisjoint(want) for names, want in offered)
    assert at_once >= 0.6 * len(offered)
    assert within >= 0.75 * len(offered)


@pytest.mark.parametrize(("text", "kind", "does"), [
    ("it comes back", "given", []), ("the terminal comes back", "given", ["power_returns"]), ("it is switched on again", "given", ["power_returns"]),
    ("the internet fails and comes back", "given", None), ("a guest checks in", "when", []), ("the clerk checks the result", "when", ["queries"]),
])
def test_a_word_of_many_meanings_has_that_of_what_it_is_said_of(text, kind, does):
    """What comes back without being named is not the power; who checks in asks about nothing."""
    found = [clause.sentence.does.__name__ for each in readings(text, kind) for clause in each.clauses]
    assert "power_returns" not in found if does is None else found == does
