"""A folder of recordings, file by file: what is known already, what is new, and what cannot be read.

Each outcome is handed on as soon as it is there, and whoever takes it in writes it; so a scan may be broken off at any
moment, and the next one goes on from there, since a file whose path, size and time are known is not read again.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fieldlog.domain.errors import os_words
from fieldlog.domain.footage_bodies import RecordingFound, RecordingSeen, SlateSeen
from fieldlog.domain.recording import recording_id
from fieldlog.footage.files import Changed, Digests, MediaFile, read_digests, read_edges
from fieldlog.footage.measuring import Measured, measure
from fieldlog.footage.names import Named, Patterns, read_name
from fieldlog.footage.slate_search import find_slates


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file."""

    file: MediaFile
    doc: str = ""
    """The recording's document; empty where the file could not be read."""
    body: RecordingFound | RecordingSeen | None = None
    """What is to be written; None where everything is known."""
    why: str = ""
    """What is wrong with it, or empty."""


@dataclass(slots=True)
class Known:
    """The recordings that the log has, as a scan asks for them."""

    at: dict[str, tuple[int, int, str]] = field(default_factory=dict[str, tuple[int, int, str]])
    """By path on this device: size, time and document."""
    alike: dict[tuple[int, int], list[tuple[str, str, str]]] = field(
        default_factory=dict[tuple[int, int], list[tuple[str, str, str]]]
    )
    """By size and time: digest of the edges, SHA-256 and document."""
    broken: dict[str, str] = field(default_factory=dict[str, str])
    """By document: what is wrong with it, or empty."""

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]], device: str) -> "Known":
        """Those of the rows, with the places where `device` saw them."""
        known = cls()
        for row in rows:
            times: set[int] = set()
            for place in row["places"]:
                times.add(place["modified_ms"])
                if place["device"] == device:
                    known.at[place["path"]] = (row["size"], place["modified_ms"], row["id"])
            for time in times:
                known.alike.setdefault((row["size"], time), []).append((row["edges"], row["sha256"], row["id"]))
            known.broken[row["id"]] = row["broken"]
        return known

    def add(self, file: MediaFile, found: RecordingFound | RecordingSeen, edges: str, doc: str) -> None:
        """One more, so that a copy of it in the same folder is told as one."""
        self.at[file.path] = (file.size, file.modified_ms, doc)
        self.alike.setdefault((file.size, file.modified_ms), []).append((edges, found.sha256, doc))
        if isinstance(found, RecordingFound):
            self.broken[doc] = found.broken

    def is_here(self, file: MediaFile) -> bool:
        """Whether this very file was read before."""
        return self.at.get(file.path, ())[:2] == (file.size, file.modified_ms)


@dataclass(frozen=True, slots=True)
class Wishes:
    """How to scan."""

    patterns: Patterns
    camera: str = ""
    """Typed: all files are this camera's."""
    again: bool = False
    """Measure what is known, too."""


def scan(
    files: Sequence[MediaFile], known: Known, wishes: Wishes, read: Callable[[int], None] = lambda _bytes: None
) -> Iterator[Outcome]:
    """What came of each file, in order; `read` hears of the bytes as they are read.

    Raises:
        EnvironmentFault: a library is not installed.
    """
    for file in files:
        if not wishes.again and known.is_here(file):
            doc = known.at[file.path][2]
            yield Outcome(file, doc, why=known.broken.get(doc, ""))
            continue
        try:
            yield _take(file, known, wishes, read)
        except Changed:
            yield Outcome(file, why="正在写入或拷贝，没有登记；拷完再扫一次")
        except OSError as error:
            yield Outcome(file, why=f"读不出来：{os_words(error)}")


def _take(file: MediaFile, known: Known, wishes: Wishes, read: Callable[[int], None]) -> Outcome:
    if not wishes.again and (copy := _copy_of(file, known)):
        edges, sha256, doc = copy
        read(file.size)
        return _seen(file, known, sha256, edges, doc, hashed=False)
    digests = read_digests(file, read)
    doc = recording_id(digests.sha256, file.relative)
    if doc in known.broken and not wishes.again:
        return _seen(file, known, digests.sha256, digests.edges, doc, hashed=True)
    found = _found(file, digests, wishes)
    known.add(file, found, digests.edges, doc)
    return Outcome(file, doc, found, found.broken)


def _copy_of(file: MediaFile, known: Known) -> tuple[str, str, str] | None:
    alike = known.alike.get((file.size, file.modified_ms)) if file.size else None
    if not alike:
        return None
    edges = read_edges(file)
    return next((each for each in alike if each[0] == edges), None)


def _seen(file: MediaFile, known: Known, sha256: str, edges: str, doc: str, *, hashed: bool) -> Outcome:
    seen = RecordingSeen(
        sha256=sha256, path=file.path, size=file.size, modified_ms=file.modified_ms, hashed=hashed
    )  # fmt: skip
    known.add(file, seen, edges, doc)
    return Outcome(file, doc, seen, known.broken.get(doc, ""))


def _found(file: MediaFile, digests: Digests, wishes: Wishes) -> RecordingFound:
    measured, named = measure(file), read_name(file.relative, wishes.patterns)
    slates = find_slates(file.path) if file.medium == "video" and not measured.broken else list[SlateSeen]()
    return _body(file, digests, measured, named, wishes.camera, slates)


def _body(
    file: MediaFile, digests: Digests, measured: Measured, named: Named, typed: str, slates: Sequence[SlateSeen]
) -> RecordingFound:
    return RecordingFound(
        sha256=digests.sha256,
        edges=digests.edges,
        size=file.size,
        path=file.path,
        modified_ms=file.modified_ms,
        medium=file.medium,
        broken=measured.broken,
        format=measured.format,
        codec=measured.codec,
        width=measured.width,
        height=measured.height,
        rotation=measured.rotation,
        frame_us=measured.frame_us,
        duration_ms=measured.duration_ms,
        container_time=measured.container_time,
        name_time=named.time,
        camera=typed or named.camera,
        camera_source="typed" if typed else named.camera_source,
        person=named.person,
        sequence=named.sequence,
        slates=tuple(slates),
        searched=file.medium == "video" and not measured.broken,
    )
