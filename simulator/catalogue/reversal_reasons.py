"""Why a reversal is sent: F39 of its request, which is no response code though it stands in its field."""

from __future__ import annotations

from simulator.catalogue.language import Told

REVERSAL_REASONS: dict[str, Told] = {
    "98": Told("no reply in time", "应答超时"),
    "96": Told("approved, not finished", "已批准，终端未能完成"),
    "A0": Told("approved with a bad MAC", "已批准，但应答 MAC 错误"),
    "06": Told("another reason", "其他原因"),
}
NO_REASON = Told("no reason of a reversal that is known", "不是已知的冲正原因")


def reversal_reason(code: str) -> Told:
    """What F39 of a reversal request means.

    >>> reversal_reason("06").en, reversal_reason("25").en
    ('another reason', 'no reason of a reversal that is known')
    """
    return REVERSAL_REASONS.get(code, NO_REASON)


def is_reversal_request(mti: str) -> bool:
    """Whether a message type asks for a reversal, a repeat or advice of one too, and answers none.

    >>> [is_reversal_request(mti) for mti in ("0400", "0401", "0420", "0410", "0200")]
    [True, True, True, False, False]
    """
    return mti[1:2] == "4" and mti[2:3] in {"0", "2"}
