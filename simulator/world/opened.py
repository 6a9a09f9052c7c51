"""How the money side of a scenario is introduced in its trace: the acquirer, and a merchant's fees.

The judge reads its terms from here and computes on them by itself.
"""

from __future__ import annotations

from simulator.local_time import DAY_MS
from simulator.money.shares import ShareRule
from simulator.scenario.parts.terms import Fee, Payout
from simulator.scenario.places import Places
from simulator.scenario.scenario import Scenario
from simulator.trace.records import AcquirerOpened, ChargeTerm, FeeTerm, InstantTerm, ShareTerm
from simulator.wire.masking import mask_pan
from simulator.world import settings
from simulator.world.network.link import HOST

PREFIX_DIGITS = 6  # of a bank's cards; what is longer is the number of one card


def acquirer_opened(scenario: Scenario, places: Places, at_ms: int) -> AcquirerOpened:
    """The acquirer: what it clears, when its day ends, who shares its fees."""
    acquirer = scenario.acquirer
    shares = settings.shares_of(acquirer)
    return AcquirerOpened(
        at_ms, HOST, capture=acquirer.capture, cut_over_ms=acquirer.cut_over_ms,
        payout_at_ms=acquirer.payout_at_ms,
        first_settlement_date=settings.business_day(at_ms, acquirer.cut_over_ms),
        closed_days=acquirer.closed_days, opened_days=acquirer.opened_days,
        advance_pool_fen=acquirer.advance_pool_fen,
        force_days=-(-acquirer.force_settlement_after_ms // DAY_MS),
        held_days=-(-acquirer.held_for_ms // DAY_MS),
        suspense_days=acquirer.suspense_days or 0,
        tip_percent=acquirer.tip_limit,
        settles_missing=acquirer.missing_from_upload == "settle",
        shares=_terms(shares.rows), reduced_shares=_terms(shares.reduced),
        domestic_prefixes=acquirer.domestic_prefixes,
        card_kinds=tuple(
            (mask_pan(digits) if len(digits) > PREFIX_DIGITS else digits, kind)
            for digits, kind in settings.card_kinds_of(scenario, places)),
    )


def instant_term(payout: Payout) -> InstantTerm | None:
    """Which sales of a merchant are paid at once."""
    instant = settings.instant_of(payout)
    return None if instant is None else InstantTerm(
        instant.from_ms, instant.until_ms, instant.sale_limit_fen, instant.day_limit_fen)


def charge_terms(payout: Payout) -> tuple[ChargeTerm, ...]:
    """What is taken from a merchant's first sales."""
    return tuple(ChargeTerm(charge.name, charge.fen) for charge in settings.charges_of(payout))


def fee_terms(fee: Fee) -> tuple[FeeTerm, ...]:
    """A merchant's fees by kind of card."""
    return tuple(
        FeeTerm(kind, rule.basis_points, rule.cap_fen, rule.minimum_fen, rule.plus_fen)
        for kind, rule in settings.fees_of(fee)
    )


def _terms(rows: tuple[tuple[str, ShareRule], ...]) -> tuple[ShareTerm, ...]:
    return tuple(
        ShareTerm(kind, rule.issuer_per_million, rule.issuer_cap_fen,
                  rule.network_per_million, rule.network_cap_fen)
        for kind, rule in rows
    )
