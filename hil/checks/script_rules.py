"""Rules of issuer scripts: what became of each is told in a 0620, before anything new, until it is answered.

What a chip makes of a script is the chip's word and not the terminal's: that a result names its script
is held, not that it succeeded.  Source: docs/unionpay.md, issuer scripts.
"""

from __future__ import annotations

from collections.abc import Iterator

from hil.checks.evidence import Evidence, Rule
from hil.checks.line import heard_reply, requests, same
from hil.checks.results import NotReachedError, Reading, Wrong
from hil.relay.seen import SeenMessage
from simulator.catalogue.language import Told
from simulator.machines.issuer_scripts import results_in
from simulator.wire.kinds import Kind
from simulator.wire.message import Message

SCRIPT_RESULT = Kind.SCRIPT_RESULT.value
ADVISED = "951"  # 60.3
NEW = frozenset({"0100", "0200", "0220", "0400", "0500"})
IDENTIFIED = 2  # digits before the identifier: the result, and the number of its command
# What it repeats of its transaction as it is.
REPEATED: tuple[tuple[str, str], ...] = (
    ("F2", "pan"), ("F3", "processing_code"), ("F4", "amount_fen"), ("F22", "entry_mode"), ("F41", "tid"), ("F42", "mid"),
    ("60.2", "batch"))


def _told(evidence: Evidence, name: str) -> tuple[SeenMessage, list[SeenMessage]]:
    """The transaction whose reply held scripts, and the 0620s that came behind it."""
    asked, struck = evidence.request(name), evidence.at(name)
    return asked, [each for each in requests(evidence.seen, SCRIPT_RESULT) if each.number > struck.number]


def results_come(name: str, identifiers: tuple[str, ...]) -> Rule:
    """A 0620 names the transaction and has a result of each script, in their order."""
    def look(evidence: Evidence) -> Reading:
        asked, told = _told(evidence, name)
        if not told:
            return Reading(value="0", limit="1", wrong=(Wrong(
                what=Told(f"no 0620 came of the scripts that the reply to {asked.stan:06} held",
                          f"{asked.stan:06} 的应答带有脚本，却没有 0620"), number=evidence.at(name).number),))
        wrong = tuple(each for one in told for each in _differences(asked, one, identifiers))
        return Reading(value=str(len({each.stan for each in told})), limit="1", wrong=wrong)

    return Rule("script_results", Told("results of scripts that were told", "上送的脚本结果通知"), "0620", look)


def _differences(asked: SeenMessage, told: SeenMessage, identifiers: tuple[str, ...]) -> Iterator[Wrong]:
    said, sale = told.message, asked.message
    if said is None or sale is None:
        return
    for field, name in REPEATED:
        if getattr(said, name) != getattr(sale, name):
            yield _wrong(told, f"{field} of the 0620 is not that of {asked.stan:06}", f"0620 的 {field} 与 {asked.stan:06} 不一致")
    if said.network_code != ADVISED:
        yield _wrong(told, f"60.3 of the 0620 is {said.network_code}, not {ADVISED}", f"0620 的 60.3 为 {said.network_code}，应为 {ADVISED}")
    if told.stan == asked.stan:
        yield _wrong(told, f"the 0620 bears the number of its transaction, {told.stan:06}", f"0620 沿用了原交易流水号 {told.stan:06}")
    named = _named(said)
    if named != (asked.batch, asked.stan):
        yield _wrong(told, f"F61 of the 0620 names {named[0]:06}/{named[1]:06}, not {asked.batch:06}/{asked.stan:06}",
                     f"0620 的 F61 指向 {named[0]:06}/{named[1]:06}，应为 {asked.batch:06}/{asked.stan:06}")
    results = tuple(each[IDENTIFIED:] for each in results_in(said.icc_data or b""))
    if results != identifiers:
        yield _wrong(told, f"DF31 of the 0620 is of the scripts {_shown(results)}, not {_shown(identifiers)}",
                     f"0620 的 DF31 为脚本 {_shown(results)} 的结果，应为 {_shown(identifiers)}")


def _named(said: Message) -> tuple[int, int]:
    return (said.original.batch, said.original.stan) if said.original is not None else (0, 0)


def _shown(identifiers: tuple[str, ...]) -> str:
    return " ".join(identifiers) or "-"


def _wrong(told: SeenMessage, en: str, zh: str) -> Wrong:
    return Wrong(what=Told(en, zh), number=told.number)


def goes_before_what_is_new(name: str) -> Rule:
    """Nothing new leaves between the reply with the scripts and the 0620."""
    def look(evidence: Evidence) -> Reading:
        asked, told = _told(evidence, name)
        first = told[0].number if told else 0
        new = next((each for each in requests(evidence.seen) if each.number > evidence.at(name).number and each.mti in NEW
                    and not same(each, asked)), None)
        if new is None:
            raise NotReachedError(Told("no further request came", "之后没有请求"))
        is_first = 0 < first < new.number
        return Reading(value="1" if is_first else "0", limit=">= 1", wrong=() if is_first else (_wrong(
            new, f"{new.mti} {new.stan:06} left before the 0620 of the scripts of {asked.stan:06}",
            f"{new.mti} {new.stan:06} 先于 {asked.stan:06} 的脚本结果 0620 发出"),))

    return Rule("results_before_new", Told("0620s before the next request", "下一请求之前的 0620"), "0620", look)


def told_until_answered(name: str, least: int = 1) -> Rule:
    """The same 0620 again until it is answered, and not once more."""
    def look(evidence: Evidence) -> Reading:
        _, told = _told(evidence, name)
        numbers = {each.stan for each in told}
        wrong = []
        if len(numbers) > 1:
            wrong.append(_wrong(told[-1], f"the 0620 came under {len(numbers)} numbers", f"0620 用了 {len(numbers)} 个流水号"))
        if told and len(told) < least:
            wrong.append(_wrong(told[0], f"the 0620 was not answered and came {len(told)} times, not {least}",
                                f"0620 未获应答，只发了 {len(told)} 次，应为 {least} 次"))
        answered = next((at for at, each in enumerate(told) if heard_reply(evidence.seen[:_end(evidence, told, at)], each)), None)
        if answered is not None and told[answered + 1:]:
            wrong.append(_wrong(told[answered + 1], "the 0620 was answered and came again", "0620 已获应答仍再次发出"))
        return Reading(value=str(len(told)), limit=f">= {least}", wrong=tuple(wrong))

    return Rule("results_sent", Told("how often the 0620 was sent", "0620 的发送次数"), "0620", look)


def _end(evidence: Evidence, told: list[SeenMessage], at: int) -> int:
    """How many messages had passed when the next of these left."""
    if at + 1 == len(told):
        return len(evidence.seen)
    return next(index for index, each in enumerate(evidence.seen) if each.number == told[at + 1].number)
