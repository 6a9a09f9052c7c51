"""What several rules need to see: without it a trace shows nothing of what they forbid."""

from __future__ import annotations

from typing import Any

from simulator.judge.rule import Case, Evidence


def _shows_books(case: Case[Any]) -> bool:
    """Postings are there, or no sale was made of which there could be any."""
    return case.book.has_postings or not case.book.has_sold


def _shows_counter(case: Case[Any]) -> bool:
    """Its case came up, or every terminal that took part shows what it does."""
    return bool(case.exercised) or not case.book.unseen()


def _shows_books_and_counter(case: Case[Any]) -> bool:
    return _shows_books(case) and _shows_counter(case)


BOOKS = Evidence("postings of the banks and the host", "银行与主机的账务分录", _shows_books)
COUNTER = Evidence(
    "screen and journal of each terminal", "各终端的屏幕与流水", _shows_counter)
BOOKS_AND_COUNTER = Evidence(
    "postings, and screen and journal of each terminal", "账务分录及各终端的屏幕与流水",
    _shows_books_and_counter)
