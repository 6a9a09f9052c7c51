"""Checks of numbers at their end, of a full batch, of tips and adjustments, parts and foreign cards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hil.checks import acts_batch, acts_limits, batch_rules, reversal_rules, till_rules, wrap_rules
from hil.checks.acts import FIRST, HIT, NEXT, SETTLED
from hil.checks.acts_limits import OVER, PART_FEN
from hil.checks.check import Act, Check, Need
from hil.checks.evidence import Rule
from hil.checks.rows_batch import AGREES, DOC
from hil.checks.stage import kinds_for
from simulator.catalogue.language import Told
from simulator.machines.terminal.profile import Card
from simulator.wire.kinds import Kind
from simulator.wire.subfields import UNBALANCED

K = Kind
NUMBERS = "docs/unionpay.md (numbers); judge 8"
LIMIT = 3
OF_BANK_B = Card(pan="6200013184247896")  # another bank's than the usual card
NEAR_END = ("--first-stan", "999998")  # of the sign-on; then two sales and the wrap
WRAP = Told("after 999999 comes 000001, and no number serves twice in a batch", "999999 之后为 000001，同批次流水号不重复")
FULL = Told("a batch takes no more than it holds; it is settled first, by the clerk or by the terminal",
            "批次不得超过上限；须先由操作员或终端结算")


def _row(number: str, act: Act, en: str, zh: str, rule: Told, must: tuple[Rule, ...], *kinds: Kind,
         source: str = f"{DOC}; judge 5, 12", needs: tuple[Need, ...] = (), options: tuple[str, ...] = (),
         settings: Mapping[str, Any] | None = None, acquirer: Mapping[str, Any] | None = None,
         changed_by: tuple[str, ...] = (), judged: bool = True) -> Check:
    return Check(
        id=f"SET-{number}", title=Told(en, zh), rule=rule, source=source, act=act, must=must,
        kinds=kinds_for(K.SALE, K.SETTLEMENT, *kinds), needs=needs, options=options, settings=settings or {},
        acquirer=acquirer or {}, changed_by=changed_by, judged=judged)


def _wraps(number: str, act: Act, en: str, zh: str, *more: Rule, kinds: tuple[Kind, ...] = ()) -> Check:
    return _row(number, act, en, zh, WRAP, (wrap_rules.numbers_wrap(), *more, *AGREES), *kinds, source=NUMBERS,
                needs=(Need.FIRST_STAN,), options=NEAR_END)


TOLD_SETTLED = till_rules.told(SETTLED, "approved")
GOES_ON = (till_rules.told(NEXT, "approved"), batch_rules.batch_moves_on(NEXT))
ADDS = Told("what is added goes up under its own number until it is answered, is never reversed, and counts in the totals",
            "追加金额以自己的流水号上送至获应答，绝不冲正，并计入总额")

ROWS: tuple[Check, ...] = (
    _wraps("25", acts_batch.settled_after(sales=4), "trace numbers wrap inside a batch", "批次内流水号回绕",
           TOLD_SETTLED, *GOES_ON),
    _wraps("26", acts_batch.settled_after(K.VOID), "void over the wrap of trace numbers", "跨流水号回绕的撤销",
           till_rules.told("void", "approved"), till_rules.names_original("void", "sale before"), kinds=(K.VOID,)),
    _wraps("27", acts_limits.last_number_struck, "reply to number 999999 lost", "流水号 999999 的应答丢失",
           reversal_rules.comes(HIT), reversal_rules.goes_first(HIT), reversal_rules.kept_number(HIT),
           reversal_rules.is_delivered(HIT)),
    _wraps("28", acts_batch.settled_after(unbalanced=True, sales=4), "details over the wrap of trace numbers",
           "跨流水号回绕的批上送", batch_rules.ends_with(UNBALANCED), batch_rules.details_are_whole()),
    _row("29", acts_batch.settled_after(sales=1), "batch numbers wrap", "批次号回绕",
         Told("the batch after 999999 is 000001", "批次 999999 之后为 000001"),
         (wrap_rules.batch_wraps(NEXT), TOLD_SETTLED, *GOES_ON, *AGREES), source=f"{DOC}; judge 14",
         acquirer={"first_batch": 999_999}),
    _row("30", acts_limits.filled(LIMIT), "batch is full, and the clerk settles", "批次已满，操作员结算", FULL,
         (wrap_rules.limit_is_kept(), *GOES_ON, *AGREES), settings={"batch_limit": LIMIT},
         changed_by=("batch_limit", "batch_full")),
    _row("31", acts_limits.filled(LIMIT), "batch is full, and the terminal settles", "批次已满，终端自行结算", FULL,
         (wrap_rules.limit_is_kept(), wrap_rules.settles_by_itself(OVER, SETTLED), till_rules.told(NEXT, "approved"),
          batch_rules.totals_agree(), till_rules.numbers_are_new(), batch_rules.ends_by_result()),
         settings={"batch_limit": LIMIT, "batch_full": "settle"}, changed_by=("batch_limit", "batch_full")),
    _row("32", acts_limits.added(K.TIP), "totals with a tip", "含小费的总额", ADDS,
         (till_rules.told(FIRST, "approved", "pending"), till_rules.told(NEXT, "approved"), reversal_rules.none(),
          batch_rules.stored_before_settlement(), *AGREES), K.TIP, changed_by=("advice_tries",)),
    _row("33", acts_limits.added(K.TIP, lost=True), "answer to a tip lost", "小费应答丢失", ADDS,
         (till_rules.repeats_as_it_was(FIRST), reversal_rules.none(), till_rules.told(NEXT, "approved"),
          batch_rules.stored_before_settlement(), *AGREES), K.TIP, changed_by=("advice_tries",)),
    _row("34", acts_limits.added(K.ADJUST), "totals with an adjustment", "含结算调整的总额", ADDS,
         (till_rules.told(FIRST, "approved", "pending"), till_rules.told(NEXT, "approved"), reversal_rules.none(),
          batch_rules.stored_before_settlement(), *AGREES), K.ADJUST, changed_by=("advice_tries",)),
    _row("35", acts_limits.added(K.ADJUST, lost=True), "answer to an adjustment lost", "结算调整应答丢失", ADDS,
         (till_rules.repeats_as_it_was(FIRST), reversal_rules.none(), till_rules.told(NEXT, "approved"),
          batch_rules.stored_before_settlement(), *AGREES), K.ADJUST, changed_by=("advice_tries",)),
    _row("36", acts_limits.approved_in_part(), "sale approved in part (10)", "部分批准的消费（10）",
         Told("what was approved is told and counted, not what was asked for; or the sale is reversed whole",
              "按批准金额告知并计入总额；否则整笔冲正"),
         (wrap_rules.told_part(FIRST, PART_FEN), wrap_rules.counts_part(HIT, PART_FEN), till_rules.numbers_are_new(),
          till_rules.told(NEXT, "approved")),
         source="docs/machines.md (response codes, 10); judge 12", needs=(Need.MAC_KEY,),
         judged=False),  # the line made the sum smaller, and the host knows nothing of it
    _row("37", acts_batch.settled_after(sales=2), "totals of foreign cards alone", "仅外卡的总额",
         Told("foreign cards count in the second half of F48", "外卡计入 F48 后半部分"),
         (wrap_rules.counts_foreign(), TOLD_SETTLED, *GOES_ON, *AGREES), acquirer={"domestic_prefixes": ["69"]}),
    _row("38", acts_limits.sold_to(OF_BANK_B), "totals of domestic and foreign cards", "内卡与外卡的总额",
         Told("each class has its half of F48, compared by itself", "内卡、外卡各占 F48 一半，分别核对"),
         (wrap_rules.counts_foreign(), TOLD_SETTLED, *GOES_ON, *AGREES), needs=(Need.CARD,),
         acquirer={"domestic_prefixes": ["620000"]}),
)
