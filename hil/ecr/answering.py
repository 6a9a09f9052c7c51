"""What the messages of a terminal say about an order: which belong to it, how it ended, whether it is this one."""

from __future__ import annotations

from hil.ecr.facts import OWN, Facts, answer_of
from hil.ecr.profile import CodeRow, CommandRow, MessageRow, Profile
from hil.ecr.values import Answer, Order, Result

NO_LAST = "no_last"  # the reason of a code that says: there is no last result
BUSY = "busy"


def fits(row: MessageRow, own: Facts) -> bool:
    """Whether a message is one that these values of the request ask for."""
    return all(own.get(OWN + name) == value for name, value in row.when.items())


def last_messages(profile: Profile, command: CommandRow, own: Facts) -> set[str]:
    """The messages behind which none comes."""
    lasts: set[str] = set()
    for names in (command.answers, command.refusals):
        fitting = [name for name in names if fits(profile.messages[name], own)]
        lasts.update(fitting[-1:])
    return lasts


def answer_to(
    profile: Profile, command: CommandRow, row: MessageRow, facts: Facts, order: Order,
) -> Answer:
    """How an order ended.  ``row``: the last message of the answer."""
    code, reason = facts.get("code", ""), ""
    if code:
        known = next((each for each in profile.said.codes if each.code == code), None)
        result = known.result if known else profile.said.unknown_code
        reason = known.reason if known else ""  # of a code that stands for several: none of them
    else:
        result = Result.APPROVED if row.name in command.answers else Result.DECLINED
    told = {**facts, "reason": reason} if reason else facts  # a text for people may stand beside it
    return answer_of(result, {"order": order.order, **told})


def code_for(profile: Profile, answer: Answer) -> str:
    """The code of a profile that says this best, and never more than this; "" where it has no codes."""
    codes = profile.said.codes
    general = [row for row in codes if row.is_general]
    nearest = (
        *(row for row in codes if row.result == answer.result and _is_of(row, answer)),
        *(row for row in codes if answer.result in row.also and _is_of(row, answer)),
        *(row for row in general if row.result == answer.result),
        *(row for row in general if answer.result in row.also),
        *(row for row in general if Result.APPROVED not in {row.result, answer.result}),
    )
    return nearest[0].code if nearest else ""


def _is_of(row: CodeRow, answer: Answer) -> bool:
    """Whether a code tells of this very reason, or response code of the host."""
    said = {row.reason, *row.reasons} - {""}
    return answer.reason in said or answer.response_code in row.response_codes


def is_of_another(order: Order, facts: Facts) -> bool:
    """Whether an answer tells of another order than this; one that bears its number may be approved in part.

    >>> from hil.ecr.values import Ask
    >>> order = Order(kind=Ask.SALE, amount_fen=500, order="A1")
    >>> [is_of_another(order, {"amount_fen": fen, "order": name}) for fen, name in (
    ...     ("400", "A1"), ("400", ""), ("600", "A1"), ("500", "A2"))]
    [False, True, True, True]
    """
    told = facts.get("order", "")
    if told and order.order and told != order.order:
        return True
    asked, amount = order.amount_fen, int(facts.get("amount_fen", "") or 0)
    if not asked or not amount:
        return False
    return amount > asked if told and order.order else amount != asked


def is_ours(order: Order, answer: Answer, facts: Facts, last_stan: int | None) -> bool | None:
    """Whether a last result is that of this order; None where it cannot be known.

    ``last_stan``: of the last result that is known, 0 where it is known that there was none.
    """
    if answer.reason == NO_LAST:
        return False
    if facts.get("order") and order.order:
        return not is_of_another(order, facts)
    if is_of_another(order, facts):
        return False
    if not answer.stan or last_stan is None:
        return None
    return answer.stan != last_stan
