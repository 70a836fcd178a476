"""Client certificates for tests."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding


def certificate(days: int = 1) -> tuple[bytes, str]:
    """The PEM of a certificate that ends in so many days, and its SHA-256."""
    key, name, now = generate_private_key(SECP256R1()), x509.Name([]), datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=9)).not_valid_after(now + timedelta(days=days))
    made = builder.sign(key, SHA256())
    return made.public_bytes(Encoding.PEM), made.fingerprint(SHA256()).hex()
