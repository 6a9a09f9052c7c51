"""What several rules need to see: without it a trace shows nothing of what they forbid."""

from __future__ import annotations

from typing import Any

from simulator.judge.rule import Case, Evidence


def _shows_books(case: Case[Any]) -> bool:
    """Postings are there, or no sale was made of which there could be any."""
    return case.book.has_postings or not case.book.has_sold


BOOKS = Evidence("postings of the banks and the host", "银行与主机的账务分录", _shows_books)
