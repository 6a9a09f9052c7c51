"""Clearing files with fixed columns, one blank between them: their widths and meanings; reads nothing.

ACOM and ACOMA are UnionPay's files to an acquirer, ZM is the merchant file of its online platform.
Widths count bytes.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from simulator.catalogue.language import Told


class FixedForm(msgspec.Struct, frozen=True, kw_only=True):
    """Columns are counted from 1, as in the published tables."""

    id: str
    words: Told
    widths: tuple[int, ...]
    columns: Mapping[str, int]  # field: number of its column
    proof: tuple[int, ...]  # columns of digits, by which a line is known
    sums: tuple[int, ...] = ()  # columns with C or D before their digits

    @property
    def length(self) -> int:
        """Bytes of a line."""
        return sum(self.widths) + len(self.widths) - 1

    def begins(self, column: int) -> int:
        """Where a column begins in a line.

        >>> FORM_OF["acom"].begins(15)
        156
        """
        return sum(self.widths[:column - 1]) + column - 1


_ACOM = (
    11, 11, 6, 10, 19, 12, 12, 12, 4, 6, 4, 8, 15, 12, 2, 6, 11, 6, 2, 3, 12, 12, 12, 1, 3, 1, 1, 10, 11, 1, 2, 2, 12, 14)
_ACOM_COLUMNS = {
    "stan": 3, "time": 4, "pan": 5, "amount": 6, "part": 7, "mti": 9, "code": 10, "tid": 12, "mid": 13, "rrn": 14,
    "auth": 16, "status": 19,
}
FIXED_FORMS: tuple[FixedForm, ...] = (
    FixedForm(
        id="acoma", words=Told("clearing file ACOMA", "一般交易流水 ACOMA"),
        widths=(*_ACOM, 11, 11, 1, 1, 4, 2, 40, 3, 9, 9),
        columns={**_ACOM_COLUMNS, "reversed": 37, "voided": 38, "settled": 39, "fee": 44}, proof=(3, 4, 6, 9, 10),
    ),
    FixedForm(
        id="acom", words=Told("clearing file ACOM", "一般交易流水 ACOM"), widths=_ACOM, columns=_ACOM_COLUMNS,
        proof=(3, 4, 6, 9, 10),
    ),
    FixedForm(
        id="zm", words=Told("merchant file ZM", "全渠道商户文件 ZM"),
        widths=(
            3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1, 21, 15, 1, 15, 32,
            13, 13, 8, 32, 13, 13, 12, 2, 1, 32, 98),
        columns={
            "stan": 4, "time": 5, "pan": 6, "amount": 7, "trade": 10, "order": 12, "fee": 16, "net": 17, "kind": 20,
            "mid": 28, "tid": 34,
        }, proof=(4, 5, 7), sums=(16, 17),
    ),
)
FORM_OF: Mapping[str, FixedForm] = {form.id: form for form in FIXED_FORMS}
