"""What goes wrong with TLS, in words of both languages; a key is never among them."""

from __future__ import annotations

import ssl

from simulator.catalogue.language import Message, Told

TOO_SLOW = Message(
    "tls_too_slow", "{name}: the TLS handshake was not done within {seconds} s",
    "{name}：TLS握手未在{seconds}秒内完成")
WENT_AWAY = Message(
    "tls_went_away",
    "{name}: the other side hung up during the TLS handshake; it may speak no TLS, or not like what it was shown",
    "{name}：对方在TLS握手中断开；可能不支持TLS，或不接受所出示的证书")
NO_TLS = Message(
    "no_tls", "{name}: what comes from there is no TLS", "{name}：收到的数据不是TLS")
BROKEN = Message(
    "tls_broken", "{name}: TLS was broken off ({why})", "{name}：TLS连接损坏（{why}）")
REFUSED = Message(
    "tls_refused", "{name}: the TLS handshake failed: {why}", "{name}：TLS握手失败：{why}")

_WHY: dict[str, Told] = {
    "PEER_DID_NOT_RETURN_A_CERTIFICATE": Told(
        "it shows no certificate, and one is asked for", "对方未出示证书，而此端口要求证书"),
    "NO_SHARED_CIPHER": Told("no cipher that both sides know", "双方没有共同的加密套件"),
    "UNSUPPORTED_PROTOCOL": Told(
        "its version of TLS is too old: 1.2 is the least", "对方TLS版本过低：至少为1.2"),
    "WRONG_VERSION_NUMBER": Told("what it says is no TLS", "对方发送的不是TLS"),
    "HTTP_REQUEST": Told("it speaks HTTP without TLS", "对方以HTTP明文连接"),
    "TLSV1_ALERT_UNKNOWN_CA": Told(
        "the other side does not know who issued our certificate", "对方不认识本端证书的签发者"),
    "SSLV3_ALERT_BAD_CERTIFICATE": Told(
        "the other side does not accept our certificate", "对方不接受本端证书"),
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": Told(
        "to the other side our certificate has expired", "对方认为本端证书已过期"),
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": Told(
        "the other side does not accept our certificate", "对方不接受本端证书"),
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": Told(
        "the other side asks for a certificate of ours", "对方要求本端出示证书"),
    "TLSV1_ALERT_PROTOCOL_VERSION": Told(
        "the other side wants another version of TLS", "对方要求其他TLS版本"),
    "SSLV3_ALERT_HANDSHAKE_FAILURE": Told(
        "the other side found nothing that both know", "对方未找到双方都支持的方式"),
}
_CERTIFICATE = Message(
    "tls_certificate", "its certificate is not believed: {why}", "对方证书不可信：{why}")


def refusal_words(name: str, error: ssl.SSLError) -> str:
    """Why a handshake failed."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return REFUSED.say(name=name, why=_CERTIFICATE.both(why=error.verify_message))
    reason = error.reason or ""
    why = _WHY.get(reason) or reason.lower().replace("_", " ") or type(error).__name__
    return REFUSED.say(name=name, why=why)
