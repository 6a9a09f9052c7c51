"""Hosts that let more be returned than was sold, or taken than was held, or added than may be."""

from __future__ import annotations

from simulator.defect import Defect
from simulator.machines.acquirer.defects.changing import on_request, with_settings
from simulator.machines.acquirer.originals import find_original
from simulator.machines.acquirer.sales import take_up
from simulator.machines.acquirer.wallet import named_sale, qr_return
from simulator.machines.acquirer.work import Effects, Request, Step, Work
from simulator.wire.kinds import Kind

_NO_MARGIN = 100_000  # percent


def _forgets_returns(standing: Step, work: Work, request: Request) -> Effects:
    """Take an original for one of which nothing has gone back yet."""
    original = find_original(work, request)[0]
    if original is not None:
        original.refunded_fen = 0
    return standing(work, request)


def _forgets_use(standing: Step, work: Work, request: Request) -> Effects:
    """Take an original for one that nothing has used up yet."""
    original = find_original(work, request)[0]
    if original is not None:
        original.spent = False
    return standing(work, request)


def _forgets_qr_returns(standing: Step, work: Work, request: Request) -> Effects:
    """Take a QR sale for one of which nothing has gone back yet."""
    key = named_sale(work, request)
    original = work.books.find(key) if key is not None else None
    if original is not None:
        original.refunded_fen = 0
        original.spent = False
    return standing(work, request)


def _any_completion(standing: Step, work: Work, request: Request) -> Effects:
    """Complete with any sum."""
    return with_settings(work, standing, request, completion_percent=_NO_MARGIN)


def _any_tip(standing: Step, work: Work, request: Request) -> Effects:
    """Add any sum to a sale."""
    return with_settings(work, standing, request, tip_percent=_NO_MARGIN)


ROWS = (
    Defect("acquirer.refunds_again", "a sale can be refunded again and again",
           (20,), on_request(take_up, _forgets_returns, Kind.REFUND),
           shown_by="defects/returned-again",
           zh="同一笔交易可以反复退货"),
    Defect("acquirer.refunds_voided", "a sale that was voided can be refunded",
           (20,), on_request(take_up, _forgets_use, Kind.REFUND), shown_by="defects/returned-again",
           zh="已撤销的交易还能退货"),
    Defect("acquirer.voids_refunded", "a sale that was refunded can be voided",
           (20,), on_request(take_up, _forgets_returns, Kind.VOID), shown_by="defects/returned-again",
           zh="已退货的交易还能撤销"),
    Defect("acquirer.refunds_qr_again", "a QR sale can be refunded again and again",
           (20,), on_request(qr_return, _forgets_qr_returns, Kind.QR_REFUND, Kind.QR_VOID),
           shown_by="defects/returned-again",
           zh="同一笔扫码交易可以反复退款"),
    Defect("acquirer.completes_any_sum", "a completion may take more than 115 % of what was held",
           (20,), on_request(take_up, _any_completion, Kind.COMPLETION),
           shown_by="defects/returned-again",
           zh="预授权完成可以超过预授权金额的 115%"),
    Defect("acquirer.adds_any_sum", "a tip or an adjustment may add more than its part of the sale",
           (20,), on_request(take_up, _any_tip, Kind.TIP, Kind.ADJUST), shown_by="judge/tip-limit",
           zh="小费或调整可超过限额"),
    Defect("acquirer.completes_again", "a pre-authorisation can be completed again",
           (20,), on_request(take_up, _forgets_use, Kind.COMPLETION),
           shown_by="defects/returned-again",
           zh="同一笔预授权可以再次完成"),
)
