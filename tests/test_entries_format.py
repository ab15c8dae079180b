"""The entry: canonical form, hash, and everything that is not an entry."""

import hashlib
import json
from typing import Any

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from strategies import json_bodies, texts
from township import DOC, SALT, START, chain

from fieldlog.domain.entries import LARGEST_INTEGER, Entry, canonical, check_plain, entry_hash, make_entry, parse_entry
from fieldlog.domain.errors import EntryInvalid, NewerFormat
from fieldlog.domain.log_format import NO_HASH, is_device_id

FIELDS: dict[str, Any] = {
    "log": "houye-01", "seq": 1, "prev": NO_HASH, "hlc": "0197b5d4a6000001",
    "at": START.isoformat(timespec="milliseconds"), "by": "p1", "kind": "item.answered", "doc": DOC, "salt": SALT,
}  # fmt: skip


def entry(**changed: Any) -> Entry:
    return make_entry(**{**FIELDS, "body": {"item": "xiaofang-1", "value": "符合"}, **changed})


def spelled(**changed: Any) -> bytes:
    """A line in canonical form with a right hash, whatever the fields hold."""
    fields = {**entry().__dict__, **changed}
    return canonical({**fields, "hash": entry_hash(fields)})


@given(json_bodies())
def test_canonical_form_is_that_of_rfc_8785(body):
    check_plain(body)
    assert canonical(body) == rfc8785.dumps(body)


# RFC 8785, section 3.2.2.2 and 3.2.3, without the floating-point numbers and the non-ASCII keys that entries refuse.
@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        (
            '{"string": "\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/", "literals": [null, true, false]}',
            '{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
        ),
        ('{"\\r": "Carriage Return", "1": "One", "\\u0080x"  : 1}', None),
        ('{"\\r": "Carriage Return", "1": "One"}', '{"\\r":"Carriage Return","1":"One"}'),
        ('"\\b\\f\\n\\r\\t\\u0000\\u001f\\u007f"', '"\\b\\f\\n\\r\\t\\u0000\\u001f\x7f"'),
        ('{"numbers": [333333333, 1, 0, -1, 9007199254740991, -9007199254740991]}', None),
    ],
)
def test_the_vectors_of_rfc_8785(given_, expected):
    value = json.loads(given_)
    assert canonical(value) == rfc8785.dumps(value)
    assert expected is None or canonical(value) == expected.encode()


@given(json_bodies(), texts())
def test_the_hash_is_what_a_stranger_computes(body, by):
    made = entry(body=body, by=by)
    covered = {name: value for name, value in json.loads(made.line()).items() if name != "hash"}
    covered["body"] = hashlib.sha256(rfc8785.dumps(covered["body"])).hexdigest()
    assert made.hash == hashlib.sha256(rfc8785.dumps(covered)).hexdigest()


@given(json_bodies(), texts())
def test_what_was_written_is_read_back(body, by):
    made = entry(body=body, by=by)
    assert parse_entry(made.line()) == made
    assert made.line() == rfc8785.dumps(json.loads(made.line()))


def test_a_withheld_body_leaves_the_entry_provable():
    whole = entry(body={"premises_name": "某某副食店"})
    digest = hashlib.sha256(rfc8785.dumps(whole.body)).hexdigest()
    withheld = whole.model_copy(update={"body": digest}).line()
    assert parse_entry(withheld).hash == whole.hash
    assert "某某副食店".encode() not in withheld
    other = whole.model_copy(update={"body": "0" * 64}).line()
    with pytest.raises(EntryInvalid, match="校验值"):
        parse_entry(other)


def test_the_salt_keeps_a_withheld_body_from_being_guessed():
    assert entry(salt="00" * 16).hash != entry(salt="01" * 16).hash


LINE = entry(body={"item": "xiaofang-1", "note": "门\n口", "n": 7}).line()


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("a space after a colon", LINE.replace(b'"v":1', b'"v": 1')),
        ("a space at the end", LINE + b" "),
        ("a carriage return", LINE + b"\r"),
        ("a byte order mark", b"\xef\xbb\xbf" + LINE),
        ("another order of keys", orjson.dumps(dict(reversed(orjson.loads(LINE).items())))),
        ("another order of keys in the body", LINE.replace(b'"item":"xiaofang-1","n":7', b'"n":7,"item":"xiaofang-1"')),
        ("a key twice", LINE.replace(b'"v":1', b'"v":1,"v":1')),
        ("a key twice in the body", LINE.replace(b'"n":7', b'"n":7,"n":7')),
        ("a needless escape", LINE.replace("门".encode(), b"\\u95e8")),
        ("an escape in upper case", LINE.replace(b"\\n", b"\\u000A")),
        ("a slash escaped", LINE.replace(b"xiaofang-1", b"xiaofang\\/1")),
        ("upper-case hex", LINE.replace(b"0197b5d4a6000001", b"0197B5D4A6000001")),
        ("a float", LINE.replace(b'"n":7', b'"n":7.0')),
        ("an exponent", LINE.replace(b'"n":7', b'"n":7e0')),
        ("minus zero", LINE.replace(b'"n":7', b'"n":-0')),
        ("no number", LINE.replace(b'"n":7', b'"n":NaN')),
        ("half a surrogate pair", LINE.replace("门".encode(), b"\\ud83d")),
        ("a broken character", LINE.replace("门".encode(), b"\xe9\x97")),
        ("an unknown field", LINE.replace(b'"v":1', b'"v":1,"w":1')),
        ("true for a number", LINE.replace(b'"v":1', b'"v":true')),
        ("a number as text", LINE.replace(b'"v":1', b'"v":"1"')),
        ("version zero", LINE.replace(b'"v":1', b'"v":0')),
        ("half a line", LINE[: len(LINE) // 2]),
        ("nothing", b""),
        ("zeros, as some disks leave them", bytes(200)),
        ("a list", b"[]"),
        ("too long", b'"' + b"a" * (4 * 1024 * 1024) + b'"'),
        ("too deep", b"[" * 5_000 + b"]" * 5_000),
        ("a float with the right hash", spelled(body={"n": 7.5, "salt": SALT})),
        ("2^53 with the right hash", spelled(body={"n": 2**53, "salt": SALT})),
        ("2^53+1 with the right hash", spelled(body={"n": 2**53 + 1, "salt": SALT})),
        ("2^70", LINE.replace(b'"n":7', b'"n":1180591620717411303424')),
        ("a non-ASCII key with the right hash", spelled(body={"备注": 1, "salt": SALT})),
        ("a non-ASCII key deep inside", spelled(body={"a": [{"备注": 1}], "salt": SALT})),
        ("a nest of 40", spelled(body=orjson.loads(b'{"a":' * 40 + b"1" + b"}" * 40))),
        ("a body that is no object", spelled(body="words")),
        ("a moment without an offset", spelled(at="2026-11-24T09:00:00.000")),
        ("a month that is none", spelled(at="2026-13-24T09:00:00.000+08:00")),
        ("an offset that is none", spelled(at="2026-11-24T09:00:00.000+99:00")),
        ("a device with a slash", spelled(log="../houye")),
        ("a device with a line feed", spelled(log="houye\n")),
        ("a kind with a line feed", spelled(kind="a.b\n")),
        ("sequence number zero", spelled(seq=0)),
        ("a sequence number beyond 2^53", spelled(seq=2**53)),
        ("a clock after the year 9999", spelled(hlc="ffffffffffffffff")),
        ("a document that is no ULID", spelled(doc="01JDEF0000000000000000000U")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_anything_but_the_one_spelling_is_refused_in_one_chinese_line(what, line):
    assert line != LINE, "the case does what it says"
    with pytest.raises(EntryInvalid) as refused:
        parse_entry(line)
    assert any("\u4e00" <= char <= "\u9fff" for char in str(refused.value))
    assert "\n" not in str(refused.value)


@given(st.data())
def test_every_flipped_bit_of_a_line_is_noticed(data):
    line = bytearray(LINE)
    line[data.draw(st.integers(0, len(line) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((EntryInvalid, NewerFormat)):
        parse_entry(bytes(line))


def test_only_ascii_digits_make_a_moment():
    with pytest.raises(EntryInvalid, match=r"at$"):
        parse_entry(spelled(at="２０２６-11-24T09:00:00.000+08:00"))


def test_a_newer_format_says_so():
    with pytest.raises(NewerFormat, match="升级"):
        parse_entry(spelled(v=2, mood="好"))
    with pytest.raises(NewerFormat, match="第 2 版"):
        parse_entry(spelled(v=2))


@pytest.mark.parametrize(
    "body",
    [
        {"n": 1.0}, {"n": LARGEST_INTEGER + 1}, {"n": -LARGEST_INTEGER - 1}, {"备注": 1}, {"a": {"b": [{"é": 1}]}},
        {"a": (1,)}, {"a": b"x"}, {1: "a"}, {"a": "\ud83d"}, {"a": {"b": {1, 2}}},
    ],
)  # fmt: skip
def test_what_may_not_stand_in_an_entry_is_not_written(body):
    with pytest.raises(EntryInvalid):
        entry(body=body)


def test_a_line_that_nobody_would_read_back_is_not_written():
    with pytest.raises(EntryInvalid, match="4 MiB"):
        entry(body={"checklist": "表" * 1_500_000})


def test_a_broken_terminal_s_half_character_is_refused_in_every_field():
    with pytest.raises(EntryInvalid):
        entry(by="\udc80")


def test_the_largest_integer_is_the_largest_that_every_reader_keeps():
    assert LARGEST_INTEGER == 2**53 - 1
    assert parse_entry(entry(body={"n": LARGEST_INTEGER, "m": -LARGEST_INTEGER}).line()).fields["n"] == 2**53 - 1


@pytest.mark.parametrize("name", ["houye-01", "a", "0", "a" * 40])
def test_names_of_devices(name):
    assert is_device_id(name)
    assert entry(log=name).log == name


@pytest.mark.parametrize("name", ["", "-a", "a-", "A", "a" * 41, "a b", "a\n", "..", "a/b", "后叶", "a.b"])
def test_what_is_no_name_of_a_device(name):
    assert not is_device_id(name)
    with pytest.raises(EntryInvalid):
        entry(log=name)


def test_entries_sort_by_clock_then_log_then_number():
    first, second = chain("houye-02", 2)
    other = entry(hlc=first.hlc, log="houye-01", seq=9)
    assert sorted([second, first, other], key=lambda each: each.order) == [other, first, second]
