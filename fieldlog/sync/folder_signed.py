"""What the office signed and left in a folder, proven where it lies: its receipts, by whichever of its keys they were signed."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from fieldlog.book.verify import VerifyReport, Wrong
from fieldlog.domain.errors import FieldlogError
from fieldlog.sync.folder_places import Place, content
from fieldlog.sync.folder_succession import read_succession
from fieldlog.sync.receipts import Receipt, read_receipt
from fieldlog.sync.succession import Statement, around


@dataclass(slots=True)
class SignedByOffice:
    """The receipts and the changes of keys that were found; changes that lie there prove receipts by newer keys."""

    _receipts: list[tuple[str, Receipt]] = field(default_factory=list[tuple[str, Receipt]])
    _succession: list[Statement] = field(default_factory=list[Statement])

    def look_at(self, path: Path, place: Place, name: str) -> None:
        """Note what the office signed in a file; one that holds nothing of that is passed over. Raises OSError."""
        if not path.name.endswith(".json.age"):
            return
        if statements := read_succession(path, place):
            self._succession += statements
            return
        try:
            self._receipts.append((name, read_receipt(b"".join(content(path, place.cipher)))))
        except (FieldlogError, ValueError):
            return  # heads and rosters, which prove nothing here

    def prove(self, signing_key: str, succession: tuple[Statement, ...], report: VerifyReport) -> None:
        """Add to the report what the receipts prove to those who know one key of the office."""
        keys = around(signing_key, [*succession, *self._succession])
        for name, receipt in self._receipts:
            day = f"{datetime.fromtimestamp(receipt.at / 1000).astimezone():%Y-%m-%d %H:%M}"
            if not receipt.signer(keys):
                why = f"{name}：给 {receipt.device} 的回执（{day}）不是办公室签的，或被改动过"
                report.problems.append(Wrong("", 0, 0, why))
            elif head := receipt.heads.get(receipt.device):
                report.notes.append(f"{receipt.device}：办公室 {day} 的回执签名核对过，已收到第 {head.seq} 条")
