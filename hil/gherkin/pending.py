"""What is not decided yet where a claim comes too early, and when it will be: said behind what was found."""

from __future__ import annotations

from hil.gherkin.phrases import where_told
from hil.gherkin.stage import Stage, when
from hil.gherkin.values import length_ms, yuan_text
from hil.gherkin.wrong import hold
from hil.targets.needs import Need
from simulator.catalogue.language import Told
from simulator.faults.modes import MODES
from simulator.judge.verdict import SaleRow, Where
from simulator.local_time import DAY_MS, date_at, midnight_ms
from simulator.wire.kinds import Kind

NOTHING = Told("", "")
SOFTWARE_STALE = "terminal.software_stale"
SOFTWARE_DELAY_MS = MODES[SOFTWARE_STALE].acts()[0].ms
_NOT_PAID = frozenset({Where.UNDONE, Where.DECLINED, Where.HELD})


def cut_over_told(stage: Stage) -> str:
    """When the next cut-over is, in words."""
    at_ms = midnight_ms(date_at(stage.now_ms)) + stage.cast.read(stage.text).acquirer.cut_over_ms
    return when(at_ms if at_ms > stage.now_ms else at_ms + DAY_MS)


def of_fee(stage: Stage, row: SaleRow) -> Told:
    """That the fee of a sale is not taken yet; nothing where it is cleared."""
    if row.net_fen or row.where is not Where.ON_THE_WAY:
        return NOTHING
    at = cut_over_told(stage)
    return Told(f"; fees are taken at the cut-over, {at}: say this behind it", f"；手续费在日切时收取（{at}）：请把这一句写在其后")


def of_debt(stage: Stage) -> Told:
    """That what refunds and disputes take from a merchant is not booked yet."""
    if not stage.disputed and not any(each.wish.kind is Kind.REFUND for each in stage.made):
        return NOTHING
    at = cut_over_told(stage)
    return Told(f"; what refunds and disputes take is booked at the cut-over behind the settlement, the next one {at}: say this behind it",
                f"；退货和争议的扣款在结算后的日切时入账（下一次 {at}）：请把这一句写在其后")


def of_payments(stage: Stage) -> Told:
    """What became of sales whose money did not stay with the merchant; nothing where no records can be seen."""
    if Need.RECORDS in stage.kind.cannot:
        return NOTHING
    named = {each.wish.order: each.wish.amount_fen for each in stage.made if each.of is None}
    gone = [
        (row.sale, yuan_text(named[row.sale]), where_told(row.where))
        for row in stage.so_far.sales if row.sale in named and row.where in _NOT_PAID]
    if not gone:
        return NOTHING
    en = ", ".join(f'"{sale}" of {sum_} {where.en}' for sale, sum_, where in gone)
    zh = "、".join(f"“{sale}”{sum_} {where.zh}" for sale, sum_, where in gone)
    return Told(f"; of the sales {en}", f"；其中{zh}")


def of_software(stage: Stage) -> Told:
    """Until when terminals may do without the software that the host asks for; nothing where it asks for none."""
    asked = next((each for each in reversed(stage.faults) if each["mode"] == SOFTWARE_STALE and "ended_ms" not in each), None)
    if asked is None:
        return NOTHING
    at_ms = int(f"{asked['said_ms']}") + (length_ms(f"{asked['delay']}") if "delay" in asked else SOFTWARE_DELAY_MS)
    if at_ms <= stage.now_ms:
        return NOTHING
    at = when(at_ms)
    return Told(f"; the software that the host asks for must be there by {at} (… within 10 minutes), until then the old one still sells",
                f"；主机要求的软件须在 {at} 之前装好（……限10分钟内），此前旧版本仍可交易")


def of_power(stage: Stage) -> Told:
    """Which terminals have no power now; nothing where all have."""
    if not stage.is_open:
        return NOTHING
    stands = stage.target.stands
    places = [(shop, at) for shop in stage.cast.shops for at in range(1, stage.cast.count_of(shop) + 1)]
    numbers = {place: stage.cast.number_of(*place) for place in places}
    off = [place for place in places if numbers[place] in stands and not stands[numbers[place]].power.is_on]
    if not off:
        return NOTHING
    en, zh = ", ".join(f'terminal {at} of "{shop}"' for shop, at in off), "、".join(f"“{shop}”的{at}号终端" for shop, at in off)
    now = when(stage.now_ms)
    return Told(f"; without power at {now}: {en} (what is cut stays off until a step says that the power is back)",
                f"；{now} 没有电：{zh}（断电之后，要等某一步写明“恢复供电”才会来电）")


def hold_yet(right: bool, found: Told, pending: Told) -> None:
    """A claim; where it does not hold, what is pending stands behind what was found."""
    hold(right, f"{found.en}{pending.en}", f"{found.zh}{pending.zh}")
