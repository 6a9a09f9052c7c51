"""What the help of the live commands shows can be typed as it stands."""

from __future__ import annotations

import shlex

import msgspec
import pytest
import typer

from hil.commands import device as commands_device
from hil.commands import host as commands_host
from hil.commands import tell as commands_tell
from hil.control.control import Request, tag_of
from hil.device import requests as device_requests
from hil.host import requests as host_requests

REQUESTS = [
    {
        tag_of(each): each for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Request) and each is not Request
    }
    for module in (device_requests, host_requests)
]


def examples(text):
    lines = (line.strip() for line in text.splitlines())
    return [
        shlex.split(line.partition("    (")[0])[1:] for line in lines
        if line.startswith("daozhang ")
    ]


def command_of(module):
    app = typer.Typer()
    module.register(app)
    return typer.main.get_command(app)


@pytest.mark.parametrize("module", [commands_device, commands_host, commands_tell])
def test_every_example_of_the_help_is_understood(module):
    told = examples(module.HELP)
    assert told
    for example in told:
        command_of(module).make_context("daozhang", example[1:])


def test_every_request_of_the_help_is_one_that_can_be_made():
    asked = [(address, request) for _, address, request in examples(commands_tell.HELP)]
    for address, request in asked:
        requests = REQUESTS[0 if address.endswith(":8585") else 1]
        name = msgspec.json.decode(request)["do"]
        assert isinstance(msgspec.json.decode(request, type=requests[name]), requests[name])


@pytest.mark.parametrize("module", [commands_device, commands_host, commands_tell])
def test_the_help_says_what_each_exit_status_means(module):
    assert "Exit: 0 " in module.HELP
