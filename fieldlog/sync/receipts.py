"""Receipts: the office's signature under what it holds, for one device, at the office's time.

    Ed25519 over "fieldlog receipt 1\\n<unit>\\n<device>\\n<at, ms>\\n" + "<log>:<seq>:<hash>\\n"… + "blobs:<sha256>\\n"…

with the lines of each kind sorted. Whoever has the office's public key can check one without asking it again. A device
keeps the newest in `DATA/receipts/`.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from fieldlog.book.blobs import is_sha256
from fieldlog.book.device import is_signed
from fieldlog.book.durable import replace_file
from fieldlog.domain.errors import NotSaved, os_words
from fieldlog.domain.heads import Head, Heads
from fieldlog.domain.log_format import is_device_id
from fieldlog.sync.exchange import heads_from_json, heads_to_json

FOLDER: Final = "receipts"
_NEWEST: Final = "newest.json"
_SIGNATURE: Final = re.compile(r"[0-9a-f]{128}")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the office says it holds."""

    unit: str
    device: str
    """Whom it is for."""
    at: int
    """By the office's clock, milliseconds since 1970."""
    heads: dict[str, Head]
    blobs: tuple[str, ...]
    """Attachments that came with this exchange and are on the office's disk."""
    signature: str

    def text(self) -> bytes:
        """What is signed."""
        logs = [f"{log}:{head.seq}:{head.hash}" for log, head in sorted(self.heads.items())]
        blobs = [f"blobs:{sha256}" for sha256 in sorted(self.blobs)]
        lines = ["fieldlog receipt 1", self.unit, self.device, str(self.at), *logs, *blobs]
        return "".join(f"{line}\n" for line in lines).encode()

    def is_signed_by(self, signing_key: str) -> bool:
        """Whether the office with that key signed exactly this."""
        return is_signed(signing_key, self.signature, self.text())

    def as_json(self) -> dict[str, Any]:
        """As it travels."""
        return {
            "fieldlog": "receipt",
            "v": 1,
            "unit": self.unit,
            "device": self.device,
            "at": self.at,
            "heads": heads_to_json(self.heads),
            "blobs": list(self.blobs),
            "signature": self.signature,
        }


def make_receipt(
    sign: Callable[[bytes], str], unit: str, device: str, at: int, heads: Heads, blobs: Collection[str] = ()
) -> Receipt:
    """A receipt, signed."""
    bare = Receipt(unit, device, at, dict(heads), tuple(sorted(blobs)), "")
    return Receipt(unit, device, at, bare.heads, bare.blobs, sign(bare.text()))


def read_receipt(content: bytes) -> Receipt:
    """A receipt that came from somewhere; nothing about it is proven yet.

    Raises:
        ValueError: it is none.
    """
    try:
        fields: Any = orjson.loads(content)
        blobs = tuple(str(each) for each in fields["blobs"])
        receipt = Receipt(
            str(fields["unit"]),
            str(fields["device"]),
            int(fields["at"]),
            heads_from_json(fields["heads"]),
            blobs,
            str(fields["signature"]),
        )
        known = fields["fieldlog"] == "receipt" and fields["v"] == 1
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no receipt") from error
    if not known or not all(map(is_sha256, blobs)) or not _SIGNATURE.fullmatch(receipt.signature):
        raise ValueError("no receipt")
    if not is_device_id(receipt.unit) or not is_device_id(receipt.device):
        raise ValueError("no receipt")
    return receipt


def keep_receipt(book_folder: Path, receipt: Receipt) -> None:
    """Keep it where it is newer than the one that is here. The caller has checked its signature and whom it is for.

    Raises:
        NotSaved: the disk refused; the older one still stands.
    """
    newest = newest_receipt(book_folder)
    if newest is not None and newest.at >= receipt.at:
        return
    try:
        replace_file(book_folder / FOLDER / _NEWEST, orjson.dumps(receipt.as_json(), option=orjson.OPT_INDENT_2))
    except OSError as error:
        raise NotSaved(f"回执没有保存：{os_words(error)}。腾出空间后再同步一次") from error


def newest_receipt(book_folder: Path) -> Receipt | None:
    """The newest one that this device has; None where there is none, or what is there is damaged."""
    try:
        return read_receipt((book_folder / FOLDER / _NEWEST).read_bytes())
    except (OSError, ValueError):
        return None


def received_by_office(book_folder: Path) -> dict[str, tuple[int, int]]:
    """By log, up to which entry the office confirmed in writing that it holds it, and when (its clock, ms)."""
    receipt = newest_receipt(book_folder)
    return {log: (head.seq, receipt.at) for log, head in receipt.heads.items()} if receipt else {}
