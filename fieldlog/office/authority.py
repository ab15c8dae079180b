"""The office's own certificate authority: P-256 certificates that nobody outside has to vouch for.

Devices pin the authority by the enrolment code (`docs/decisions/0010-pinned-authority.md`), so that names and times in
the certificates decide nothing; they are filled in all the same for browsers and other programs.
"""

import ipaddress
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS: Final = 40 * 365
LEAF_DAYS: Final = 10 * 365
_BACK_DATED: Final = datetime(2020, 1, 1, tzinfo=UTC)
"""Valid from then on, so that a clock that is behind does no harm."""


def make_authority(now: datetime) -> tuple[str, str]:
    """A new authority: its private key and its certificate, both PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([
        x509.NameAttribute(NameOID.COMMON_NAME, f"fieldlog office {x509.random_serial_number() % 16**8:08x}"),
    ])  # fmt: skip
    public = key.public_key()
    certificate = (
        _builder(name, name, public, now + timedelta(days=AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )
    return _private_pem(key), _pem(certificate)


def issue(authority_key: str, authority: str, names: Iterable[str], now: datetime) -> tuple[str, str]:
    """A certificate for a server of these host names and addresses: its private key and its certificate, both PEM."""
    issuer, issuer_key = x509.load_pem_x509_certificate(authority.encode()), _private(authority_key)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fieldlog office")])
    certificate = (
        _builder(subject, issuer.subject, key.public_key(), now + timedelta(days=LEAF_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(x509.SubjectAlternativeName([_san(name) for name in names]), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
    return _private_pem(key), _pem(certificate)


def bridge(authority_key: str, authority: str, next_authority: str, now: datetime) -> str:
    """The certificate of another authority by this one, PEM: who trusts this one thereby trusts what the other issues."""
    issuer, issuer_key = x509.load_pem_x509_certificate(authority.encode()), _private(authority_key)
    other = x509.load_pem_x509_certificate(next_authority.encode())
    public = other.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise TypeError
    certificate = (
        _builder(other.subject, issuer.subject, public, now + timedelta(days=AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )
    return _pem(certificate)


def serves(leaf: str, authority: str, names: Iterable[str], now: datetime) -> bool:
    """Whether a certificate is of this authority, names all of these hosts, and lasts for another year."""
    certificate, issuer = (x509.load_pem_x509_certificate(pem.encode()) for pem in (leaf, authority))
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError):
        return False
    except Exception as error:
        if type(error).__name__ != "InvalidSignature":
            raise
        return False
    named = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return certificate.not_valid_after_utc > now + timedelta(days=365) and all(_san(name) in named for name in names)


def _builder(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_BACK_DATED)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _san(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _private(pem: str) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError
    return key


def _private_pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
