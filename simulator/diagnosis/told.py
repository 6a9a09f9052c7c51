"""A diagnosis as lines of text, in the language of this process, and as facts for JSON."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from simulator.catalogue.failures import catalogue
from simulator.catalogue.language import Told
from simulator.catalogue.money_reasons import PayoutReason
from simulator.catalogue.remedies import words
from simulator.diagnosis import words as w
from simulator.diagnosis.diagnosis import Answer, Diagnosis
from simulator.diagnosis.engine import Finding
from simulator.diagnosis.money import SaleMoney
from simulator.diagnosis.signs import Sign
from simulator.local_time import datetime_at

LISTED = 6


def moment(at_ms: int) -> str:
    """A moment for reading, Beijing time."""
    return datetime_at(at_ms).strftime("%Y-%m-%d %H:%M:%S")


def yuan(fen: int) -> str:
    """A sum for reading.

    >>> yuan(123456)
    '¥1,234.56'
    """
    whole, cents = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}¥{whole:,}.{cents:02}"


def cause(finding: Finding) -> Told:
    """The cause in words, or all of those that cannot be told apart."""
    rows = catalogue()
    said = [
        w.CAUSE.both(cause=Told(rows[mode].en, rows[mode].zh), mode=mode) for mode in finding.modes]
    return Told(w.ORS.en.join(each.en for each in said), w.ORS.zh.join(each.zh for each in said))


def sign_told(sign: Sign) -> Told:
    """A sign in words."""
    who = sign.who or "?"
    return w.SIGNS[sign.name].both(count=sign.count, code=sign.code or "-", who=who)


def state_told(sale: SaleMoney) -> Told:
    """Where the money of a sale is."""
    why: object = sale.why
    if sale.why in {str.__str__(each) for each in PayoutReason}:
        reason = PayoutReason.of(sale.why)
        why = Told(reason.en, reason.zh)
    return w.STATES[sale.state].both(why=why)


def sums(sales: Sequence[SaleMoney]) -> list[Told]:
    """Where the money of several sales is, and when it is due, one line a state."""
    groups: dict[tuple[str, str, int | None], list[SaleMoney]] = defaultdict(list)
    for sale in sales:
        due = None if sale.state == "arrived" else sale.due_ms  # what has come is due no more: one line
        groups[sale.state, sale.why, due].append(sale)
    lines = []
    for (_, _, due_ms), group in groups.items():
        said = (w.OF_SUM if len(group) > 1 else w.OF_ONE).both(
            count=len(group), sum=yuan(sum(each.amount_fen for each in group)),
            state=state_told(group[0]))
        if due_ms is not None:
            when = w.DUE.both(when=moment(due_ms))
            said = Told(f"{said.en}; {when.en}", f"{said.zh}；{when.zh}")
        lines.append(said)
    return lines


def where(levels: str, places: str) -> Told:
    """Where a trouble was: a place, and those that nothing tells apart from it.

    >>> where("isp|all", "isp.a|all").en
    'all of provider isp.a, or all terminals (the same ones here)'
    """
    said = [
        Told(f"{level.en} {name}", f"{level.zh} {name}") if at != "all" else level
        for at, name in zip(levels.split("|"), places.split("|"), strict=False)
        if at in w.LEVELS and name
        for level in (w.LEVELS[at].both(),)
    ]
    if len(said) < 2:
        return said[0] if said else Told(places or "-", places or "-")
    return w.SAME_ONES.both(
        places=Told(w.OR_ALSO.en.join(each.en for each in said), w.OR_ALSO.zh.join(each.zh for each in said)))


def rows_of(answer: Answer) -> list[tuple[str, Told]]:
    """Field and text of everything that is said of one cause."""
    finding = answer.finding
    rows = [
        ("confidence", w.CONFIDENCE[finding.confidence.value].both()),
        ("where", where(answer.level, answer.place)),
        ("when", Told(*[f"{moment(answer.from_ms)} - {moment(answer.until_ms)}"] * 2)),
    ]
    for sign in finding.signs[:LISTED]:
        said = sign_told(sign)
        rows.append(("evidence", Told(
            f"{moment(sign.at_ms)} {said.en}", f"{moment(sign.at_ms)} {said.zh}")))
    if len(finding.signs) > LISTED:
        rows.append(("evidence", w.MORE.both(count=len(finding.signs) - LISTED)))
    rows.extend(("decides", Told(each.decides, each.decides_zh)) for each in finding.alike)
    rows.extend(("money", said) for said in sums(answer.sales)[:LISTED])
    if not answer.sales:
        rows.append(("touched", w.NONE_TOUCHED.both()))
    if answer.remedies:
        rows.append(("remedy", Told(*words(answer.remedies))))
    return rows


def facts_of(diagnosis: Diagnosis) -> dict[str, Any]:
    """The whole diagnosis for JSON, both languages."""
    return {
        "answers": [_answer_facts(answer) for answer in diagnosis.answers],
        "unexplained": [_sign_facts(sign) for sign in diagnosis.left],
        "open": [sale_facts(sale) for sale in diagnosis.open],
        "not_there": list(diagnosis.not_there),
    }


def _answer_facts(answer: Answer) -> dict[str, Any]:
    finding = answer.finding
    said = cause(finding)
    return {
        "modes": list(finding.modes), "cause": said.en, "cause_zh": said.zh,
        "confidence": finding.confidence.value, "score": round(finding.score, 2),
        "from": moment(answer.from_ms), "until": moment(answer.until_ms), "level": answer.level,
        "place": answer.place, "evidence": [_sign_facts(sign) for sign in finding.signs],
        "against": list(finding.others),
        "alike": [{"en": each.en, "zh": each.zh, "decides": each.decides,
                   "decides_zh": each.decides_zh} for each in finding.alike],
        "sales": [sale_facts(sale) for sale in answer.sales], "remedies": list(answer.remedies),
    }


def _sign_facts(sign: Sign) -> dict[str, Any]:
    said = sign_told(sign)
    return {
        "sign": sign.name, "code": sign.code, "text": said.en, "text_zh": said.zh,
        "from": moment(sign.at_ms), "until": moment(sign.until_ms), "count": sign.count,
        "level": sign.level, "place": sign.place, "who": sign.who, "terminals": sorted(sign.tids),
    }


def sale_facts(sale: SaleMoney) -> dict[str, Any]:
    """One sale for JSON."""
    said = state_told(sale)
    return {
        "sale": sale.sale, "mid": sale.mid, "amount_fen": sale.amount_fen, "state": sale.state,
        "where": said.en, "where_zh": said.zh, "rrns": list(sale.rrns), "keys": list(sale.keys),
        "due": moment(sale.due_ms) if sale.due_ms is not None else None,
    }
