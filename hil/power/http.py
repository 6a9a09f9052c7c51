"""A power supply behind HTTP: a network socket, a smart plug, a rig's own service.

It reaches this computer only, unless the settings name the host: a bench file of somebody else should
not switch what stands in another room.  No proxy, no redirection, no password in a URL.
"""

from __future__ import annotations

import os
import time
import urllib.error
import urllib.request
from http.client import HTTPException, HTTPResponse
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from hil.ports.ports import words_for
from hil.power.power import Ability, PowerError
from hil.power.power_words import (
    HTTP_STATUS,
    HTTP_UNCLEAR,
    NO_RANGE,
    NO_URL,
    NO_VARIABLE,
    NOT_LOOPBACK,
    UNCLEAR,
)
from hil.power.supply import PowerTimes

LOOPBACK = ("127.0.0.1", "localhost", "::1")
LONGEST_S = 120.0
LONGEST_ANSWER = 65_536
SHOWN = 80
Method = Literal["GET", "POST", "PUT"]


class HttpSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver",
                   tag="http"):
    """A URL for on, one for off, perhaps one whose answer tells which it is."""

    on: str
    off: str
    ask: str = ""
    says_on: str = ""  # what stands in the answer to ask
    says_off: str = ""
    method: Method = "GET"
    status: int = 200
    within_s: float = 5.0
    hosts: tuple[str, ...] = ()  # that may be reached beside this computer
    authorization_from: str = ""  # the environment variable that holds the header Authorization
    times: PowerTimes = PowerTimes(least_off_ms=2_000)

    def __post_init__(self) -> None:
        for url in (self.on, self.off, *([self.ask] if self.ask else [])):
            refuse_url(url, self.hosts)
        if bool(self.ask) != bool(self.says_on and self.says_off) or (self.ask and self.says_on == self.says_off):
            raise ValueError(UNCLEAR.say())
        if not 0 < self.within_s <= LONGEST_S:
            raise ValueError(NO_RANGE.say(field="within_s", given=self.within_s, least=0, most=LONGEST_S))
        if not 100 <= self.status <= 599:
            raise ValueError(NO_RANGE.say(field="status", given=self.status, least=100, most=599))


def refuse_url(url: str, hosts: tuple[str, ...]) -> None:
    """``ValueError`` for what is no URL of a host that may be reached."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"} or parts.username is not None \
            or any(each.isspace() or not each.isprintable() for each in url):
        raise ValueError(NO_URL.say(given=repr(url) if "@" not in url else "this"))
    if host not in (*LOOPBACK, *hosts):
        raise ValueError(NOT_LOOPBACK.say(given=url, host=host, field="hosts"))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirection is an answer with another status, not a way to somewhere else."""

    def redirect_request(self, *_args: object, **_more: object) -> None:
        """Nowhere."""


OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)


class HttpSwitch:
    """Requests for off, on, and which it is."""

    def __init__(self, name: str, settings: HttpSettings) -> None:
        """``PowerError`` where the environment lacks what the settings name."""
        self.name = name
        self.can = frozenset({Ability.READ_BACK}) if settings.ask else frozenset[Ability]()
        self._settings = settings
        self._headers: dict[str, str] = {}
        if variable := settings.authorization_from:
            if variable not in os.environ:
                raise PowerError(NO_VARIABLE.say(given=variable, field="authorization_from"))
            self._headers["Authorization"] = os.environ[variable]

    def switch(self, *, on: bool) -> None:
        """Ask for it."""
        self._fetch(self._settings.on if on else self._settings.off, self._settings.method)

    def ask(self) -> bool | None:
        """What the answer says."""
        settings = self._settings
        if not settings.ask:
            return None
        text = self._fetch(settings.ask, "GET")
        on, off = settings.says_on in text, settings.says_off in text
        if on and off:  # one is a part of the other: the longer one was meant
            on = len(settings.says_on) > len(settings.says_off)
        elif not on and not off:
            raise PowerError(HTTP_UNCLEAR.say(
                name=self.name, url=settings.ask, on=repr(settings.says_on), off=repr(settings.says_off),
                heard=repr(text[:SHOWN])))
        return on

    def hang(self) -> None:
        """No socket can."""

    def resume(self) -> None:
        """No socket can."""

    def close(self) -> None:
        """Nothing is held."""

    def _fetch(self, url: str, method: Method) -> str:
        settings = self._settings
        request = urllib.request.Request(  # noqa: S310 - http and https only, of the hosts that were named
            url, method=method, headers=self._headers, data=None if method == "GET" else b"")
        try:
            with OPENER.open(request, timeout=settings.within_s) as answer:
                status, body = answer.status, _read(answer, settings.within_s)
        except urllib.error.HTTPError as error:
            status, body = error.code, b""
            error.close()
        except (OSError, HTTPException) as error:
            reason = error.reason if isinstance(error, urllib.error.URLError) else error
            why = reason if isinstance(reason, Exception) else error
            raise PowerError(f"{self.name}: {words_for(url, why)}") from error
        if status != settings.status:
            raise PowerError(HTTP_STATUS.say(name=self.name, url=url, status=status, asked=settings.status))
        return bytes(body).decode("utf-8", "replace")


def _read(answer: HTTPResponse, within_s: float) -> bytes:
    """What it says within its time, a drop at a time or not."""
    ends_s, body = time.monotonic() + within_s, b""
    while len(body) < LONGEST_ANSWER and (more := answer.read1(LONGEST_ANSWER)):
        body += more
        if time.monotonic() > ends_s:
            raise TimeoutError
    return body
