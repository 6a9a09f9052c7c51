"""A blind test as lines of text: shares, matrix, and what was taken for what."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.blind_test import words as w
from simulator.blind_test.blind import Summary
from simulator.report.wrap import width_of, wrapped

WRONG_SHOWN = 40


def told_of(summary: Summary) -> Iterator[str]:
    """All lines."""
    tried = len(summary.trials)
    if summary.interrupted:
        yield w.INTERRUPTED.say()
    yield w.SUMMARY.say(tried=tried, planned=summary.planned, count=summary.count)
    row = w.RIGHT if summary.count == 1 else w.RIGHT_TWO
    yield row.say(share=_share(summary.right, tried), right=summary.right, tried=tried,
                  strict=_share(summary.strictly_right, tried))
    yield from wrapped(w.STRICT_MEANS.say())
    count, right = summary.healthy
    yield w.HEALTHY.say(count=count, right=right)
    yield ""
    yield w.COLUMNS.say()
    for mode, answers in summary.matrix().items():
        said = ", ".join(f"{answer} {times}" for answer, times in answers.most_common())
        head = f"  {mode:<29} -> "
        yield from wrapped(said, indent=head, again=" " * width_of(head))
    wrong = [each for each in summary.trials if not each.is_right]
    if wrong:
        yield ""
    for each in wrong[:WRONG_SHOWN]:
        answers_told = ", ".join("+".join(some) for some in each.answers[:3]) or each.broken or "-"
        yield from wrapped(w.WRONG.say(
            seed=each.seed, modes="+".join(each.modes) or "-", answers=answers_told), again="  ")


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"
