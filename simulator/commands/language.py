"""``--lang`` of every command, and what the environment says where it is not given."""

from __future__ import annotations

from simulator.catalogue.language import (
    LANGUAGES,
    VARIABLE,
    language_named,
    language_of_environment,
    speak,
)
from simulator.commands.inputs import InputError
from simulator.commands.sayings import NO_LANGUAGE

OPTION = "--lang"
HELP = (
    f"{OPTION} {'|'.join(LANGUAGES)}: the language of what is said, here and with every command; "
    f"else that of {VARIABLE}, else English."
)


def listen(arguments: list[str]) -> list[str]:
    """Speak the language that the arguments ask for from now on; gives the other arguments.

    InputError where there is no such language, said in that of the environment.
    """
    speak(language_of_environment())
    others: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        name, equals, value = argument.partition("=")
        if argument == "--":
            others += [argument, *waiting]
        elif name == OPTION:
            given = value if equals else next(waiting, "")
            language = language_named(given)
            if language is None:
                raise InputError(NO_LANGUAGE.say(
                    option=OPTION, given=given, allowed=", ".join(LANGUAGES)))
            speak(language)
        else:
            others.append(argument)
    return others
