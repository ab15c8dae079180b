"""Packs: what goes in comes out, damage is told, and no order of arrival matters."""

import io
import tempfile
from pathlib import Path

import orjson
import pytest
import zstandard
from hubs import Chain, laptop, log_bytes, note
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldlog.book.book import Book
from fieldlog.domain.errors import FieldlogError, NewerFormat
from fieldlog.domain.heads import Head
from fieldlog.sync.exchange import (
    PIECE_BYTES,
    PackDamaged,
    heads_from_json,
    heads_to_json,
    missing,
    pieces,
    read_header,
    read_pack,
    write_pack,
)

LINES = Chain().add(40).lines


def chunked(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@given(st.lists(st.binary(max_size=200).map(lambda line: line.replace(b"\n", b""))), st.integers(1, 5000))
def test_what_is_packed_comes_out_however_it_is_cut_on_the_way(lines: list[bytes], size: int):
    assert list(read_pack(chunked(write_pack(lines), size))) == lines


def test_any_zstd_program_reads_a_pack_and_any_zstd_ndjson_is_a_pack():
    decompressor = zstandard.ZstdDecompressor()
    with decompressor.stream_reader(io.BytesIO(write_pack(LINES)), read_across_frames=True) as stream:
        assert stream.read() == b"".join(line + b"\n" for line in LINES)
    plain = zstandard.ZstdCompressor().compress(b"".join(line + b"\n" for line in LINES))
    assert list(read_pack([plain])) == LINES


def test_the_header_says_what_is_inside():
    header, _ = read_header(write_pack(LINES[4:9]))
    assert header.spans == {"houye-01": (5, 9)}


@given(st.integers(0, len(write_pack(LINES)) - 1))
def test_a_pack_cut_short_is_told_and_what_came_before_is_sound(length: int):
    got: list[bytes] = []
    with pytest.raises(PackDamaged):
        for line in read_pack([write_pack(LINES)[:length]]):
            got.append(line)
    assert got == LINES[: len(got)]


@given(st.integers(0, len(write_pack(LINES)) - 1), st.integers(1, 255))
def test_a_changed_byte_is_told_or_changes_no_line(at: int, by: int):
    """A bit that the decoder does not look at may be anything: the entries prove themselves."""
    pack = bytearray(write_pack(LINES))
    pack[at] ^= by
    try:
        assert list(read_pack([bytes(pack)])) == LINES
    except FieldlogError:
        return


@given(st.binary(max_size=400))
def test_what_is_no_pack_is_told(junk: bytes):
    with pytest.raises(FieldlogError):
        list(read_pack([junk]))


def test_a_bomb_and_an_endless_line_are_stopped():
    short = zstandard.ZstdCompressor(level=19).compress(b"\n" * 300_000_000)
    with pytest.raises(PackDamaged, match="64 MiB"):
        list(read_pack([short]))
    endless = zstandard.ZstdCompressor().compress(b"x" * 50_000_000)
    with pytest.raises(PackDamaged, match="4 MiB"):
        list(read_pack([endless]))


def test_a_pack_of_a_newer_version_says_so():
    header = orjson.dumps({"fieldlog": "pack", "v": 2, "way": "x25519", "spans": {}})
    with pytest.raises(NewerFormat, match="升级"):
        list(read_pack([0x184D2A50.to_bytes(4, "little") + len(header).to_bytes(4, "little") + header]))


def test_pieces_are_bounded_and_a_relayed_one_ends_at_a_seal():
    chain = Chain("houye-02")
    for _ in range(6):
        chain.add(10, body={"note": "长" * 100_000}).seal()
    cut = list(pieces(chain.lines))
    assert [line for piece in cut for line in piece] == chain.lines
    assert all(sum(map(len, piece[:-1])) < PIECE_BYTES for piece in cut)
    relayed = list(pieces(chain.lines, "houye-01"))
    assert [line for piece in relayed for line in piece] == chain.lines
    assert len(relayed) > 1
    assert all(b'"kind":"log.sealed"' in piece[-1] for piece in relayed)


@given(st.dictionaries(st.from_regex(r"[a-z][a-z0-9-]{0,8}[a-z0-9]", fullmatch=True), st.integers(0, 2**53)))
def test_heads_survive_json(seqs: dict[str, int]):
    heads = {log: Head(seq, f"{seq:064x}") for log, seq in seqs.items()}
    assert heads_from_json(orjson.loads(orjson.dumps(heads_to_json(heads)))) == heads
    assert not missing(heads, heads)


@pytest.mark.parametrize(
    "wrong", [None, [], {"A B": [1, "0" * 64]}, {"a1": [1]}, {"a1": [-1, "0" * 64]}, {"a1": [1, "x"]}]
)
def test_what_is_no_heads_is_refused(wrong: object):
    with pytest.raises(ValueError, match="head"):
        heads_from_json(wrong)


@settings(max_examples=15)
@given(st.data())
def test_packs_twice_in_pieces_and_shuffled_end_in_the_same_bytes_and_the_same_view(data: st.DataObject):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines: list[bytes] = []
        for number in range(1, 4):
            with laptop(folder, f"houye-0{number}") as book:
                note(book, *(f"{number}-{at}" for at in range(data.draw(st.integers(1, 6)))))
                book.seal()
                lines += list(book.lines_after({}))
        one = _merge_all(folder, "houye-08", [write_pack(lines)])
        size = data.draw(st.integers(1, 5))
        packs = [write_pack(lines[start : start + size]) for start in range(0, len(lines), size)]
        arrived = data.draw(st.permutations(packs + data.draw(st.lists(st.sampled_from(packs), max_size=4))))
        other = _merge_all(folder, "houye-09", arrived)
        assert one == other


def _merge_all(folder: Path, device: str, packs: list[bytes]) -> tuple[object, ...]:
    with laptop(folder, device) as book:
        for pack in packs:
            assert not book.merge(read_pack([pack])).refused
        return _state(book)


def _state(book: Book) -> tuple[object, ...]:
    own = book.device.id
    heads = {log: head for log, head in book.heads().items() if log != own}
    logs = {log: content for log, content in log_bytes(book).items() if log != own}
    devices = sorted(str(row["device"]) for row in book.rows("devices") if row["device"] != own)
    return heads, logs, devices
