"""When an alarm of the plan is on: a table of what is asked of the watch, by kind; tells nobody."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from simulator.catalogue import alarms as kinds
from simulator.catalogue.host_reasons import LeftOpen
from simulator.catalogue.response_codes import response_code
from simulator.local_time import DAY_MS, MINUTE_MS, date_at, time_of_day_ms
from simulator.machines.acquirer.pending import Pending
from simulator.scenario.parts.emergency import Alarm
from simulator.world.emergency.watch import Asked, Watch

USUAL_LEAST = 5  # requests without which a share says nothing
WALLETS = "wallet."
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class On(msgspec.Struct, frozen=True):
    """Whom and what an alarm is about; two of one alarm are on side by side where these differ."""

    mid: str = ""
    about: str = ""


Found = dict[On, str]  # and what was seen of each


class Sight(msgspec.Struct, frozen=True):
    """What an alarm is asked about at one moment."""

    watch: Watch
    pending: list[Pending]
    since_ms: dict[str, int]  # what is pending, and when it was first seen so
    mids: tuple[str, ...]
    mid_of: dict[str, str]
    began_ms: int  # the monitoring
    sells_until_ms: int  # nobody sells after it
    now_ms: int


def is_on(alarm: Alarm, mid: str, sight: Sight) -> Found:
    """Everything that the alarm is on for now; ``mid``: of the merchant that it watches, "" for all."""
    return _KINDS[alarm.watch](alarm, mid, sight)


# ---- requests --------------------------------------------------------------------------------


def _lately(alarm: Alarm, mid: str, sight: Sight) -> list[Asked]:
    return list(sight.watch.lately(sight.now_ms - (alarm.window_ms or 0), mid))


def _share(is_so: Callable[[Asked, int], bool]) -> Callable[[Alarm, str, Sight], Found]:
    def ask(alarm: Alarm, mid: str, sight: Sight) -> Found:
        lately = _lately(alarm, mid, sight)
        found = sum(is_so(each, sight.now_ms) for each in lately)
        least = alarm.at_least or USUAL_LEAST
        if len(lately) < least or not found or found < (alarm.share or 0) * len(lately):
            return {}
        return {On(mid): f"{found}/{len(lately)}"}
    return ask


def _count(counted: Callable[[Asked, Alarm], int]) -> Callable[[Alarm, str, Sight], Found]:
    def ask(alarm: Alarm, mid: str, sight: Sight) -> Found:
        found = sum(counted(each, alarm) for each in _lately(alarm, mid, sight))
        return {On(mid): f"{found}"} if found >= (alarm.count or 1) else {}
    return ask


def _is_large(each: Asked, alarm: Alarm) -> int:
    return (
        each.amount_fen >= (alarm.amount_fen or 0) and bool(each.code)
        and response_code(each.code).approves)


# ---- merchants and batches -------------------------------------------------------------------


def _no_sale(alarm: Alarm, mid: str, sight: Sight) -> Found:
    from_ms, until_ms = alarm.from_ms or 0, DAY_MS if alarm.until_ms is None else alarm.until_ms
    now = sight.now_ms
    day_ms = now - time_of_day_ms(now)
    if alarm.days and WEEKDAYS[date_at(now).weekday()] not in alarm.days:
        return {}
    if now > sight.sells_until_ms or not from_ms <= now - day_ms <= until_ms:
        return {}
    opened_ms = max(day_ms + from_ms, sight.began_ms)
    return {
        On(each): _minutes(quiet_ms) for each in _merchants(mid, sight)
        if (quiet_ms := now - max(opened_ms, sight.watch.heard_ms.get(each, 0))) >= (alarm.for_ms or 0)}


def _batch_open(alarm: Alarm, mid: str, sight: Sight) -> Found:
    """From the hour on until it is settled, but not at a batch that began after that hour's day."""
    if time_of_day_ms(sight.now_ms) < (alarm.settled_by_ms or 0):
        return {}
    return {
        On(whose, tid): f"{sum(batches.values())}"
        for tid, batches in sight.watch.batches.items()
        if batches and (whose := sight.mid_of.get(tid, "")) and mid in ("", whose)}


def _merchants(mid: str, sight: Sight) -> tuple[str, ...]:
    return (mid,) if mid else sight.mids


# ---- payouts ---------------------------------------------------------------------------------


def _returned(_alarm: Alarm, mid: str, sight: Sight) -> Found:
    return {
        On(due.mid, name): due.returned for name, due in sight.watch.payouts.items()
        if due.returned and mid in ("", due.mid)}


def _late(alarm: Alarm, mid: str, sight: Sight) -> Found:
    return {
        On(due.mid, name): _minutes(late_ms) for name, due in sight.watch.payouts.items()
        if (late_ms := sight.now_ms - due.due_ms) >= (alarm.for_ms or 0) and mid in ("", due.mid)}


def _suspended(alarm: Alarm, mid: str, sight: Sight) -> Found:
    return {
        On(due.mid, name): _minutes(sight.now_ms - due.suspended_ms)
        for name, due in sight.watch.payouts.items()
        if due.suspended_ms is not None and mid in ("", due.mid)
        and sight.now_ms - due.suspended_ms >= (alarm.for_ms or 0)}


# ---- what is pending at the host -------------------------------------------------------------


def pending_name(each: Pending) -> str:
    """Its name, by which it is known again."""
    return f"{each.what}/{each.tid}/{each.batch}/{each.stan}"


def _pending(is_so: Callable[[Pending], bool]) -> Callable[[Alarm, str, Sight], Found]:
    def ask(alarm: Alarm, mid: str, sight: Sight) -> Found:
        found = sum(
            is_so(each) and mid in ("", sight.mid_of.get(each.tid, ""))
            and sight.now_ms - sight.since_ms[pending_name(each)] >= (alarm.for_ms or 0)
            for each in sight.pending)
        return {On(mid): f"{found}"} if found >= (alarm.count or 1) else {}
    return ask


def _minutes(ms: int) -> str:
    return f"{ms // MINUTE_MS} min"


_KINDS: dict[str, Callable[[Alarm, str, Sight], Found]] = {
    kinds.DECLINED: _share(lambda each, _now: each.declined),
    kinds.UNANSWERED: _share(Asked.unanswered),
    kinds.ANSWERED: _count(lambda each, alarm: each.code == alarm.code),
    kinds.REPEATED: _count(lambda each, _alarm: each.copies),
    kinds.LARGE: _count(_is_large),
    kinds.NO_SALE: _no_sale,
    kinds.BATCH_OPEN: _batch_open,
    kinds.RETURNED: _returned,
    kinds.LATE: _late,
    kinds.SUSPENDED: _suspended,
    kinds.REVERSALS: _pending(lambda each: each.what is LeftOpen.UNDOING_OWED),
    kinds.WALLET: _pending(
        lambda each: each.what is LeftOpen.UNANSWERED and each.detail.startswith(WALLETS)),
}
