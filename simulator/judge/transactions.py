"""What the judge knows of transaction kinds: which take money, which give it back, which are undone.

Names only, as they stand in the trace; nothing here looks at a message's bytes.  A test holds these
sets against the dialect's own table.
"""

from __future__ import annotations

from simulator.catalogue.response_codes import RESPONSE_CODES, AtTerminal, Held, Outcome

HOST = "acquirer"
INQUIRY = "balance"  # moves nothing, and a host keeps nothing of it

NO_KIND = "unknown"  # ``what`` of a message that is of no kind of the dialect
TAKING = frozenset({
    "sale", "completion", "completion_advice", "offline_sale", "adjust", "tip", "qr_sale",
})
HOLDING = frozenset({"preauth"})
RETURNING = frozenset({"void", "refund", "preauth_void", "completion_void", "qr_void", "qr_refund"})
REVERSIBLE = frozenset({
    "sale", "void", "preauth", "preauth_void", "completion", "completion_void", "qr_sale", "qr_void",
})
# F39 of a reply to a stored message: taken, or to be sent again; any other refuses it for good.
NOT_REFUSED = frozenset(
    code for code, row in RESPONSE_CODES.items()
    if row.approves or row.held is Held.YES or row.retry or row.outcome is Outcome.PENDING
    or row.terminal in (AtTerminal.SIGN_ON, AtTerminal.UPDATE)
)
APPROVING = frozenset(code for code, row in RESPONSE_CODES.items() if row.approves)
IN_PART = frozenset(code for code, row in RESPONSE_CODES.items() if row.outcome is Outcome.PARTIAL)
STORED = frozenset({"offline_sale", "completion_advice", "adjust", "tip"})  # delivered later
ADDING = frozenset({"adjust", "tip"})  # to the sum of an approved sale
LOADING = frozenset({
    "capk_list", "capk_download", "aid_list", "aid_download", "contactless_download",
    "black_list_download", "bin_b_download", "bin_c_download", "tms_download",
})
"""What brings a part of a table, which is to be ended by a message of its own."""
SEALED = TAKING | HOLDING | RETURNING | {
    "balance", "reversal", "script_result", "signature_upload",
}

COUNTED: dict[str, int] = dict.fromkeys((
    "sale", "completion", "completion_advice", "offline_sale", "adjust", "tip", "qr_sale",
), 1) | dict.fromkeys(("void", "refund", "completion_void", "qr_void", "qr_refund"), -1)
"""In the totals of a batch: +1 a debit, -1 a credit; what is not named is not counted."""
MUST_SIGN_ON = frozenset(
    code for code, row in RESPONSE_CODES.items() if row.terminal is AtTerminal.SIGN_ON)
"""F39 after which a terminal signs on before anything else."""
