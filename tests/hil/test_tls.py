"""TLS at a port: the same contract as without, clear words for what cannot be, nobody held up."""

from __future__ import annotations

import contextlib
import gc
import socket
import ssl
import threading
import weakref
from datetime import timedelta

import pytest

from hil.ports.client_port import TcpClientPort
from hil.ports.contract import ContractClock, Ear, PortContract
from hil.ports.limits import PortLimits
from hil.ports.ports import Address, PortError
from hil.ports.tcp_port import TcpServerPort
from hil.ports.tls import TlsFiles, client_context, server_context
from hil.ports.tls_stream import TlsStream
from simulator.catalogue.language import speaking
from simulator.catalogue.line_reasons import PortWarning
from tests.hil.certificates import Authority, locked

LOOPBACK = Address("127.0.0.1", 0)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def host_files(authority):
    return authority.issue("host")


class TlsPeer:
    """The far end of a TLS connection, by the standard library alone."""

    def __init__(self, connection: ssl.SSLSocket) -> None:
        self.connection = connection

    def send(self, data: bytes) -> None:
        self.connection.sendall(data)

    def take(self, count: int) -> bytes:
        taken = b""
        with contextlib.suppress(ssl.SSLZeroReturnError):  # the end, for who has said goodbye before
            while len(taken) < count and (piece := self.connection.recv(count - len(taken))):
                taken += piece
        return taken

    def end_sending(self) -> None:
        socket.socket.shutdown(self.connection, socket.SHUT_WR)  # below TLS, which goes on to read

    def close(self) -> None:
        self.connection.close()


class NotifyingPeer(TlsPeer):
    """Says goodbye in TLS before it does so below."""

    def end_sending(self) -> None:
        self.connection.settimeout(0.01)
        with contextlib.suppress(OSError, ValueError):
            self.connection.unwrap()  # says it, and does not wait for the other side's
        self.connection.settimeout(None)

    def close(self) -> None:
        self.end_sending()
        self.connection.close()


class TestTlsServerSide(PortContract):
    @pytest.fixture(autouse=True)
    def _files(self, host_files):
        self.files = host_files

    def peer_of(self, connection):
        return TlsPeer(connection)

    def open_port(self, clock, events, limits):
        ports = []
        context = server_context(TlsFiles(certificate=self.files[0], key=self.files[1]))
        server = TcpServerPort(
            clock, LOOPBACK, lambda port: ports.append(port) or events, limits=limits, tls=context)
        plain = socket.create_connection((server.address.host, server.address.port))
        wrapped = []

        def shake_hands():
            wrapped.append(client_context().wrap_socket(plain))

        thread = threading.Thread(target=shake_hands)
        thread.start()
        clock.run_until(lambda: ports)
        thread.join()
        return ports[0], self.peer_of(wrapped[0])


class TestTlsServerSideWithGoodbye(TestTlsServerSide):
    def peer_of(self, connection):
        return NotifyingPeer(connection)


class TestTlsClientSide(PortContract):
    @pytest.fixture(autouse=True)
    def _files(self, host_files, authority):
        self.files = host_files
        self.authority = authority.certificate

    def open_port(self, clock, events, limits):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.files)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = TcpClientPort(
                clock, Address(*listener.getsockname()), events, limits=limits,
                tls=client_context(self.authority))
            port.write(b"!")
            peer = TlsPeer(context.wrap_socket(listener.accept()[0], server_side=True))
        clock.run_until(lambda: port.is_connected)
        assert peer.take(1) == b"!"
        return port, peer


# ---- files ---------------------------------------------------------------------------------------


def refused(**files):
    with pytest.raises(PortError) as told:
        server_context(TlsFiles(**files))
    return str(told.value)


def test_files_that_cannot_be_read_are_named(host_files, tmp_path):
    certificate, key = host_files
    missing = tmp_path / "no.pem"
    assert str(missing) in refused(certificate=missing, key=key)
    assert str(missing) in refused(certificate=certificate, key=missing)
    assert str(missing) in refused(certificate=certificate, key=key, client_ca=missing)
    assert "directory" in refused(certificate=certificate, key=tmp_path)


def test_what_holds_no_certificate_or_key_is_said_so(host_files, tmp_path):
    certificate, key = host_files
    noise = tmp_path / "noise.pem"
    noise.write_bytes(b"\x00\xff-----BEGIN")
    assert "no certificate in PEM" in refused(certificate=noise, key=key)
    assert "no key in PEM" in refused(certificate=certificate, key=noise)
    assert "no key in PEM" in refused(certificate=certificate, key=certificate)
    assert "certificate authority" in refused(certificate=certificate, key=key, client_ca=noise)


def test_a_key_of_another_certificate_and_a_locked_one_are_refused(authority, host_files, tmp_path):
    certificate, key = host_files
    _, other = authority.issue("other")
    assert "not that of the certificate" in refused(certificate=certificate, key=other)
    assert "password" in refused(certificate=certificate, key=locked(key, tmp_path))


@pytest.mark.parametrize(("since", "until", "words"), [
    (-3 * DAY, -2 * DAY, "has expired"), (2 * DAY, 3 * DAY, "not good yet"),
])
def test_a_certificate_out_of_its_time_is_refused(authority, since, until, words):
    certificate, key = authority.issue("dated", since, until)
    assert words in refused(certificate=certificate, key=key)
    with speaking("zh"):
        assert words not in refused(certificate=certificate, key=key)


def test_a_refusal_never_shows_a_key(host_files, tmp_path):
    _, key = host_files
    secret = key.read_text().splitlines()[1]
    assert secret not in refused(certificate=key, key=key)
    assert secret not in refused(certificate=host_files[0], key=locked(key, tmp_path))


# ---- who speaks at a port with TLS ---------------------------------------------------------------


class Server:
    def __init__(self, host_files, *, client_ca=None, **limits):
        self.clock = ContractClock()
        self.ears, self.failures, self.ports = [], [], []
        self.server = TcpServerPort(
            self.clock, LOOPBACK, self._connected, limits=PortLimits(**limits),
            tls=server_context(TlsFiles(
                certificate=host_files[0], key=host_files[1], client_ca=client_ca)))

    def _connected(self, port):
        ear = Ear()
        self.ports.append(port)
        self.ears.append(ear)
        events = ear.events
        return type(events)(
            on_bytes=events.on_bytes, on_closed=events.on_closed, on_failed=self.failures.append)

    def connect(self):
        address = self.server.address
        connection = socket.create_connection((address.host, address.port))
        connection.settimeout(10)
        return connection

    def failure(self):
        self.clock.run_until(lambda: self.failures)
        return self.failures[-1]

    def speaks(self, context):
        """Whether a client with this context is heard."""
        before = len(self.ears)

        def good():
            """Which newcomers said it; one who is served at once may come before others who wait."""
            return [at for at in range(before, len(self.ears)) if self.ears[at].heard == b"good"]

        def talk():
            try:
                with context.wrap_socket(self.connect()) as line:
                    line.sendall(b"good")
                    line.recv(1)
            except OSError:
                return

        thread = threading.Thread(target=talk)
        thread.start()
        self.clock.run_until(lambda: self.failures or good())
        found = good()
        for at in found or [len(self.ports) - 1]:
            self.ports[at].close()
        thread.join()
        return bool(found)


@pytest.mark.parametrize("said", [b"\x00\x5a\x60\x00\x03", b"GET / HTTP/1.1\r\n", bytes(range(255))])
def test_what_speaks_no_tls_is_hung_up_on_and_its_first_bytes_are_kept(host_files, said):
    server = Server(host_files)
    line = server.connect()
    line.sendall(said)
    failure = server.failure()
    assert failure.why is PortWarning.NOT_TLS
    assert failure.heard == said[:64]
    assert line.recv(1) == b""
    server.server.close()


def test_a_handshake_of_noise_is_refused_and_the_other_side_hears_it(host_files):
    server = Server(host_files)
    line = server.connect()
    line.sendall(b"\x16\x03\x01\x00\x05hello")
    assert server.failure().why is PortWarning.TLS_REFUSED
    assert line.recv(1) == b"\x15"  # an alert
    server.server.close()


def test_who_never_ends_the_handshake_is_hung_up_on_and_holds_up_nobody(host_files):
    server = Server(host_files, handshake_s=2.0)
    idle, slow = server.connect(), server.connect()
    slow.sendall(b"\x16\x03\x01\x02\x00")
    assert server.speaks(client_context())
    server.clock.run_until(lambda: len(server.failures) == 2)
    assert {each.why for each in server.failures} == {PortWarning.TLS_TOO_SLOW}
    assert server.clock.longest_s < 0.25
    for line in (idle, slow):
        line.close()
    server.server.close()


def test_a_certificate_is_asked_for_where_an_authority_is_named(host_files, authority, tmp_path):
    stranger = Authority(tmp_path, "stranger")
    for files, is_heard, words in (
        ((None, None), False, "shows no certificate"),
        (stranger.issue("his"), False, "not believed"),
        (authority.issue("terminal"), True, ""),
        (authority.issue("late", -3 * DAY, -2 * DAY), False, "not believed"),
    ):
        server = Server(host_files, client_ca=authority.certificate)
        context = client_context()
        if files[0] is not None:
            context.load_cert_chain(*files)
        assert server.speaks(context) is is_heard
        assert words in "".join(map(str, server.failures))
        server.server.close()


def test_a_peer_that_only_looks_in_is_a_peer_that_closed(host_files):
    server = Server(host_files)
    peer = server.connect()
    server.clock.run_until(lambda: server.ears)
    peer.close()
    server.clock.run_until(lambda: server.ears[0].ends)
    assert server.ears[0].ends == ["closed"]
    assert server.failures == []
    server.server.close()


# ---- a client ------------------------------------------------------------------------------------


def connected_to(serve, context, **limits):
    """How a client's attempt ends."""
    clock, ear = ContractClock(), Ear()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=lambda: serve(listener.accept()[0]))
        thread.start()
        port = TcpClientPort(
            clock, Address(*listener.getsockname()), ear.events, tls=context,
            limits=PortLimits(**limits))
        port.write(b"!")
        clock.run_until(lambda: ear.ends or port.is_connected)
        port.close()
        thread.join()
    return "".join(ear.ends)


def test_a_client_believes_only_what_its_authority_signed(host_files, authority, tmp_path):
    def serve(connection):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*host_files)
        try:
            context.wrap_socket(connection, server_side=True).close()
        except OSError:
            connection.close()

    stranger = Authority(tmp_path, "stranger")
    assert connected_to(serve, client_context(authority.certificate)) == ""
    assert connected_to(serve, client_context()) == ""
    assert "not believed" in connected_to(serve, client_context(stranger.certificate))


def test_a_client_says_that_its_host_speaks_no_tls(host_files):
    del host_files

    def hang_up(connection):
        connection.recv(1)
        connection.close()

    def speak_plain(connection):
        connection.sendall(b"\x00\x05hello")
        connection.recv(1)
        connection.close()

    assert connected_to(hang_up, client_context())
    assert "no TLS" in connected_to(speak_plain, client_context())
    assert "within 0.2 s" in connected_to(
        lambda connection: threading.Event().wait(0.6) or connection.close(), client_context(),
        handshake_s=0.2)


def test_a_connection_that_is_over_keeps_no_ciphers_whoever_holds_it(host_files):
    certificate, key = host_files
    ours, theirs = socket.socketpair()
    with theirs:
        stream = TlsStream(
            _Undelayed(ours), server_context(TlsFiles(certificate=certificate, key=key)), "x", 1.0, server_side=True)
        ciphers = weakref.ref(stream._tls)
        gc.disable()
        try:
            assert ciphers() is not None
            stream.release()
            assert ciphers() is None
        finally:
            gc.enable()
        assert stream.has_ended()


class _Undelayed:
    """A pair of sockets of the system, which has no such option as TCP."""

    def __init__(self, inner):
        self._inner = inner

    def setsockopt(self, *_):
        pass

    def __getattr__(self, name):
        return getattr(self._inner, name)
