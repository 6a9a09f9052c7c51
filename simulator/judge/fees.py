"""What a fee should be: the judge's own arithmetic.

The fee of a sale is that of what remains of it, rounded once; each item costs the difference.  It
is computed here anew, so that a mistake in the clearing's arithmetic cannot hide.  What remains is
remembered elsewhere (:mod:`~simulator.judge.remaining`).
"""

from __future__ import annotations

from simulator.trace.records import AcquirerOpened, FeeTerm, MerchantOpened, ShareTerm

DENOMINATOR = 10_000  # basis points
HALF = DENOMINATOR // 2
MILLION = 1_000_000
HALF_A_MILLION = MILLION // 2
KEPT = "kept"
EXEMPT, REDUCED = "exempt", "reduced"
DEBIT, FOREIGN, QR = "debit", "foreign", "qr"
SHOWN_DIGITS = 6  # of a masked card number
REFUNDS = frozenset({"refund", "qr_refund"})


def fee_fen(term: FeeTerm, remains_fen: int) -> int:
    """What a term takes of a sale of which so much remains: rounded half up, then its bounds.

    >>> fee_fen(FeeTerm(), 6800), fee_fen(FeeTerm(cap_fen=3500), 1_000_000)
    (41, 3500)
    >>> fee_fen(FeeTerm(minimum_fen=50, plus_fen=8), 100), fee_fen(FeeTerm(minimum_fen=50), 20)
    (58, 20)
    """
    if remains_fen <= 0:
        return 0
    fee = (remains_fen * term.basis_points + HALF) // DENOMINATOR
    fee = max(fee, term.minimum_fen)
    if 0 < term.cap_fen < fee:
        fee = term.cap_fen
    fee += term.plus_fen
    return min(remains_fen, fee)


def term_of(opened: MerchantOpened, kind: str) -> FeeTerm:
    """A merchant's term for a kind of card: its own, or that for all others."""
    others: FeeTerm | None = None
    for term in opened.fees:
        if term.kind == kind:
            return term
        if not term.kind:
            others = term
    return others or FeeTerm("", opened.fee_basis_points, opened.fee_cap_fen)


def shares_fen(term: ShareTerm, remains_fen: int) -> tuple[int, int]:
    """What issuer and network have of a sale of which so much remains.

    The issuer has its rate less its side of the network; the network has both sides.

    >>> shares_fen(ShareTerm("debit", 3500, 1300, 325, 325), 100_000)
    (317, 66)
    """
    side = _capped(remains_fen, term.network_per_million, term.network_cap_fen)
    return _capped(remains_fen, term.issuer_per_million, term.issuer_cap_fen) - side, side + side


def _capped(fen: int, per_million: int, cap_fen: int) -> int:
    part = (fen * per_million + HALF_A_MILLION) // MILLION if fen > 0 else 0
    return cap_fen if 0 < cap_fen < part else part


def share_term(acquirer: AcquirerOpened, merchant: MerchantOpened, kind: str) -> ShareTerm:
    """Who has what of a fee at a merchant of a class; what nobody said is shared is not."""
    if merchant.merchant_class == EXEMPT:
        return ShareTerm(kind)
    terms = acquirer.reduced_shares if merchant.merchant_class == REDUCED else acquirer.shares
    return next((term for term in terms if term.kind == kind), ShareTerm(kind))


def kinds_of(acquirer: AcquirerOpened, card: str) -> frozenset[str]:
    """The kinds that a card may be of by its masked number; none where nobody can know.

    A named card may share its masked number with one that is not named.
    """
    if not card[:SHOWN_DIGITS].isdigit() or not acquirer.domestic_prefixes:
        return frozenset()
    begins = card[:SHOWN_DIGITS]
    if not begins.startswith(acquirer.domestic_prefixes):
        if any(prefix.startswith(begins) for prefix in acquirer.domestic_prefixes):
            return frozenset()  # the digits that decide are hidden
        return frozenset({FOREIGN})
    said = {kind for number, kind in acquirer.card_kinds if number == card}
    return frozenset(said | {dict(acquirer.card_kinds).get(begins, DEBIT)})
