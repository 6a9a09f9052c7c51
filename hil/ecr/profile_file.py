"""What a profile's file must keep to, so that nothing that works with a profile has to ask."""

from __future__ import annotations

from collections.abc import Iterator

from hil.ecr.profile import ProfileFile


def problems_of(said: ProfileFile) -> Iterator[str]:
    """What is wrong with a file, the first of it first: what, where, what is allowed."""
    names = {row.name for row in said.messages}
    for command in said.commands:
        for name in (command.request, *command.answers, *command.refusals):
            if name not in names:
                yield f"commands: {command.kind}: no message {name}; allowed: {', '.join(sorted(names))}"
