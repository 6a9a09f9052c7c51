"""Clearing houses and paymasters built wrong on purpose: when they cut over, and whom they tell."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from simulator.catalogue.alarms import HOLD_NOTICE
from simulator.defect import Defect, Replacements, instead
from simulator.money.clearing import ClearedItem, MerchantSettlement
from simulator.money.merchant_bank import AccountStatus
from simulator.money.payout_steps import PayInstruction
from simulator.world.banks.clearing_house import ClearingHouse
from simulator.world.banks.paymaster import Paymaster
from simulator.world.people.notices import Notices
from simulator.world.time.kernel import Call

# Tells the merchant that the money came, and books nothing.


def _tell_only(_right: object, master: Paymaster, call: Call) -> None:
    step: PayInstruction = call.arg
    master.notices.tell(step.bank, step.mid, f"【到账通知】{step.net_fen}")


# Tells the merchant another sum than came.


def _tell_other_sum(
    tell: Callable[[Notices, str, str, str], None], notices: Notices, bank: str, mid: str, text: str,
) -> None:
    tell(notices, bank, mid, text.replace("元", "0元", 1))


# Tells nobody.


def _tell_nobody(
    _tell: object, _notices: Notices, _bank: str, _mid: str, _text: str,
) -> None:
    return None


# Tells the merchant that comes next.


def _tell_other() -> Replacements:
    known: list[str] = []

    def wrong(
        tell: Callable[[Notices, str, str, str], None], notices: Notices, bank: str, mid: str,
        text: str,
    ) -> None:
        if mid not in known:
            known.append(mid)
        tell(notices, bank, next((each for each in known if each != mid), mid), text)

    return instead(Notices, (Notices.tell, wrong))


# Says nothing when a pre-authorisation ends; or another sum.


def _silent_of_release(
    tell: Callable[[Notices, str, str, str], None], notices: Notices, bank: str, mid: str, text: str,
) -> None:
    if not text.startswith(HOLD_NOTICE):
        tell(notices, bank, mid, text)


def _other_release(
    tell: Callable[[Notices, str, str, str], None], notices: Notices, bank: str, mid: str, text: str,
) -> None:
    tell(notices, bank, mid, text.replace("元", "0元", 1) if text.startswith(HOLD_NOTICE) else text)


# Tells a fee that is not the one that was booked.


def _other_fee(
    right: Callable[..., None], house: ClearingHouse, item: ClearedItem, *more: object,
) -> None:
    right(house, replace(item, fee_fen=item.fee_fen + 1), *more)


# Tells of a settlement less than is paid.


def _less_told(
    right: Callable[[ClearingHouse, MerchantSettlement], None], house: ClearingHouse,
    settlement: MerchantSettlement,
) -> None:
    right(house, replace(settlement, net_fen=settlement.net_fen - 1, fee_fen=settlement.fee_fen + 1))


# Catches up with nothing: what waited in a backlog goes with the next cut-over.


def _forgets_backlog(right: Callable[[ClearingHouse], None], house: ClearingHouse) -> None:
    house.drop_backlog()
    right(house)


# Releases what stands in suspense as soon as an account is unfrozen: nobody has asked for it.


def _releases_when_unfrozen(
    right: Callable[[Paymaster, str, str, AccountStatus], None], master: Paymaster, bank: str, number: str,
    status: AccountStatus,
) -> None:
    right(master, bank, number, status)
    if status is AccountStatus.NORMAL:
        master.release(number)


# Releases what stands in suspense, whatever documents are missing.


def _without_papers(
    right: Callable[[Paymaster, str], None], master: Paymaster, mid: str,
) -> None:
    papers, master.papers = master.papers, {}
    right(master, mid)
    master.papers = papers


ROWS = (
    Defect("house.forgets_backlog", "what a backlog kept is not caught up with",
           (24,), instead(ClearingHouse, (ClearingHouse.catch_up, _forgets_backlog)),
           shown_by="modes/acquirer.backlog",
           zh="清算积压过后不补清算"),
    Defect("house.releases_without_papers", "money is released though a document is missing",
           (26,), instead(Paymaster, (Paymaster.release, _without_papers)),
           shown_by="modes/paperwork.incomplete",
           zh="资料不齐也释放挂账"),
    Defect("house.releases_when_unfrozen", "money leaves suspense when an account is unfrozen, though nobody asked",
           (26,), instead(Paymaster, (Paymaster.set_account_status, _releases_when_unfrozen)),
           shown_by="frozen-account",
           zh="账户一解冻即释放挂账，无人申请"),
    Defect("house.tells_other_fee", "an item is told with another fee than is taken",
           (3,), instead(ClearingHouse, (ClearingHouse._item, _other_fee)),
           shown_by="defects/two-coffees",
           zh="告知的手续费与实际扣收不同"),
    Defect("house.tells_less", "a settlement is told with a fen less than is paid",
           (3,), instead(ClearingHouse, (ClearingHouse._settlement, _less_told)),
           shown_by="defects/two-coffees",
           zh="告知的清算净额比实付少一分"),
    Defect("house.notice_for_payout", "a merchant is told of money that never comes",
           (3,), instead(Paymaster, (Paymaster._bank_decides, _tell_only)),
           shown_by="defects/two-coffees",
           zh="只发到账短信，钱从未到账"),
    Defect("house.notice_of_other_sum", "a merchant is told another sum than came",
           (21,), instead(Notices, (Notices.tell, _tell_other_sum)), shown_by="defects/two-coffees",
           zh="到账短信的金额与实际不同"),
    Defect("house.no_notices", "merchants are told nothing of their money",
           (32,), instead(Notices, (Notices.tell, _tell_nobody)), shown_by="defects/two-coffees",
           zh="从不通知商户"),
    Defect("house.releases_silently", "a merchant is not told that a pre-authorisation ended",
           (35,), instead(Notices, (Notices.tell, _silent_of_release)), shown_by="money/preauth-expires",
           zh="预授权到期解冻不通知商户"),
    Defect("house.tells_other_release", "a merchant is told another sum of a pre-authorisation that ended",
           (35,), instead(Notices, (Notices.tell, _other_release)), shown_by="money/preauth-expires",
           zh="预授权到期通知的金额与实际不同"),
    Defect("house.tells_other_merchant", "notices go to another merchant",
           (21,), _tell_other, shown_by="defects/market-day",
           zh="短信发给了别的商户"),
)
