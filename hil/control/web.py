"""A service that a bench file names by its URL, asked for one thing.

It reaches this computer only, unless the settings name the host: a bench file of somebody else should
not switch what stands in another room.  No proxy, no redirection, no password in a URL.
"""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException, HTTPResponse
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from hil.control.bench_error import BenchError
from hil.control.outside_words import NO_URL, NOT_LOOPBACK
from hil.ports.ports import words_for

LOOPBACK = ("127.0.0.1", "localhost", "::1")
LONGEST_ANSWER = 65_536
Method = Literal["GET", "POST", "PUT"]


class Answered(msgspec.Struct, frozen=True):
    """What a service said."""

    status: int
    body: bytes


def refuse_url(url: str, hosts: tuple[str, ...]) -> None:
    """``ValueError`` for what is no URL of a host that may be reached."""
    host = _host_of(url)
    if not host:
        raise ValueError(NO_URL.say(given=repr(url) if "@" not in url else "this"))
    if host not in (*LOOPBACK, *hosts):
        raise ValueError(NOT_LOOPBACK.say(given=url, host=host, field="hosts"))


def _host_of(url: str) -> str:
    """The host of a good URL, "" of any other."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return ""
    good = parts.scheme in {"http", "https"} and parts.username is None \
        and not any(each.isspace() or not each.isprintable() for each in url)
    return host or "" if good else ""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirection is an answer with another status, not a way to somewhere else."""

    def redirect_request(self, *_args: object, **_more: object) -> None:
        """Nowhere."""


OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)


def fetch(
    name: str, url: str, method: Method, within_s: float, *, body: bytes = b"", headers: Mapping[str, str] | None = None,
) -> Answered:
    """One request; ``BenchError`` where there is no answer, whatever its status."""
    request = urllib.request.Request(  # noqa: S310 - http and https only, of the hosts that were named
        url, method=method, headers=dict(headers or {}), data=None if method == "GET" else body)
    try:
        with OPENER.open(request, timeout=within_s) as answer:
            return Answered(answer.status, _read(answer, within_s))
    except urllib.error.HTTPError as error:
        with error:
            return Answered(error.code, b"")
    except (OSError, HTTPException) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        why = reason if isinstance(reason, Exception) else error
        raise BenchError(f"{name}: {words_for(url, why)}") from error


def _read(answer: HTTPResponse, within_s: float) -> bytes:
    """What it says within its time, a drop at a time or not."""
    ends_s, body = time.monotonic() + within_s, b""
    while len(body) < LONGEST_ANSWER and (more := answer.read1(LONGEST_ANSWER)):
        body += more
        if time.monotonic() > ends_s:
            raise TimeoutError
    return body
