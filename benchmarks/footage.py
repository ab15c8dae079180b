"""Recordings: hashing, searching an hour for slates, going over known files again, matching."""

import hashlib
import os
import random
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from benchmarks.report import Row
from fieldlog.actions.footage_scanning import begin_scan
from fieldlog.book.book import Book, Draft
from fieldlog.book.device import Device
from fieldlog.domain.footage_bodies import RecordingFound
from fieldlog.domain.recording import recording_id
from fieldlog.footage.files import MediaFile, media_files, read_digests
from fieldlog.footage.matching import match
from fieldlog.footage.slate_search import find_slates
from fieldlog.footage.starts import Start
from fieldlog.footage.timeline import Event, Placed, Visit

FILES, MARKS = 5_000, 100_000
_DECODED_S = 120
"""Seconds of film that are decoded whole; the hour's time is worked out from that."""


def run(folder: Path, *, quick: bool) -> list[Row]:
    """All four."""
    return [_hashing(folder, 128 if quick else 1024), _search(folder, 6 if quick else 60), _known(folder), _matching()]


def _timed(work: Callable[[], object]) -> float:
    """Processor seconds, so that what else runs on the computer does not count."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _hashing(folder: Path, mebibytes: int) -> Row:
    path = folder / "film.mp4"
    piece = random.Random(1).randbytes(1 << 20)
    with path.open("wb") as stream:
        for number in range(mebibytes):
            stream.write(number.to_bytes(8) + piece[8:])
    stat = path.stat()
    file = MediaFile(str(path), path.name, stat.st_size, stat.st_mtime_ns // 1_000_000, "video")

    def bare() -> None:
        with path.open("rb") as stream:
            hashlib.file_digest(stream, "sha256")

    base, ours = _timed(bare), _timed(lambda: read_digests(file, lambda _count: None))
    path.unlink()
    return Row(
        f"hashing {mebibytes} MiB", f"{mebibytes / ours:,.0f} MiB/s", f"hashlib {mebibytes / base:,.0f} MiB/s",
        ours / base, 1.2,
    )  # fmt: skip


def _search(folder: Path, minutes: int) -> Row:
    """A film of a walk through a shop at 1080p and 30 frames a second, a key frame a second, without any slate in it."""
    import av

    path = _long_film(folder / "hour.mp4", minutes)
    ours = _timed(lambda: find_slates(str(path)))

    def whole() -> None:
        with av.open(str(path)) as film:
            for frame in film.decode(video=0):
                if frame.time and frame.time > _DECODED_S:
                    return

    base = _timed(whole) * minutes * 60 / min(_DECODED_S, minutes * 60)
    path.unlink()
    hour = ours * 60 / minutes
    return Row(
        f"searching {minutes} min of 1080p for slates", f"{hour:.1f} s an hour", f"decoding all {base * 60 / minutes:.0f} s",
        hour, 60,
    )  # fmt: skip


def _long_film(path: Path, minutes: int) -> Path:
    """One minute encoded, and the same packets again and again."""
    import av
    from PIL import Image

    minute = path.with_name("minute.mp4")
    noise = Image.effect_noise((640, 360), 50).resize((2400, 1300)).convert("RGB")
    with av.open(str(minute), "w") as film:
        stream = film.add_stream("libx264", rate=30, options={"preset": "ultrafast", "crf": "27", "g": "30"})
        stream.width, stream.height, stream.pix_fmt = 1920, 1080, "yuv420p"
        for number in range(1800):
            left, top = number % 480, number // 4 % 220
            frame = av.VideoFrame.from_image(noise.crop((left, top, left + 1920, top + 1080)))
            frame.pts, frame.time_base = number, Fraction(1, 30)
            film.mux(stream.encode(frame))
        film.mux(stream.encode())
    with av.open(str(path), "w") as target:
        stream = None
        for again in range(minutes):
            with av.open(str(minute)) as source:
                stream = stream or target.add_stream_from_template(source.streams.video[0])
                for packet in source.demux(source.streams.video[0]):
                    if packet.dts is None or packet.time_base is None:
                        continue
                    shift = round(again * 60 / packet.time_base)
                    packet.pts, packet.dts = (packet.pts or 0) + shift, packet.dts + shift
                    packet.stream = stream
                    target.mux(packet)
    minute.unlink()
    return path


def _known(folder: Path) -> Row:
    """A card of 5,000 files that the log has: opening the book, listing the card, and finding nothing to read."""
    card, data = folder / "card", folder / "footage-book"
    for number in range(FILES):
        path = card / f"{number // 500:02}号机" / f"DSJ_{number:06}_20261124090000_{number:04}.MP4"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(number.to_bytes(4))
    device = Device("houye-01", "houye", "后叶镇", "01JDEF00000000000000000001")
    with Book.create(data, device) as book:
        drafts: list[Draft] = []
        for file in media_files(card, lambda _path, error: print(error)):
            sha256 = hashlib.sha256(file.path.encode()).hexdigest()
            found = RecordingFound(
                sha256=sha256,
                edges=sha256,
                size=file.size,
                path=file.path,
                modified_ms=file.modified_ms,
                medium="video",
            )
            drafts.append(Draft("p1", recording_id(sha256), found))
        book.write_all(drafts)
        book.checkpoint()

    def again() -> None:
        with Book.open(data) as book:
            work = begin_scan(book, "p1", card)
            for _outcome in work.run():
                pass
            assert work.result.known == FILES

    def bare() -> None:
        for where, _folders, names in os.walk(card):
            for name in names:
                Path(where, name).stat()

    base, ours = _timed(bare), _timed(again)
    return Row(f"{FILES:,} known files again", f"{ours:.2f} s", f"listing them {base:.2f} s", ours, 2)


def _matching() -> Row:
    """A year's films and marks: 40 inspections a day of an hour, every second one filmed, 20 marks in each."""
    hour = 3_600_000
    visits: list[Visit] = []
    films: list[Placed] = []
    for number in range(FILES):
        begin = number * 2 * hour
        doc = f"V{number}"
        step = hour // (MARKS // FILES)
        events = [Event(doc, begin + n * step, "mark", str(number % 6)) for n in range(MARKS // FILES)]
        visits.append(Visit(doc, begin, begin + hour, events))
        start = Start(begin + 60_000, "offset", 1500)
        films.append(Placed(f"F{number}", str(number % 6), start, begin + 60_000, begin + hour // 2))
    ours = _timed(lambda: match(films, visits))
    pairs = [(event.ms, event.doc) for visit in visits for event in visit.events]
    base = _timed(lambda: sorted(pairs, reverse=True))
    return Row(f"matching {MARKS:,} marks with {FILES:,} files", f"{ours:.2f} s", f"sorting them {base:.2f} s", ours, 1)
