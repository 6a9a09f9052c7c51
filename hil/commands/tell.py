"""``daozhang tell``: one request to the control port of a live host or device, by hand."""

from __future__ import annotations

import json
import socket
from typing import Annotated

import typer

from hil.control.live_words import HEARD
from hil.ports.ports import PortError, parse_address, words_for
from simulator.commands.inputs import ExitCode, InputError, print_json

LONGEST_ANSWER = 64 << 20

HELP = """Ask the control port of a live host or device for something; prints its answer.

Exit: 0 it was done, 1 the control port refused it, 2 bad input or nobody answered.

Examples, for a device:

  daozhang tell 127.0.0.1:8585 '{"do":"operate","kind":"sign_on","password":"0000"}'

  daozhang tell 127.0.0.1:8585 '{"do":"operate","kind":"sale","order":"S1","amount_fen":6800,"card":{"pan":"6200009753180120"}}'

  daozhang tell 127.0.0.1:8585 '{"do":"cut_power","before":"send:0200"}'

and for a host:

  daozhang tell 127.0.0.1:8584 '{"do":"fault","toml":"mode = \\"network.outage\\"\\non = \\"reply\\"\\nnth = 1"}'

  daozhang tell 127.0.0.1:8584 '{"do":"jump","to":"cut_over"}'

  daozhang tell 127.0.0.1:8584 '{"do":"balances"}'
"""


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("tell", short_help="Ask the control port of a host or device.", help=HELP)(tell)


def tell(
    address: Annotated[str, typer.Argument(metavar="HOST:PORT", help="the control port")],
    request: Annotated[str, typer.Argument(metavar="JSON", help='an object with "do"')],
    wait: Annotated[int, typer.Option(help="seconds to wait for the answer", min=1)] = 180,
) -> None:
    """Ask, print the answer; exit 1 where it is a refusal."""
    answer = answer_to(address, request, wait)
    if isinstance(why := answer.get("error"), str):
        answer["error"] = HEARD.say(why)  # on the wire it is English
    print_json(answer)
    raise typer.Exit(ExitCode.PASSED if answer.get("ok") else ExitCode.FAILED)


def answer_to(address: str, request: str, wait_s: int) -> dict[str, object]:
    """The answer of the control port; ``InputError`` where there is none."""
    try:
        json.loads(request)
    except RecursionError:
        raise InputError("the request is nested too deeply") from None
    except ValueError as error:
        raise InputError(f"the request is no JSON: {error}") from None
    try:
        where = parse_address(address)
    except PortError as error:
        raise InputError(str(error)) from None
    try:
        with socket.create_connection((where.host, where.port), wait_s) as connection:
            octets = request.replace("\n", " ").encode("utf-8", "surrogateescape")  # as it was typed
            connection.sendall(octets + b"\n")
            line = connection.makefile("rb").readline(LONGEST_ANSWER)
    except OSError as error:
        raise InputError(words_for(f"control port {where}", error)) from None
    if not line:
        raise InputError(f"control port {where}: went away without an answer")
    try:
        answer: object = json.loads(line)
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict):
        raise InputError(f"{where}: what answers there is no control port")
    return answer
