"""A diagnosis as lines of text, in the language of this process, and as facts for JSON."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from simulator.catalogue.failures import catalogue
from simulator.catalogue.language import Told
from simulator.catalogue.money_reasons import PayoutReason
from simulator.catalogue.remedies import ASKED_OF, REMEDIES, asked_of
from simulator.diagnosis import words as w
from simulator.diagnosis.codes import code_told
from simulator.diagnosis.diagnosis import Answer, Diagnosis
from simulator.diagnosis.engine import Finding
from simulator.diagnosis.money import SaleMoney
from simulator.diagnosis.signs import Sign
from simulator.local_time import datetime_at

LISTED = 6
_DONE = frozenset({"arrived", "charged_back"})  # due no more
_OF_LINES = frozenset({"line_dead", "line_patchy", "line_slow", "line_held", "line_upload", "unanswered", "reply_unheard"})
LESS_LISTED = 2  # of causes that fit less


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
    if finding.alike:
        return Told(finding.alike[0].family, finding.alike[0].family_zh)
    said = [mode_told(mode) for mode in finding.modes]
    return Told(w.ORS.en.join(each.en for each in said), w.ORS.zh.join(each.zh for each in said))


def mode_told(mode: str) -> Told:
    """A mode in words, with its name."""
    row = catalogue()[mode]
    return w.CAUSE.both(cause=Told(row.en, row.zh), mode=mode)


def sign_told(sign: Sign, names: Mapping[str, str]) -> Told:
    """A sign in words."""
    return w.counted(w.SIGNS[sign.name], sign.count, code=code_told(sign.name, sign.code),
                     who=who_told(sign.who, names))


def who_told(who: str, names: Mapping[str, str]) -> Told:
    """Whom something is about: a merchant by its name, a bank or a card as it is called.

    >>> who_told("898000000000001", {"898000000000001": "shop"}).en, who_told("bank.a", {}).en
    ('shop (898000000000001)', 'bank.a')
    """
    if who in names:
        return w.NAMED.both(name=names[who], mid=who)
    if who.startswith("terminal."):
        return where("terminal", who.removeprefix("terminal."))
    said = who.removeprefix("merchant.") or "-"
    return Told(said, said)


def state_told(sale: SaleMoney) -> Told:
    """Where the money of a sale is."""
    why: object = sale.why
    if sale.why in {str.__str__(each) for each in PayoutReason}:
        reason = PayoutReason.of(sale.why)
        why = Told(reason.en, reason.zh)
    return w.STATES[sale.state].both(why=why)


def sums(sales: Sequence[SaleMoney]) -> list[Told]:
    """Where the money of several sales is, and when it is due, one line a state."""
    groups: dict[tuple[str, str, int | None, str], list[SaleMoney]] = defaultdict(list)
    several = len({sale.merchant for sale in sales}) > 1
    for sale in sales:
        due = None if sale.state in _DONE else sale.due_ms  # what has come is due no more: one line
        groups[sale.state, sale.why, due, sale.merchant if several else ""].append(sale)
    lines = []
    for (_, _, due_ms, merchant), group in groups.items():
        back_fen = 0 if group[0].state == "given_back" else sum(each.back_fen for each in group)
        said = w.counted(
            w.OF_SUM, len(group), sum=yuan(sum(each.amount_fen for each in group) - back_fen),
            state=state_told(group[0]))
        if back_fen:
            said = w.counted(w.LESS_BACK, len(group), said=said, sum=yuan(back_fen))
        if merchant:
            named = w.OF_MERCHANT.both(name=merchant)
            said = Told(named.en + said.en, named.zh + said.zh)
        lines.append(said if due_ms is None else with_due(said, group[0]))
    return lines


def is_to_come(sale: SaleMoney, now_ms: int) -> bool:
    """Whether the host has it and it is not due yet: nothing is wrong with that."""
    return sale.state == "captured" and (sale.due_ms is None or sale.due_ms > now_ms)


def with_due(said: Told, sale: SaleMoney) -> Told:
    """And when it is due, where anybody can say that."""
    if sale.due_ms is None or sale.state in _DONE:
        return said
    when = w.DUE.both(when=moment(sale.due_ms))
    if sale.settled_by_ms is not None:
        when = w.DUE_IF.both(when=moment(sale.due_ms), until=moment(sale.settled_by_ms))
    return Told(f"{said.en}; {when.en}", f"{said.zh}；{when.zh}")


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


def rows_of(answer: Answer, names: Mapping[str, str]) -> list[tuple[str, Told]]:
    """Field and text of everything that is said of one cause."""
    finding = answer.finding
    at = _where(answer) if answer.place else who_told(answer.who, names)
    from_, until = moment(answer.from_ms), moment(answer.until_ms)
    rows = [("one_of", mode_told(mode)) for mode in finding.modes[:LISTED] if finding.alike]
    if finding.alike and len(finding.modes) > LISTED:
        rows.append(("one_of", w.MORE.both(count=len(finding.modes) - LISTED)))
    rows += [
        ("confidence", w.CONFIDENCE[finding.confidence.value].both()), ("where", at),
        ("when", Told(*[from_ if from_ == until else f"{from_} - {until}"] * 2)),
    ]
    for sign in finding.signs[:LISTED]:
        said = sign_told(sign, names)
        rows.append(("evidence", Told(
            f"{moment(sign.at_ms)} {said.en}", f"{moment(sign.at_ms)} {said.zh}")))
    if len(finding.signs) > LISTED:
        rows.append(("evidence", w.MORE.both(count=len(finding.signs) - LISTED)))
    rows.extend(("against", said) for said in _against(finding))
    rows.extend(("decides", Told(each.decides, each.decides_zh)) for each in finding.alike)
    rows.extend(("money", said) for said in sums(answer.sales)[:LISTED])
    if not answer.sales:
        rows.append(("touched", w.NONE_TOUCHED.both()))
    rows.extend(("remedy", ASKED_OF.both(who=who, what=what)) for who, what in asked_of(answer.remedies))
    return rows


def _where(answer: Answer) -> Told:
    """Where it was: of a line every place that explains it, of anything else the closest, a merchant before its router."""
    levels, places = answer.level.split("|"), answer.place.split("|")
    if len(levels) > 1 and not any(sign.name in _OF_LINES for sign in answer.finding.signs):
        closest = next((level for level in ("terminal", "merchant") if level in levels), levels[0])
        return where(closest, places[levels.index(closest)])
    return where(answer.level, answer.place)


def _against(finding: Finding) -> list[Told]:
    """What speaks against something wider, and which other causes the same signs fit less."""
    well = max((sign.well for sign in finding.signs if sign.name.startswith("line_")), default=0)
    told = [w.counted(w.WELL, well)] if well else []
    rows = catalogue()
    told += [w.LESS.both(cause=Told(rows[mode].en, rows[mode].zh), mode=mode)
             for mode in finding.others[:LESS_LISTED]]
    more = len(finding.others) - LESS_LISTED
    return [*told, w.MORE_LESS.both(count=more)] if more > 0 else told


def facts_of(diagnosis: Diagnosis) -> dict[str, Any]:
    """The whole diagnosis for JSON, both languages."""
    return {
        "answers": [_answer_facts(answer, diagnosis.names) for answer in diagnosis.answers],
        "unexplained": [_sign_facts(sign, diagnosis.names) for sign in diagnosis.left],
        "open": [sale_facts(sale) for sale in diagnosis.open],
        "not_there": list(diagnosis.not_there),
    }


def _answer_facts(answer: Answer, names: Mapping[str, str]) -> dict[str, Any]:
    finding = answer.finding
    said = cause(finding)
    return {
        "modes": list(finding.modes), "cause": said.en, "cause_zh": said.zh,
        "confidence": finding.confidence.value, "score": round(finding.score, 2),
        "from": moment(answer.from_ms), "until": moment(answer.until_ms), "level": answer.level,
        "place": answer.place or answer.who, "evidence": [_sign_facts(sign, names) for sign in finding.signs],
        "against": list(finding.others),
        "alike": [{"en": each.en, "zh": each.zh, "decides": each.decides,
                   "decides_zh": each.decides_zh} for each in finding.alike],
        "sales": [sale_facts(sale) for sale in answer.sales], "remedies": list(answer.remedies),
        "to_do": [_remedy_facts(name) for name in answer.remedies],
    }


def _remedy_facts(name: str) -> dict[str, Any]:
    row = REMEDIES[name]
    return {"remedy": name, "who": [each.value for each in row.who], "text": row.en, "text_zh": row.zh}


def _sign_facts(sign: Sign, names: Mapping[str, str]) -> dict[str, Any]:
    said = sign_told(sign, names)
    return {
        "sign": sign.name, "code": sign.code, "text": said.en, "text_zh": said.zh,
        "from": moment(sign.at_ms), "until": moment(sign.until_ms), "count": sign.count,
        "level": sign.level, "place": sign.place, "who": sign.who, "well": sign.well, "terminals": sorted(sign.tids),
    }


def sale_facts(sale: SaleMoney) -> dict[str, Any]:
    """One sale for JSON."""
    said = state_told(sale)
    return {
        "sale": sale.sale, "mid": sale.mid, "merchant": sale.merchant, "amount_fen": sale.amount_fen,
        "back_fen": sale.back_fen, "state": sale.state,
        "where": said.en, "where_zh": said.zh, "rrns": list(sale.rrns), "keys": list(sale.keys),
        "due": moment(sale.due_ms) if sale.due_ms is not None else None,
        "due_if_settled_before": moment(sale.settled_by_ms) if sale.settled_by_ms is not None else None,
    }
