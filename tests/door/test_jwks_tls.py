"""Keys over https: only from whom a certificate vouches for."""

import ipaddress
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from graph.clock import utc_now
from graph.identity.sources import KeyUrl, NoKeys
from tests.door.issuer import Issuer, issuing, jwk, key_of, key_set


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Vouches for 127.0.0.1, and is signed by nobody but itself. Its key is in the same file."""
    key, name = key_of("ES256", "tls"), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "issuer")])
    this_machine = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(utc_now() - timedelta(days=1)).not_valid_after(utc_now() + timedelta(days=1))
    made = builder.add_extension(this_machine, critical=False).sign(key, hashes.SHA256())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = tmp_path / "certificate.pem"
    file.write_bytes(private + made.public_bytes(Encoding.PEM))
    return file


@pytest.fixture
def issuer(certificate: Path) -> Iterator[Issuer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with issuing(context) as issuer:
        issuer.publish(jwk(key_of("ES256")))
        yield issuer


def test_keys_are_read_from_whom_a_certificate_vouches_for(
    issuer: Issuer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert KeyUrl(issuer.url, 300).read() == key_set(jwk(key_of("ES256")))


def test_keys_are_not_read_from_anybody_else(issuer: Issuer) -> None:
    with pytest.raises(NoKeys, match=r"cannot be reached: .*certificate verify failed") as refused:
        KeyUrl(issuer.url, 300).read()
    assert refused.value.passing
    assert issuer.asked == []
