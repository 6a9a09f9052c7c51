"""Certificates of tests, made anew: an authority, what it signed, and what is wrong with others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NOW = datetime.now(UTC)
DAY = timedelta(days=1)


class Authority:
    """Somebody who signs; ``name`` is also what its files are called."""

    def __init__(self, folder, name="authority"):
        self._folder = folder
        self._name = _name(name)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = folder / f"{name}.pem"
        self._write(self.certificate, self._signed(self._name, self._key, -DAY, DAY, is_ca=True))

    def issue(self, name, since=-DAY, until=DAY):
        """Paths of a certificate and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate, key_path = self._folder / f"{name}.crt", self._folder / f"{name}.key"
        self._write(certificate, self._signed(_name(name), key, since, until))
        key_path.write_bytes(key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption()))
        return certificate, key_path

    def _signed(self, subject, key, since, until, *, is_ca=False):
        builder = (
            x509.CertificateBuilder().subject_name(subject).issuer_name(self._name)
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(NOW + since).not_valid_after(NOW + until)
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]),
                critical=False)
        )
        return builder.sign(self._key, hashes.SHA256())

    def _write(self, path, certificate):
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def locked(key_path, folder):
    """The same key behind a password."""
    key = serialization.load_pem_private_key(key_path.read_bytes(), None)
    path = folder / "locked.key"
    path.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret")))
    return path


def _name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
