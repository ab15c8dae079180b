"""Receipts: the office's signature under what it holds, for one device, at the office's time.

    Ed25519 over "fieldlog receipt 1\\n<unit>\\n<device>\\n<at, ms>\\n" + "<log>:<seq>:<hash>\\n"… + "blobs:<sha256>\\n"…

with the lines of each kind sorted. Whoever has the office's public key can check one without asking it again. A device
keeps those that say more than the one before in `DATA/receipts/`, a file a month, so that of each entry it can be proven
since when the office has it.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from os import SEEK_END
from pathlib import Path
from typing import Any, Final

import orjson

from fieldlog.book.blobs import is_sha256
from fieldlog.book.device import is_signed
from fieldlog.book.durable import append_line, durable_folder
from fieldlog.book.logfiles import reading
from fieldlog.domain.errors import EnvironmentFault, NotSaved, os_words
from fieldlog.domain.heads import Head, Heads
from fieldlog.domain.log_format import is_device_id
from fieldlog.sync.exchange import heads_from_json, heads_to_json
from fieldlog.sync.office_keys import OfficeTrust, load_trust
from fieldlog.sync.succession import SigningKeys

FOLDER: Final = "receipts"
_STEP_BYTES: Final = 64 * 1024
_SIGNATURE: Final = re.compile(r"[0-9a-f]{128}")


class WrongReceipt(EnvironmentFault):
    """Whoever answered is not the office, or its answer was changed on the way."""


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
    signing_key: str = ""
    """The office's key that it was checked with when it was kept; the office may have another one by now."""

    def text(self) -> bytes:
        """What is signed."""
        logs = [f"{log}:{head.seq}:{head.hash}" for log, head in sorted(self.heads.items())]
        blobs = [f"blobs:{sha256}" for sha256 in sorted(self.blobs)]
        lines = ["fieldlog receipt 1", self.unit, self.device, str(self.at), *logs, *blobs]
        return "".join(f"{line}\n" for line in lines).encode()

    def is_signed_by(self, signing_key: str) -> bool:
        """Whether the office with that key signed exactly this."""
        return is_signed(signing_key, self.signature, self.text())

    def signer(self, keys: SigningKeys) -> str:
        """Which of the office's keys signed it, while it was the office's; empty where none did."""
        for key, until in keys.items():
            if (until is None or self.at <= until) and self.is_signed_by(key):
                return key
        return ""

    def holds(self, log: str, seq: int) -> bool:
        """Whether it says that the office has the log as far as that."""
        return log in self.heads and self.heads[log].seq >= seq

    def in_answer(self) -> dict[str, Any]:
        """As it stands in an answer of the hub, which names the heads itself; whom it is for is whoever asked."""
        return {"at": self.at, "blobs": list(self.blobs), "signature": self.signature}

    def as_json(self) -> dict[str, Any]:
        """By itself, as on a stick and in `DATA/receipts/`."""
        return {
            "fieldlog": "receipt",
            "v": 1,
            "unit": self.unit,
            "device": self.device,
            "at": self.at,
            "heads": heads_to_json(self.heads),
            "blobs": list(self.blobs),
            "signature": self.signature,
            **({"signing_key": self.signing_key} if self.signing_key else {}),
        }

    def line(self) -> bytes:
        """The same as one line without its line feed."""
        return orjson.dumps(self.as_json(), option=orjson.OPT_SORT_KEYS)


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
            str(fields.get("signing_key", "")),
        )
        known = fields["fieldlog"] == "receipt" and fields["v"] == 1
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no receipt") from error
    if not known or not all(map(is_sha256, blobs)) or not _SIGNATURE.fullmatch(receipt.signature):
        raise ValueError("no receipt")
    if receipt.signing_key and not is_sha256(receipt.signing_key):  # as many hex digits
        raise ValueError("no receipt")
    if not is_device_id(receipt.unit) or not is_device_id(receipt.device):
        raise ValueError("no receipt")
    return receipt


def receipt_in(fields: Mapping[str, Any], unit: str, device: str) -> Receipt | None:
    """The receipt in a hub's answer to this device, for the heads that the answer names; None where there is none.

    Raises:
        ValueError: it is none.
    """
    match fields.get("receipt"):
        case None:
            return None
        case {"at": int(at), "blobs": [*blobs], "signature": str(signature)} if _SIGNATURE.fullmatch(signature):
            named = tuple(map(str, blobs))
            if all(map(is_sha256, named)):
                return Receipt(unit, device, at, heads_from_json(fields.get("heads")), named, signature)
        case _:
            pass
    raise ValueError("no receipt")


def check_receipt(receipt: Receipt | None, trust: OfficeTrust | None) -> None:
    """What the hub just said counts only with the office's signature, where its key is known.

    Raises:
        WrongReceipt: the signature is missing, or is not of the office that this device enrolled at.
    """
    if trust is not None and (receipt is None or not receipt.signer(trust.signing_keys)):
        raise WrongReceipt("办公室的回执签名不对，没有当作办公室已收到；可能有人冒充，请先向办公室核实，再重新登记")


def keep_receipt(book_folder: Path, receipt: Receipt, *, fresh: bool = False) -> None:
    """Keep it where it says more than the newest that is here. The caller has checked its signature and whom it is for.

    What came from a stick may be older than what is here and is then left; what a hub just said (`fresh`) is the
    newest, whatever the clocks say. None is ever removed: the first that names an entry proves since when the office has it.

    Raises:
        NotSaved: the disk refused; those from before still stand.
    """
    newest = newest_receipt(book_folder)
    if newest is not None and (_says_no_more(receipt, newest) or (newest.at >= receipt.at and not fresh)):
        return
    folder = book_folder / FOLDER
    month = f"{datetime.fromtimestamp(receipt.at / 1000, UTC):%Y-%m}.jsonl"
    path = max([folder / month, *_files(folder)])  # arrivals stand in order even where the office's clock went back
    trust = load_trust(book_folder)
    kept = replace(receipt, signing_key=receipt.signer(trust.signing_keys) if trust else "")
    try:
        durable_folder(folder)
        append_line(path, kept.line() + b"\n")
    except OSError as error:
        raise NotSaved(f"回执没有保存：{os_words(error)}。腾出空间后再同步一次") from error


def _says_no_more(receipt: Receipt, newest: Receipt) -> bool:
    whom = (receipt.unit, receipt.device) == (newest.unit, newest.device)
    return whom and receipt.heads == newest.heads and not set(receipt.blobs) - set(newest.blobs)


def kept_receipts(book_folder: Path) -> Iterator[Receipt]:
    """All that this device has kept, in the order of their arrival; a line that is none is passed over.

    Raises:
        EnvironmentFault: a file cannot be read.
    """
    for path in _files(book_folder / FOLDER):
        with reading(path) as stream:
            for line in stream:
                with suppress(ValueError):
                    yield read_receipt(line)


def newest_receipt(book_folder: Path) -> Receipt | None:
    """The newest one that this device has; None where there is none, or what is there is damaged."""
    for path in reversed(_files(book_folder / FOLDER)):
        with suppress(OSError):
            for line in _from_the_end(path):
                with suppress(ValueError):
                    return read_receipt(line)
    return None


def first_receipt(receipts: Iterable[Receipt], reached: Mapping[str, int]) -> Receipt | None:
    """The first of them in which the office says that it holds these logs as far as that."""
    return next((each for each in receipts if all(each.holds(log, seq) for log, seq in reached.items())), None)


def received_by_office(book_folder: Path) -> dict[str, tuple[int, int]]:
    """By log, up to which entry the office confirmed in writing that it holds it, and when (its clock, ms)."""
    receipt = newest_receipt(book_folder)
    return {log: (head.seq, receipt.at) for log, head in receipt.heads.items()} if receipt else {}


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("[0-9]???-??.jsonl"))


def _from_the_end(path: Path) -> Iterator[bytes]:
    """The file's lines, the last one first; a receipt is far shorter than what is read at a time."""
    with path.open("rb") as stream:
        start, rest = stream.seek(0, SEEK_END), b""
        while start:
            step = min(start, _STEP_BYTES)
            start -= step
            stream.seek(start)
            rest, *lines = (stream.read(step) + rest).split(b"\n")
            yield from filter(None, reversed(lines))
        yield rest
