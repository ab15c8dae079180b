"""The enrolment code: a secret that works once, and a pin by which the device knows the office before it says it.

`ABCD-EFGH` is the secret alone, for a hub with a publicly trusted certificate or on this machine. With the pin it has
25 letters: 8 of the secret, 16 of the pin, and one that tells a mistyped code from a wrong office.
"""

import hashlib
import re
import ssl
import unicodedata
from dataclasses import dataclass
from typing import Final

from fieldlog.domain.errors import FoundWrong, UsageError

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0 O, 1 I L and U, which are misread or misheard."""
SECRET_LENGTH: Final = 8
PIN_LENGTH: Final = 16
"""78 bits, and each guess of an authority costs an scrypt (`docs/decisions/0010-pinned-authority.md`)."""
LONG: Final = SECRET_LENGTH + PIN_LENGTH + 1

_URL: Final = re.compile(r"https?://[^\s]+", re.IGNORECASE)
_ONE_CERTIFICATE: Final = re.compile(
    r"\s*-----BEGIN CERTIFICATE-----[0-9A-Za-z+/=\s]{1,8000}-----END CERTIFICATE-----\s*"
)


class NotTheOffice(FoundWrong):
    """What answers at the address is not the office that gave the code."""


@dataclass(frozen=True, slots=True)
class EnrolCode:
    """An enrolment code as it was typed, pasted or scanned."""

    secret: str
    pin: str = ""
    """Empty where the code has none."""
    url: str = ""
    """The hub's address, where it came along."""


def plain(text: str) -> str:
    """The letters that were meant, however they were typed: full-width, lower case, with spaces or hyphens."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).upper() if letter in ALPHABET)


def read_code(text: str) -> EnrolCode:
    """A code as a person types it, or all that the QR code holds.

    Raises:
        UsageError: a letter is missing, or one is wrong; the office need not be asked.
    """
    folded = unicodedata.normalize("NFKC", text)
    url = _URL.search(folded)
    letters = plain(_URL.sub(" ", folded))
    address = url[0].rstrip("/").lower() if url else ""
    if len(letters) == SECRET_LENGTH:
        return EnrolCode(letters, url=address)
    if len(letters) != LONG:
        raise UsageError(
            f"登记码是 {LONG} 位（用公网证书的办公室是 {SECRET_LENGTH} 位），这里有 {len(letters)} 位，请核对；"
            "登记码里没有 0、1、I、L、O、U"
        )
    if _check_letter(letters[:-1]) != letters[-1]:
        raise UsageError("登记码有一位不对，请逐组核对后再输")
    return EnrolCode(letters[:SECRET_LENGTH], letters[SECRET_LENGTH:-1], address)


def write_code(secret: str, authority: str = "") -> str:
    """A code in groups of four; with the authority's certificate it has the pin."""
    letters = plain(secret)
    if authority:
        letters += pin_of(authority)
        letters += _check_letter(letters)
    whole = len(letters) - len(letters) % 4
    groups = [letters[start : start + 4] for start in range(0, whole, 4)]
    groups[-1] += letters[whole:]
    return "-".join(groups)


def pin_of(authority: str) -> str:
    """The pin of an authority's certificate (PEM).

    Raises:
        NotTheOffice: that is no certificate, or more than one.
    """
    try:
        if not _ONE_CERTIFICATE.fullmatch(authority):
            raise ValueError
        certificate = ssl.PEM_cert_to_DER_cert(authority.strip())
    except ValueError as error:
        raise NotTheOffice("那里没有给出办公室的证书，登记码没有发出去；请核对网址") from error
    digest = hashlib.scrypt(certificate, salt=b"fieldlog pin 1", n=2**14, r=8, p=1, dklen=32)
    number, letters = int.from_bytes(digest, "big"), ""
    for _ in range(PIN_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters += ALPHABET[place]
    return letters


def possession(secret: str, device: str) -> bytes:
    """What a device signs to prove that it has the key it names; the secret, which works once, makes it good for once."""
    return f"fieldlog enrolment 1\n{secret}\n{device}\n".encode()


def _check_letter(letters: str) -> str:
    """Luhn's check in base 30: any one wrong letter shows, and nearly any two that changed places."""
    total = 0
    for place, letter in enumerate(reversed(letters)):
        value = ALPHABET.index(letter) * (2 if place % 2 == 0 else 1)
        total += value // len(ALPHABET) + value % len(ALPHABET)
    return ALPHABET[-total % len(ALPHABET)]
