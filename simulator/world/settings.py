"""What a scenario says, in the form in which machines and books want it; runs nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from typing import get_args

from simulator.local_time import DAY_MS, date_at, time_of_day_ms
from simulator.machines.acquirer.registry import TerminalEntry
from simulator.machines.acquirer.settings import AcquirerSettings, MerchantLimit
from simulator.machines.terminal.profile import TerminalProfile
from simulator.money.calendar import WorkingDays
from simulator.money.clearing import MerchantTerms
from simulator.money.fees import FeeRule
from simulator.money.limits import Limit
from simulator.money.payout_steps import BoundAccount
from simulator.money.payout_terms import Charge, InstantTerms, PayoutFee, PayoutTerms
from simulator.money.shares import ShareRule, ShareTable
from simulator.scenario.acquirer_dialect import reply_header_of
from simulator.scenario.parts.acquirer import Acquirer
from simulator.scenario.parts.banks import CardLimits, CardPart, Limits
from simulator.scenario.parts.merchant import Merchant
from simulator.scenario.parts.part import Day
from simulator.scenario.parts.terms import AT_ONCE, Fee, FeeBounds, Payout
from simulator.scenario.places import PlacedMerchant, Places
from simulator.scenario.scenario import Scenario
from simulator.scenario.table_files import library_named
from simulator.trace.records import SettlementsPlanned
from simulator.wire.keys import WorkingKeys
from simulator.wire.kinds import SINGLE_KEYS, WITH_TRACK_KEY
from simulator.wire.master_keys import MasterKeys
from simulator.world.banks.issued_cards import IssuedCard
from simulator.world.people.card_deck import CardFacts, named_number

WEEK: tuple[Day, ...] = get_args(Day)  # Monday first
HOLDER = "TEST MERCHANT"
OTHER_HOLDER = "SOMEBODY ELSE"
FORGET_AFTER_DAYS = 30  # a host's settled batches, or as long as a pre-authorisation may be completed
OTHER_NUMBER = "9"  # begins the number of an account that is not the merchant's


def business_day(at_ms: int, cut_over_ms: int) -> str:
    """The settlement date to which a moment belongs, as an ISO date."""
    late = time_of_day_ms(at_ms) >= cut_over_ms
    return date_at(at_ms + (DAY_MS if late else 0)).isoformat()


def working_days_of(acquirer: Acquirer, made: type[WorkingDays] = WorkingDays) -> WorkingDays:
    """The working days of banks, as announced and as the scenario has them."""
    return made(
        map(date.fromisoformat, acquirer.closed_days), map(date.fromisoformat, acquirer.opened_days))


def acquirer_settings(scenario: Scenario, places: Places) -> AcquirerSettings:
    """The host's settings."""
    acquirer = scenario.acquirer
    return AcquirerSettings(
        settlement_date=business_day(scenario.start_ms, acquirer.cut_over_ms),
        routing=tuple((prefix, bank) for bank, prefix in places.pan_prefixes.items()),
        card_kinds=card_kinds_of(scenario, places),
        issuer_ids=tuple(
            (bank.name, f"{3_080_000 + 1000 * number:08}")
            for number, bank in enumerate(scenario.banks)
        ),
        wallets=tuple((prefix, name) for name, prefix in places.codes.prefixes.items()),
        wallet_timeout_ms=acquirer.wallet_timeout_ms,
        wallet_again_ms=acquirer.wallet_query_every_ms,
        qr_voucher=acquirer.qr_voucher,
        unknown_kind_answer=acquirer.unknown_kind_answer,
        issuer_timeout_ms=acquirer.issuer_timeout_ms,
        reverse_again_ms=acquirer.issuer_reversal_every_ms,
        chip_fallback=acquirer.chip_fallback, tip_percent=acquirer.tip_limit,
        refunds_across_tills=acquirer.refunds_across_tills,
        merchant_limits=merchant_limits(places),
        forget_after_days=max(FORGET_AFTER_DAYS, *(bank.preauth_days for bank in scenario.banks)),
        capture=acquirer.capture, missing_from_upload=acquirer.missing_from_upload, domestic_prefixes=acquirer.domestic_prefixes,
        held_days=-(-acquirer.held_for_ms // DAY_MS),
        after_held=acquirer.after_held,
        minimum_software=acquirer.minimum_software, key_downloads=acquirer.key_download,
        key_downloads_as=tuple(acquirer.key_download_as.items()),
        reply_header=reply_header_of(acquirer),
        library=library_named(
            acquirer.tables, acquirer.black_list, acquirer.entries_in_message),
        auto_close_days=-(-acquirer.force_settlement_after_ms // DAY_MS),
    )


def card_kinds_of(scenario: Scenario, places: Places) -> tuple[tuple[str, str], ...]:
    """How card numbers begin, and of what kind such cards are; a named card by its whole number."""
    kinds: list[tuple[str, str]] = [
        (places.pan_prefixes[bank.name], bank.card_kind) for bank in scenario.banks]
    kinds += [
        (named_number(places.pan_prefixes[card.bank or scenario.banks[0].name], number), card.kind)
        for number, card in enumerate(scenario.cards) if card.kind is not None
    ]
    return tuple(kinds)


def shares_of(acquirer: Acquirer) -> ShareTable:
    """Who has what of a fee."""
    shares = acquirer.shares
    rows = tuple(
        (kind, ShareRule(row.issuer_per_million, row.issuer_cap_fen,
                         row.network_per_million, row.network_cap_fen))
        for kind, row in (("debit", shares.debit), ("credit", shares.credit),
                          ("foreign", shares.foreign), ("qr", shares.qr))
    )
    points = shares.reduced_basis_points
    return ShareTable(rows, tuple((kind, rule.at(points)) for kind, rule in rows))


def registry(places: Places, keys: MasterKeys, first_batch: int = 1) -> tuple[TerminalEntry, ...]:
    """All terminals as the host knows them."""
    return tuple(
        TerminalEntry(
            tid=terminal.tid, mid=merchant.mid, merchant=merchant.merchant.name,
            master_key=keys.key_of(terminal.tid).octets, first_batch=first_batch,
        )
        for merchant in places.merchants for terminal in merchant.terminals
    )


def key_source(seed: int, places: Places) -> Callable[[str, int, str], WorkingKeys]:
    """Working keys of each sign-on: test keys, decided by seed, TID and serial number.

    Their lengths are those of the download that is asked for: single ones by 001, with a track key by 004.
    """
    profiles: dict[str, TerminalProfile] = {
        terminal.tid: terminal.profile
        for merchant in places.merchants for terminal in merchant.terminals
    }

    def keys(tid: str, serial: int, download: str) -> WorkingKeys:
        profile = profiles[tid]
        asked = download or profile.key_download
        digest = sha256(f"test keys {seed} {tid} {serial}".encode()).digest()
        if asked == SINGLE_KEYS:
            return WorkingKeys(digest[:8], digest[16:24])
        tdk = sha256(digest).digest()[:16] if asked == WITH_TRACK_KEY else b""
        return WorkingKeys(digest[:16], digest[16:16 + profile.mac_key_length], tdk)

    return keys


def issued_card(pan: str, part: CardPart, facts: CardFacts) -> IssuedCard:
    """What the issuer knows of a card that a scenario names."""
    return IssuedCard(
        pan=pan, expiry=facts.expiry, pin=facts.pin,
        pin_required=part.pin_required and bool(part.pin),
        key=bytes.fromhex(part.chip_key), scripts=tuple(map(bytes.fromhex, part.scripts)),
        proof=part.issuer_proof, in_part=part.approves_in_part,
    )


def rest_of(payout: Payout) -> str:
    """The terms of what is not paid at once."""
    return payout.rest or Payout().terms if payout.terms == AT_ONCE else payout.terms


def first_date_of(payout: Payout, start_ms: int) -> str:
    """Before this date a new merchant is not paid; none where that is the day of the start."""
    after_ms = payout.first_after_days * DAY_MS
    return date_at(start_ms + after_ms).isoformat() if after_ms else ""


def instant_of(payout: Payout) -> InstantTerms | None:
    """Which sales are paid at once."""
    if payout.terms != AT_ONCE:
        return None
    return InstantTerms(
        from_ms=payout.from_ms or 0, until_ms=DAY_MS if payout.until_ms is None else payout.until_ms,
        sale_limit_fen=payout.sale_limit_fen, day_limit_fen=payout.day_limit_fen,
    )


def charges_of(payout: Payout) -> tuple[Charge, ...]:
    """What is taken from the first sales, in this order."""
    charges = (Charge("deposit", payout.deposit_fen), Charge("sim_fee", payout.sim_fee_fen))
    return tuple(charge for charge in charges if charge.fen)


def limit_of(limits: Limits) -> Limit:
    """The bounds of a card or merchant."""
    return Limit(
        single_fen=limits.single_fen or 0, day_fen=limits.day_fen or 0,
        month_fen=limits.month_fen or 0,
        times_a_day=(limits.times_a_day or 0) if isinstance(limits, CardLimits) else 0,
    )


def merchant_limits(places: Places) -> tuple[MerchantLimit, ...]:
    """The bounds of every merchant that has any: of all its sales, and of those by a kind of card."""
    found: list[MerchantLimit] = []
    for placed in places.merchants:
        limits = placed.merchant.limits
        for kind, of_kind in (("", limits), *limits.by_kind()):
            if of_kind is not None and (limit := limit_of(of_kind)):
                found.append(MerchantLimit(placed.mid, kind, limit))
    return tuple(found)


def terms_of(placed: PlacedMerchant, start_ms: int) -> MerchantTerms:
    """On what terms a merchant is cleared."""
    first_date = first_date_of(placed.merchant.payout, start_ms)
    merchant = placed.merchant
    fees = dict(fees_of(merchant.fee))
    return MerchantTerms(
        placed.mid, fees.pop(""), rest_of(merchant.payout), first_date, by_kind=tuple(fees.items()),
        fee_on_refund=merchant.fee_on_refund, merchant_class=merchant.merchant_class,
        chargeback_fee_fen=merchant.chargeback_fee_fen,
    )


def fees_of(fee: Fee) -> tuple[tuple[str, FeeRule], ...]:
    """A merchant's rules by kind of card; "" is that of all others."""
    rows: tuple[tuple[str, FeeBounds, int], ...] = (
        ("", fee, fee.basis_points),
        *(
            (kind, row, row.basis_points)
            for kind, row in (
                ("debit", fee.debit), ("credit", fee.credit), ("foreign", fee.foreign), ("qr", fee.qr))
            if row is not None
        ),
    )
    return tuple(
        (kind, FeeRule(points, row.cap_fen, row.minimum_fen, row.plus_fen))
        for kind, row, points in rows
    )


def payout_terms_of(placed: PlacedMerchant, start_ms: int) -> PayoutTerms:
    """What a merchant is paid at once, what is taken off, and who stands in for what it owes."""
    payout = placed.merchant.payout
    return PayoutTerms(
        placed.mid, PayoutFee(payout.fee.basis_points, payout.fee.plus_fen), charges_of(payout),
        instant_of(payout), first_date_of(payout, start_ms),
        advances_refunds=placed.merchant.refund_beyond == "advanced",
    )


def settlements_planned(at_ms: int, mid: str, merchant: Merchant) -> SettlementsPlanned:
    """When a merchant's clerks mean to settle, as the trace says it."""
    settles, days = merchant.habits.settles, merchant.open.days
    return SettlementsPlanned(
        at_ms, f"merchant.{merchant.name}", mid=mid,
        daily_ms=-1 if settles.daily_ms is None else settles.daily_ms,
        days=() if set(days) == set(WEEK) else tuple(sorted(map(WEEK.index, set(days)))),
        moments_ms=settles.at_ms,
    )


def account_of(placed: PlacedMerchant) -> BoundAccount:
    """The account that a merchant bound, under the right name or a wrong one."""
    if placed.merchant.account.name_matches:
        return BoundAccount(mid=placed.mid, bank=placed.bank, holder=HOLDER, legal_name=HOLDER)
    return BoundAccount(
        mid=placed.mid, bank=placed.bank, holder=OTHER_HOLDER, legal_name=HOLDER,
        number=f"{OTHER_NUMBER}{placed.mid}",
    )


def with_right_name(account: BoundAccount) -> BoundAccount:
    """The account as it should have been bound."""
    return BoundAccount(
        mid=account.mid, bank=account.bank, holder=account.legal_name,
        legal_name=account.legal_name,
    )
