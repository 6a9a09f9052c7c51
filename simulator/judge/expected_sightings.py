"""What is expected to be seen on the way: reversals of sales, settlements, updates, notices."""

from __future__ import annotations

from simulator.catalogue.sightings import REVERSED, sighting_words
from simulator.judge.expectation import Seen
from simulator.judge.expected_returns import LISTED, finding_of
from simulator.judge.verdict import ExpectationVerdict, Finding, Judgement, Sighting, Step
from simulator.judge.words.story import local


def reversals(
    judgement: Judgement, wanted: tuple[str, ...],
) -> tuple[ExpectationVerdict, Finding | None]:
    """Whether the host carried out reversals of these sales and of no others."""
    done = tuple(dict.fromkeys(each.sale for each in judgement.sightings if each.what == REVERSED and each.sale))
    met = set(done) == set(wanted)
    english, chinese = ", ".join(wanted) or "none", "、".join(wanted) or "无"
    verdict = ExpectationVerdict(f"reversed: {english}", f"已冲正：{chinese}", met)
    if met:
        return verdict, None
    return verdict, finding_of(
        judgement, "expected_reversed", wanted=english, wanted_zh=chinese,
        found=", ".join(done[:LISTED]) or "none", found_zh="、".join(done[:LISTED]) or "无")


def seen(judgement: Judgement, asked: Seen) -> tuple[ExpectationVerdict, Finding | None]:
    """Whether something showed, so often, in its time."""
    alike = [each for each in judgement.sightings if _is_of(each, asked)]
    found = sum(_is_in_time(each.at_ms, asked) for each in alike)
    met = found > 0 if asked.times is None else found == asked.times
    english, chinese = _words(asked)
    verdict = ExpectationVerdict(f"seen: {english}", f"应出现：{chinese}", met)
    if met:
        return verdict, None
    return verdict, finding_of(
        judgement, "expected_seen", tuple(map(_step, alike[:LISTED])), wanted=english, wanted_zh=chinese,
        found=found)


def _is_of(row: Sighting, asked: Seen) -> bool:
    return (
        row.what == asked.what and asked.merchant in ("", row.merchant)
        and asked.terminal in (0, row.terminal) and asked.text in row.text)


def _is_in_time(at_ms: int, asked: Seen) -> bool:
    return (asked.not_before_ms is None or at_ms >= asked.not_before_ms) and (
        asked.until_ms is None or at_ms <= asked.until_ms)


def _words(asked: Seen) -> tuple[str, str]:
    what = sighting_words(asked.what)
    who = asked.merchant + (f"/{asked.terminal}" if asked.terminal else "")
    english, chinese = [f"{asked.what} ({what.en})"], [f"{asked.what}（{what.zh}）"]
    if who:
        english.append(f"at {who}")
        chinese.append(who)
    if asked.text:
        english.append(f'with "{asked.text}"')
        chinese.append(f"含“{asked.text}”")
    if asked.not_before_ms is not None:
        english.append(f"from {local(asked.not_before_ms)}")
        chinese.append(f"自 {local(asked.not_before_ms)}")
    if asked.until_ms is not None:
        english.append(f"until {local(asked.until_ms)}")
        chinese.append(f"至 {local(asked.until_ms)}")
    if asked.times is not None:
        english.append(f"{asked.times} times" if asked.times else "never")
        chinese.append(f"{asked.times} 次" if asked.times else "从不")
    return " ".join(english), " ".join(chinese)


def _step(row: Sighting) -> Step:
    what = sighting_words(row.what) if not row.what.startswith("declined_") else None
    english, chinese = (what.en, what.zh) if what is not None else (row.what, row.what)
    who = row.merchant + (f"/{row.terminal}" if row.terminal else "")
    return Step(row.at_ms, " ".join(filter(None, (who, english, row.text))),
                " ".join(filter(None, (who, chinese, row.text))))
