"""Certificates and keys of a port with TLS, by path: read and checked before anything is opened.

What is wrong with a file is said with its name and never with its content.  A host believes the
certificates that ``client_ca`` signed and then asks for one; a client that is given no authority
believes any host, since it is there to test one.
"""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm

from hil.ports.ports import PortError
from simulator.catalogue.language import Message, Told
from simulator.catalogue.system_words import system_words

MOST_BYTES = 1 << 20  # of a file with certificates


class TlsFiles(msgspec.Struct, frozen=True, kw_only=True):
    """Where the certificate and the key of a port are, and whom it believes."""

    certificate: Path
    key: Path
    client_ca: Path | None = None


_CERTIFICATE = Told("certificate", "证书")
_KEY = Told("key", "密钥")
_CLIENT_CA = Told("certificate authority", "签发机构证书")
_UNREADABLE = Message(
    "tls_unreadable", "the TLS {what} {path} cannot be read: {why}", "无法读取TLS{what} {path}：{why}")
_NO_PEM = Message(
    "tls_no_pem", "the TLS {what} {path} holds no {what} in PEM form", "TLS{what} {path} 中没有PEM格式的{what}")
_LOCKED = Message(
    "tls_locked", "the TLS key {path} is locked with a password: a test key without one is needed",
    "TLS密钥 {path} 有口令保护：请使用无口令的测试密钥")
_NO_PAIR = Message(
    "tls_no_pair", "the TLS key {key} is not that of the certificate {certificate}",
    "TLS密钥 {key} 与证书 {certificate} 不匹配")
_EXPIRED = Message(
    "tls_expired", "the TLS {what} {path} has expired: it was good until {until}",
    "TLS{what} {path} 已过期：有效期至 {until}")
_NOT_YET = Message(
    "tls_not_yet", "the TLS {what} {path} is not good yet: it is from {since} on",
    "TLS{what} {path} 尚未生效：自 {since} 起有效")
_UNFIT = Message(
    "tls_unfit", "the TLS {what} {path} cannot be used: {why}", "TLS{what} {path} 不可用：{why}")


def server_context(files: TlsFiles) -> ssl.SSLContext:
    """How a server speaks TLS; ``PortError`` where a file cannot be that."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # A terminal that hangs up with a ticket unread would break its connection: last words are lost.
    context.num_tickets = 0
    _show(context, files.certificate, files.key)
    if files.client_ca is not None:
        _believe(context, files.client_ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def client_context(
    authority: Path | None = None, certificate: Path | None = None, key: Path | None = None,
) -> ssl.SSLContext:
    """How a client does: it believes what ``authority`` signed, whatever the host is called."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if authority is not None:
        _believe(context, authority)
        context.verify_mode = ssl.CERT_REQUIRED
    if certificate is not None and key is not None:
        _show(context, certificate, key)
    return context


def _show(context: ssl.SSLContext, certificate: Path, key: Path) -> None:
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415  dear to load

    chain = _certificates(certificate, _CERTIFICATE)
    _check_dates(chain[:1], certificate, _CERTIFICATE)
    try:
        private = serialization.load_pem_private_key(_read(key, _KEY), None)
    except TypeError:
        raise PortError(_LOCKED.say(path=key)) from None
    except (ValueError, UnsupportedAlgorithm):
        raise PortError(_NO_PEM.say(what=_KEY, path=key)) from None
    if private.public_key() != chain[0].public_key():
        raise PortError(_NO_PAIR.say(key=key, certificate=certificate))
    try:
        context.load_cert_chain(certificate, key)
    except (ssl.SSLError, OSError) as error:
        raise PortError(_UNFIT.say(
            what=_CERTIFICATE, path=certificate, why=_plain(error))) from None


def _believe(context: ssl.SSLContext, authority: Path) -> None:
    _check_dates(_certificates(authority, _CLIENT_CA), authority, _CLIENT_CA)
    try:
        context.load_verify_locations(authority)
    except (ssl.SSLError, OSError) as error:
        raise PortError(_UNFIT.say(what=_CLIENT_CA, path=authority, why=_plain(error))) from None


def _certificates(path: Path, what: Told) -> Sequence[Any]:
    from cryptography import x509  # noqa: PLC0415  dear to load, and only TLS needs it

    try:
        return x509.load_pem_x509_certificates(_read(path, what))
    except ValueError:
        raise PortError(_NO_PEM.say(what=what, path=path)) from None


def _check_dates(certificates: Sequence[Any], path: Path, what: Told) -> None:
    now = datetime.now(UTC)  # of the wall clock, which the other side has too: not the scenario's
    for each in certificates:
        if each.not_valid_after_utc < now:
            raise PortError(_EXPIRED.say(
                what=what, path=path, until=f"{each.not_valid_after_utc:%Y-%m-%d}"))
        if each.not_valid_before_utc > now:
            raise PortError(_NOT_YET.say(
                what=what, path=path, since=f"{each.not_valid_before_utc:%Y-%m-%d}"))


def _read(path: Path, what: Told) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError as error:
        raise PortError(_UNREADABLE.say(what=what, path=path, why=system_words(error))) from error


def _plain(error: OSError) -> str:
    reason = getattr(error, "reason", None)
    return str(reason or error.strerror or error).lower().replace("_", " ")
