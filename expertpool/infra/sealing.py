"""Secrets that have to be read again, kept so that the database alone gives none of them away."""

import os
import uuid

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from expertpool.config import settings_of_app

_VERSION = b"\x01"
_NONCE_BYTES = 12


class Unsealable(Exception):
    """What was sealed cannot be opened: another key, another owner, or not what we sealed."""


class Sealer:
    """Seals short texts for one purpose, each bound to the row it belongs to.

    The key comes from the secret key of the installation; with another one nothing opens any more.
    Source: RFC 5869 (HKDF), NIST SP 800-38D (AES-GCM).
    """

    def __init__(self, secret: str, *, purpose: str) -> None:
        kdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"expertpool " + purpose.encode())
        self._cipher = AESGCM(kdf.derive(secret.encode()))

    def seal(self, text: str, *, of: uuid.UUID) -> bytes:
        """The text, readable with this key for this row only."""
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, text.encode(), of.bytes)

    def unseal(self, sealed: bytes, *, of: uuid.UUID) -> str:
        """The text again. Raises: Unsealable."""
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        if sealed[:1] != _VERSION or len(nonce) < _NONCE_BYTES:
            raise Unsealable
        try:
            return self._cipher.decrypt(nonce, body, of.bytes).decode()
        except InvalidTag:
            raise Unsealable from None


def sealer_of_app(purpose: str) -> Sealer:
    """The seal of this installation for one purpose."""
    return Sealer(settings_of_app().secret_key, purpose=purpose)
