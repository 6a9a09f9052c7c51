"""An order as a request of a profile; what the request would lose of it is refused by name."""

from __future__ import annotations

from hil.ecr.bodies import body_of
from hil.ecr.facts import FACTS, OWN, Facts, facts_of_order
from hil.ecr.fields import UnfitError
from hil.ecr.profile import Profile
from hil.ecr.values import Order

NOT_SAID = frozenset({"order"})  # a till knows it, whether the terminal is told or not


class EcrError(Exception):
    """What was asked of a till cannot be said in this profile."""


def request_of(profile: Profile, order: Order, me: Facts) -> bytes:
    """The message that asks for it.  ``me``: what the till says of itself in every one."""
    can = profile.can(order.kind)
    if not can:
        raise EcrError(can.en)
    said = facts_of_order(order)
    _check(profile, order, said)
    row = profile.messages[profile.commands[order.kind].request]
    try:
        return body_of(profile, row, {**me, **said, **own_of_request(profile, order)})
    except UnfitError as error:
        raise EcrError(
            f"{profile.name}: {order.kind}: {error.name} cannot be that; "
            f"allowed: {error.allowed}") from None


def own_of_request(profile: Profile, order: Order) -> Facts:
    """The values that only this profile knows, as they stand in the request."""
    own = {**profile.said.own, **profile.commands[order.kind].own, **order.own}
    return {OWN + name: value for name, value in own.items()}


def _check(profile: Profile, order: Order, said: Facts) -> None:
    command = profile.commands[order.kind]
    parts = profile.messages[command.request].parts
    carried = {part.fact for part in parts if part.fact}
    own = {part.own for part in parts if part.own} - command.own.keys()
    for name in order.own:
        if name not in own:
            raise EcrError(
                f"{profile.name}: {order.kind} has no value {name} of its own; "
                f"allowed: {', '.join(sorted(own)) or 'none'}")
    for name in said:
        if not name.startswith(OWN) and name not in carried | NOT_SAID:
            raise EcrError(
                f"{profile.name}: {order.kind} has no place for {name}; "
                f"allowed: {', '.join(sorted(carried & FACTS.keys())) or 'nothing'}")
    for part in parts:
        if part.needed and part.fact and part.fact not in said:
            raise EcrError(f"{profile.name}: {order.kind} needs {part.fact}")
