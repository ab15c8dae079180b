"""Receiving cases from QR codes: what came so far is kept between calls, and a case counts once it is whole and proven.

`DATA/incoming-qr/` holds a file a message with the texts of its codes, and, once it was taken in, one that says so, so
that a photo that is given twice is no new beginning. Every file is replaced whole.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import orjson

from fieldlog.book.book import Book
from fieldlog.book.durable import replace_file
from fieldlog.domain.entries import Entry
from fieldlog.domain.errors import FoundWrong, NotSaved, os_words
from fieldlog.sync.qr_case import Case, check_case
from fieldlog.sync.qr_compact import unpack_case
from fieldlog.sync.qr_fountain import lacking, lacking_blocks, put_together
from fieldlog.sync.qr_frames import Frame, is_message, read_text, short_name

FOLDER = "incoming-qr"


class Outcome(NamedTuple):
    """What became of one message."""

    code: str
    """The number on its paper."""
    state: str
    """`whole`, `known` (taken in before), `partial`, `refused`, or `waiting` for the device's key."""
    log: str = ""
    doc: str = ""
    entries: int = 0
    fresh: int = 0
    of: int = 0
    """Codes needed."""
    lacking: int = 0
    """How many more are needed."""
    missing: tuple[int, ...] = ()
    """Which ones, from 1; the spare one stands in for any of them."""
    why: str = ""


class Reception(NamedTuple):
    """What became of all messages that are not settled, and how many codes were none of ours."""

    outcomes: list[Outcome]
    ours: int
    foreign: int


class Keeper(Protocol):
    """Who takes cases in: a laptop's book, or the office's ledger."""

    @property
    def incoming(self) -> Path:
        """Where codes wait until their message is whole."""
        ...

    @property
    def notes_done(self) -> bool:
        """Whether a note of what was taken in stays there; where not, taking it in again says whether it is known."""
        ...

    def public_key(self, log: str) -> str:
        """A device's key, 64 hex digits; empty where it is not known."""
        ...

    def lacks_key(self, log: str) -> str:
        """Why it is not, and what to do."""
        ...

    def take_case(self, log: str, doc: str, entries: Sequence[Entry], signature: str) -> int:
        """Keep a proven case; returns how many of its entries are new; raises FoundWrong where it contradicts."""
        ...


class _BookKeeper:
    notes_done = True

    def __init__(self, book: Book) -> None:
        self.incoming = book.folder / FOLDER
        self.public_key = book.public_key
        self._book = book

    def lacks_key(self, log: str) -> str:
        return f"本机还没有 {log} 的公钥，验不了签名；请先与办公室同步一次，再运行 fieldlog receive"

    def take_case(self, log: str, doc: str, entries: Sequence[Entry], signature: str) -> int:
        self._book.vet(entries)
        return self._book.take_case(log, doc, entries, signature)


def receive(book: Book, texts: Iterable[str]) -> Reception:
    """Take in what codes say, into the book; with none, try again what is here already.

    Raises:
        NotSaved: the disk refused; what came before is kept.
        ReadOnly, LogDamaged: the book cannot be written.
        NewerFormat: a newer version made the codes.
    """
    return receive_for(_BookKeeper(book), texts)


def receive_for(keeper: Keeper, texts: Iterable[str]) -> Reception:
    """The same for whoever keeps cases; raises what its `take_case` does, too."""
    folder = keeper.incoming
    ours = foreign = 0
    came: dict[tuple[str, str], dict[int, str]] = {}
    for text in texts:
        if (frame := read_text(text)) is None:
            foreign += 1
        else:
            ours += 1
            came.setdefault((frame.message, frame.set_name), {})[frame.number] = text
    for (message, set_name), codes in came.items():
        if not _done(folder, message).exists():
            _keep(folder / f"{set_name}.txt", codes)
    outcomes = [_known(folder, message) for message in sorted({message for message, _set in came})]
    outcomes = [each for each in outcomes if each is not None]
    outcomes += [_settle(keeper, path) for path in sorted(folder.glob("*-*.txt")) if path.exists()]
    return Reception(outcomes, ours, foreign)


def _keep(path: Path, codes: dict[int, str]) -> None:
    kept = {frame.number: text for text in _lines(path) if (frame := read_text(text))}
    if codes.keys() <= kept.keys():
        return
    _write(path, "".join(f"{text}\n" for _number, text in sorted((kept | codes).items())).encode())


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").split("\n")[:-1]
    except (OSError, ValueError):
        return []


def _write(path: Path, content: bytes) -> None:
    try:
        replace_file(path, content)
    except OSError as error:
        raise NotSaved(f"没有保存：{os_words(error)}。腾出空间后再收一次，照片请留着") from error


def _done(folder: Path, message: str) -> Path:
    return folder / f"{message}.done.json"


def _known(folder: Path, message: str) -> Outcome | None:
    try:
        fields: dict[str, Any] = orjson.loads(_done(folder, message).read_bytes())
        return Outcome(short_name(message), "known", str(fields["log"]), str(fields["doc"]), int(fields["entries"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _settle(keeper: Keeper, path: Path) -> Outcome:
    """Take the message in where it is whole."""
    frames = [frame for text in _lines(path) if (frame := read_text(text))]
    if not frames:
        path.unlink(missing_ok=True)
        return Outcome("", "refused", why=f"{path.name} 已损坏，已删除；请把照片再收一次")
    first = frames[0]
    frames = [frame for frame in frames if frame.set_name == first.set_name and frame.length == first.length]
    try:
        packed = put_together(frames)
        if packed is not None:
            return _take_in(keeper, path, first, packed)
    except FoundWrong as error:
        path.unlink(missing_ok=True)
        return Outcome(short_name(first.message), "refused", why=str(error))
    missing = lacking_blocks((frame.number for frame in frames), first.blocks)
    return Outcome(
        short_name(first.message), "partial", of=first.blocks, lacking=lacking(frames),
        missing=tuple(number + 1 for number in missing),
    )  # fmt: skip


def _take_in(keeper: Keeper, path: Path, first: Frame, packed: bytes) -> Outcome:
    if not is_message(packed, first.message):
        raise FoundWrong("各张二维码对不起来，没有收下；请重新出一份")
    case: Case = unpack_case(packed)
    code = short_name(first.message)
    key = keeper.public_key(case.log)
    if not key:
        why = keeper.lacks_key(case.log)
        return Outcome(code, "waiting", case.log, case.doc, len(case.entries), why=why)
    check_case(case, key)
    fresh = keeper.take_case(case.log, case.doc, case.entries, case.signature)
    fields = {"log": case.log, "doc": case.doc, "entries": len(case.entries), "head": case.entries[-1].hash}
    if keeper.notes_done:
        _write(_done(path.parent, first.message), orjson.dumps(fields))
    for each in path.parent.glob(f"{first.message}-*.txt"):
        each.unlink(missing_ok=True)
    state = "whole" if fresh or keeper.notes_done else "known"
    return Outcome(code, state, case.log, case.doc, len(case.entries), fresh)


def is_settled(outcome: Outcome) -> bool:
    """Whether nothing is left to do about it."""
    return outcome.state in ("whole", "known")
