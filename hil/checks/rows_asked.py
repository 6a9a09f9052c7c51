"""Checks of what a terminal makes of what it is asked for: the sum, the card, the password, the hour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hil.checks import acts, acts_asked, asked_rules, batch_rules, till_rules
from hil.checks import reversal_rules as rev
from hil.checks.acts import FIRST, NEXT, SETTLED
from hil.checks.acts_asked import HOURS, OLDER
from hil.checks.check import Act, Check, Need
from hil.checks.evidence import Rule
from hil.checks.rows_batch import AGREES
from hil.checks.rows_reversal import USUAL
from hil.checks.rows_trade import DOC, GOES_ON, NO_MORE_THAN
from hil.checks.stage import kinds_for
from simulator.catalogue.language import Told
from simulator.machines.terminal.profile import Card
from simulator.wire.kinds import Kind

K = Kind
REFUSES = "docs/machines.md (what it refuses by itself)"
TWO_CARDS = (Card(pan="6200013184247896"), Card(pan="6200009753180120"))
AS_ASKED = Told("F4 is the sum that was asked for, to the fen", "F4 与请求的金额一致，分毫不差")


def _asked(number: str, act: Act, en: str, zh: str, rule: Told, source: str, must: tuple[Rule, ...], *kinds: Kind,
           needs: tuple[Need, ...] = (), settings: Mapping[str, Any] | None = None,
           changed_by: tuple[str, ...] = ()) -> Check:
    return Check(
        id=number, title=Told(en, zh), rule=rule, source=source, act=act, must=must, needs=needs,
        kinds=kinds_for(K.SALE, *kinds), settings=settings or {}, changed_by=changed_by)


ROWS: tuple[Check, ...] = (
    _asked("CHN-11", acts_asked.for_a_part(K.SALE, K.REFUND), "refund of a part of a sale", "部分退货", AS_ASKED,
           f"{DOC} (refunds); judge 19", (
               till_rules.told(FIRST, "approved"), asked_rules.sent_as_asked("sale before", FIRST),
               till_rules.names_original(FIRST, "sale before"), *GOES_ON), K.REFUND),
    _asked("CHN-12", acts_asked.for_a_part(K.PREAUTH, K.COMPLETION), "completion of less than was held",
           "完成金额小于预授权", AS_ASKED, f"{DOC} (kinds); judge 19", (
               till_rules.told(FIRST, "approved"), asked_rules.sent_as_asked("preauth before", FIRST),
               till_rules.names_original(FIRST, "preauth before"), *GOES_ON), K.COMPLETION),
    _asked("CHN-13", acts_asked.of_the_older(K.REFUND), "refund of the older of two sales", "两笔消费中较早一笔的退货",
           Told("F37 and F61 name the sale that is given back", "F37 与 F61 指向所退的那一笔"), f"{DOC} (refunds); judge 14",
           (till_rules.told(FIRST, "approved"), till_rules.names_original(FIRST, OLDER), *GOES_ON), K.REFUND),
    _asked("CHN-14", acts_asked.of_the_older(K.VOID), "void of the older of two sales", "两笔消费中较早一笔的撤销",
           Told("F37 and F61 name the sale that is voided", "F37 与 F61 指向所撤销的那一笔"), f"{DOC} (kinds); judge 14",
           (till_rules.told(FIRST, "approved"), till_rules.names_original(FIRST, OLDER), *GOES_ON), K.VOID),
    _asked("CHN-15", acts.reply_lost(K.REFUND), "refund goes up again as it was", "退货原样重发",
           Told("what is repeated is the same message, with the same date and time", "重发的是同一报文，日期时间不变"),
           f"{DOC} (kinds); judge 27", (
               till_rules.repeats_as_it_was(FIRST), asked_rules.repeated_unchanged(FIRST), rev.none(), *GOES_ON),
           K.REFUND),
    _asked("TIL-18", acts.undisturbed_marked(K.SALE), "sum that is sent", "上送的金额", AS_ASKED, f"{DOC}; judge 19, 27", (
        till_rules.told(FIRST, "approved"), asked_rules.sent_as_asked(FIRST, NEXT),
        asked_rules.dated_by_the_clock(FIRST, NEXT), *GOES_ON)),
    _asked("TIL-19", acts_asked.two_cards(*TWO_CARDS), "two customers with two cards", "两位顾客各用一张卡",
           Told("F2 or F35 is of the card that is presented now", "F2 或 F35 为当次出示的卡"), f"{DOC}; judge 17", (
               asked_rules.on_the_card("customer 1", "customer 2"), asked_rules.sent_as_asked("customer 1", "customer 2"),
               *GOES_ON), needs=(Need.CARD,)),
    _asked("TIL-20", acts_asked.supervised(K.VOID), "void that needs the supervisor", "须主管授权的撤销",
           Told("without his password it is refused and nothing is sent", "没有主管密码即拒绝，不发送"), REFUSES, (
               till_rules.not_told(FIRST, "approved"), till_rules.sends_nothing(FIRST),
               till_rules.told("with the password", "approved"), *GOES_ON), K.VOID,
           settings={"supervised": ["void"]}, changed_by=("supervised",)),
    _asked("DAY-05", acts_asked.at_all_hours, "sales at all hours of a day", "一天各时段的消费",
           Told("no hour is another: what may be sold is sold", "任何时段都应正常受理"), f"{DOC}; judge 30", (
               *(till_rules.told(name, "approved") for name in HOURS), asked_rules.dated_by_the_clock(*HOURS), *USUAL),
           needs=(Need.CALENDAR,)),
    _asked("SET-39", acts_asked.offline_refused(NO_MORE_THAN), "totals without an offline sale that was refused",
           "总额不含被主机拒绝的离线交易",
           Told("what the host refuses when it goes up is taken out of the batch", "上送时被拒绝的离线交易从批次中剔除"),
           f"{DOC}#settlement; judge 5", (
               till_rules.told(SETTLED, "approved"), *AGREES, batch_rules.stored_before_settlement(),
               batch_rules.batch_moves_on(NEXT)), K.OFFLINE_SALE, K.SETTLEMENT,
           settings={"offline_limit": "900000.00"}, changed_by=("offline_limit",)),
)
