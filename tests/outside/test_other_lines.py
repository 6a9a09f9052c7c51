"""The same day over TLS, with and without a certificate of the terminal's, and over a serial line."""

from __future__ import annotations

import os
import ssl
import tty

import pytest

from tests.outside.certificates import Authority
from tests.outside.day import SCENARIO, counter, done
from tests.outside.frame import FRAMINGS
from tests.outside.host import Host
from tests.outside.line import Line
from tests.outside.test_lines import short_day

pytestmark = pytest.mark.live

TID = "10000001"
ON_SERIAL_LINES = [name for name in FRAMINGS if not FRAMINGS[name].length]


def test_a_day_over_tls(tmp_path):
    authority = Authority(tmp_path)
    own = authority.signs("host")
    trusting = ssl.create_default_context(cafile=authority.itself.certificate)
    with (Host(SCENARIO, tmp_path, "--tls-certificate", str(own.certificate), "--tls-key",
               str(own.key)) as host,
          counter(host, TID, line=Line(host.address, tls=trusting)) as till):
        short_day(host, till)


def test_a_host_that_wants_certificates_serves_only_who_shows_one(tmp_path):
    authority = Authority(tmp_path)
    own, theirs = authority.signs("host"), authority.signs("terminal")
    nobody = ssl.create_default_context(cafile=authority.itself.certificate)
    known = ssl.create_default_context(cafile=authority.itself.certificate)
    known.load_cert_chain(theirs.certificate, theirs.key)
    with Host(SCENARIO, tmp_path, "--tls-certificate", str(own.certificate), "--tls-key",
              str(own.key), "--tls-client-ca", str(authority.itself.certificate)) as host:
        with counter(host, TID, line=Line(host.address, tls=nobody)) as till:
            done("echo of a terminal without certificate", till.echo(), expected=False)
        with counter(host, TID, line=Line(host.address, tls=known)) as till:
            short_day(host, till)


@pytest.mark.parametrize("name", ON_SERIAL_LINES)
def test_a_day_over_a_serial_line(tmp_path, name):
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    try:
        with (Host(SCENARIO, tmp_path, "--serial", os.ttyname(theirs), "--listen", "127.0.0.1:0")
              as host, counter(host, TID, line=Line(framing=FRAMINGS[name], serial=ours)) as till):
            short_day(host, till)
    finally:
        os.close(ours)
        os.close(theirs)
