"""Hypothesis strategies for what stands in logs."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from township import SALT, START

from fieldlog.domain.checklist import recorded_digest
from fieldlog.domain.clock import HybridClock
from fieldlog.domain.entries import Entry, make_entry
from fieldlog.domain.log_format import NO_HASH

_SAFE = 2**53 - 1
_KEYS = st.text(st.characters(max_codepoint=127), max_size=8)


def texts() -> st.SearchStrategy[str]:
    """Any text that UTF-8 can carry, with control characters, quotes and characters beyond the BMP."""
    return st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def json_bodies() -> st.SearchStrategy[dict[str, Any]]:
    """Bodies as an entry may hold them."""
    leaves = st.one_of(st.none(), st.booleans(), st.integers(-_SAFE, _SAFE), texts())
    values = st.recursive(
        leaves, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(_KEYS, inner, max_size=4))
    )
    return st.dictionaries(_KEYS.filter(lambda key: key != "salt"), values, max_size=5)


DEVICES = ("houye-01", "houye-02", "houye-03")
VISITS = ("01JDEF0000000000000000VS01", "01JDEF0000000000000000VS02")
HAZARDS = ("01JDEF0000000000000000HZ01", "01JDEF0000000000000000HZ02")
PLACES = ("01JDEF0000000000000000PR01",)
PEOPLE = ("01JDEF0000000000000000FF01",)
RECORDINGS = ("01JDEF0000000000000000RC01",)
PROFILES = ("01JDEF0000000000000000PF01",)
_OTHERS = ("01JDEF0000000000000000XX01",)

_words = st.sampled_from(["", "安全出口堵塞", "灭火器失压", "长" * 40])
_days = st.sampled_from(["2026-11-20", "2026-12-01", "2027-01-04"])
_items = st.sampled_from(["lianxi-1", "lianxi-2", "lianxi-2@1", "lianxi-2@2", "lianxi-2@3"])
_moments = st.sampled_from(["2026-11-24T09:00:00+08:00", "2026-11-24T10:30:00.500+08:00"])
_seen = st.one_of(
    st.just({}), st.dictionaries(st.sampled_from(DEVICES), st.integers(1, 12), max_size=3), st.just({"x": "y"})
)
_sha = st.sampled_from(["ab" * 32, "cd" * 32])
_paths = st.sampled_from(["D:/DCIM/a.mp4", "/mnt/a.mp4"])


def _fields(**of: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(of)


_just = st.just
_PROPOSED = {"id": "lianxi", "version": "2026.2", "title": "练习清单", "sections": [{"items": [{}, {}]}, 7]}
_PROPOSED_DIGEST = recorded_digest(_PROPOSED)
_BODIES: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "inspection.opened": _fields(
        premises=_just(PLACES[0]), premises_name=_just("某某副食店"), type=_just("日常"),
        lists=_just([{"id": "lianxi", "version": "2026.1", "digest": "ab" * 32}]),
        officers=_just(["p1", "p2"]), items=_just(2),
    ),
    "inspection.counted": _fields(
        thing=st.sampled_from(["冷柜", "库房"]),
        labels=st.lists(st.sampled_from(["冷柜1", "冷柜2", "阴凉柜"]), max_size=4),
        items=st.lists(st.sampled_from(["lianxi-1", "lianxi-2"]), max_size=2),
    ),
    "inspection.list_adopted": _fields(
        list=st.sampled_from(["lianxi", "meiyou"]), replaces=_sha, version=st.sampled_from(["2026.1", "2026.2", "2026.10"]),
        digest=_sha, was=_just(2), asked=st.sampled_from([["lianxi-1"], ["lianxi-2", "lianxi-3"], []]),
    ),
    "item.answered": _fields(
        item=_items, value=st.sampled_from(["符合", "不符合", "不适用", "待定"]), text=_words,
        hazard=st.sampled_from(["", *HAZARDS]), seen=_seen,
    ),
    "inspection.commented": _fields(text=_words, item=st.sampled_from(["", "lianxi-1"])),
    "item.confirmed": _fields(item=_items, seen=_seen),
    "answer.undone": _fields(log=st.sampled_from(DEVICES), seq=st.integers(1, 12), item=_items),
    "item.noted": _fields(item=_items, note=_words),
    "draft.saved": _fields(field=_items, text=_words),
    "stage.reached": _fields(stage=st.sampled_from(["亮证", "告知"]), moment=_moments),
    "photo.attached": _fields(sha256=_sha, name=_just("a.jpg"), size=_just(9)),
    "footage.linked": _fields(strength=_just("mark"), camera=st.sampled_from(["03", "07"]), moment=_moments, item=_items),
    "slate.shown": _fields(
        device=st.sampled_from(DEVICES), moment=_moments, steps=_just(3600),
        commitment=st.sampled_from(["ab" * 12, "cd" * 12]),
    ),
    "recording.found": _fields(
        sha256=_sha, edges=_sha, size=_just(9), path=_paths, modified_ms=st.integers(0, 9), medium=_just("video"),
        camera=st.sampled_from(["03", ""]), duration_ms=st.one_of(st.none(), _just(1000)),
    ),
    "recording.seen": _fields(sha256=_sha, path=_paths, size=_just(9), modified_ms=st.integers(0, 9), hashed=st.booleans()),
    "recording.checked": _fields(
        sha256=_sha, path=_paths, volume=_just("D:"), result=st.sampled_from(["same", "moved", "changed", "missing"]),
        modified_ms=st.integers(0, 9),
    ),
    "inspection.closed": _fields(opinion=_words),
    "inspection.voided": _fields(reason=_words),
    "hazard.found": _fields(
        number=_just("隐患〔2026〕01-0001"), serial=st.integers(1, 9), premises=_just(PLACES[0]),
        premises_name=_just("某某副食店"), text=_words, found=_just("2026-11-20"), deadline_days=_just(7), due=_days,
    ),
    "hazard.edited": _fields(text=st.one_of(st.none(), _words), due=st.one_of(st.none(), _days), seen=_seen),
    "hazard.assigned": _fields(officer=st.sampled_from(["p1", "p2"]), due=st.one_of(st.none(), _days), seen=_seen),
    "hazard.unassigned": _fields(reason=_words, seen=_seen),
    "hazard.commented": _fields(text=_words),
    "hazard.confirmed": _fields(what=st.sampled_from(["text", "state"]), seen=_seen),
    "hazard.urged": _fields(note=_words),
    "hazard.rectified": _fields(note=_words, on=_days),
    "hazard.rechecked": _fields(passed=st.booleans(), on=_days, due=st.one_of(st.none(), _days)),
    "hazard.extended": _fields(due=_days, reason=_words),
    "hazard.closing_requested": _fields(note=_words),
    "hazard.closing_declined": _fields(reason=_words),
    "hazard.closed": _fields(reason=_just("整改到位"), on=_days),
    "hazard.voided": _fields(reason=_words),
    "hazard.reinstated": _fields(reason=_words),
    "number.taken": _fields(
        series=_just("后叶责改"), year=_just(2026), serial=st.integers(1, 3), of=st.sampled_from(["a", "b"])
    ),
    "number.voided": _fields(series=_just("后叶责改"), year=_just(2026), serial=st.integers(1, 3), reason=_words),
    "paper.printed": _fields(
        paper=_just("D9"), title=_just("责令限期改正通知书"), of=_just(PLACES[0]), version=st.integers(1, 3),
        number=st.sampled_from(["1号", "2号"]), date=_just("2026-11-20"), values=_just({"facts": []}),
    ),
    "paper.reprinted": _fields(version=st.integers(1, 3), copy_no=st.integers(1, 3)),
    "paper.scanned": _fields(version=st.integers(1, 3), sha256=_sha),
    "paper.voided": _fields(reason=_words),
    "hazard.blessed": _fields(what=_words),
    "weather.noted": _fields(rain=st.booleans()),
    "premises.registered": _fields(name=_words, kind=_words),
    "premises.changed": _fields(name=st.one_of(st.none(), _words), address=_words),
    "officer.registered": _fields(name=_words),
    "officer.changed": _fields(post=_words),
    "checklist.recorded": _fields(list=_just("lianxi"), version=_just("2026.1"), digest=_sha, checklist=_just({})),
    "checklist.published": _fields(
        list=_just("lianxi"), version=_just("2026.2"), digest=_just(_PROPOSED_DIGEST), checklist=_just(_PROPOSED),
        note=_words,
    ),
    "checklist.approved": _fields(digest=st.sampled_from([_PROPOSED_DIGEST, "ab" * 32])),
    "checklist.declined": _fields(digest=_just(_PROPOSED_DIGEST), reason=_words),
    "checklist.withdrawn": _fields(digest=_just(_PROPOSED_DIGEST), reason=_words),
    "profile.value_set": st.fixed_dictionaries(
        {"name": st.sampled_from(["P13.days", "retention.日常"]), "value": st.one_of(st.none(), st.integers(0, 40)),
         "from": _days, "reason": _words}
    ),
    "profile.rule_turned": st.fixed_dictionaries(
        {"rule": st.sampled_from(["P24", "P99"]), "act": st.sampled_from([None, "block", "off", "often"]), "from": _days,
         "reason": _words}
    ),
    "calendar.corrected": _fields(day=_days, working=st.booleans(), reason=_words),
    "log.sealed": _fields(upto=st.integers(1, 9), head=_sha, signature=_words),
}  # fmt: skip
_KINDS_OF = {
    VISITS: ("inspection", "item", "answer", "stage", "draft", "photo", "footage", "slate"),
    HAZARDS: ("hazard", "draft", "photo", "footage"),
    PLACES: ("premises",),
    PEOPLE: ("officer",),
    RECORDINGS: ("recording",),
    PROFILES: ("profile", "calendar"),
    _OTHERS: tuple({kind.partition(".")[0] for kind in _BODIES}),
}


def kinds_for(docs: tuple[str, ...]) -> list[str]:
    """The kinds that belong on these documents, more often than not."""
    return sorted(kind for kind in _BODIES if kind.partition(".")[0] in _KINDS_OF[docs])


@st.composite
def _happenings(draw: st.DrawFn) -> tuple[str, str, dict[str, Any]]:
    docs = draw(st.sampled_from([VISITS, HAZARDS, VISITS, HAZARDS, PLACES, PEOPLE, RECORDINGS, PROFILES, _OTHERS]))
    kind = draw(st.sampled_from(kinds_for(docs)))
    body = draw(_BODIES[kind])
    if draw(st.integers(0, 11)) == 0:  # what another version, or somebody else's program, may have written
        body = draw(st.sampled_from([{}, {"found": "2026-19-39"}, {**body, "on": 7}, {**body, "mood": "好"}]))
    return draw(st.sampled_from(docs)), kind, body


@st.composite
def histories(draw: st.DrawFn, most: int = 40) -> list[Entry]:
    """What three devices wrote about the same few documents, sensible and nonsensical, in the order it happened."""
    clocks = {device: HybridClock() for device in DEVICES}
    heads = dict.fromkeys(DEVICES, (0, NO_HASH))
    entries: list[Entry] = []
    now = START
    for doc, kind, body in draw(st.lists(_happenings(), min_size=1, max_size=most)):
        log = draw(st.sampled_from(DEVICES))
        now += timedelta(milliseconds=draw(st.sampled_from([0, 0, 1, 60_000, 86_400_000 * 6, -3_600_000])))
        if entries and draw(st.booleans()):  # the device had synchronised before
            clocks[log].follow(entries[-1].hlc)
        seq, prev = heads[log]
        entry = make_entry(
            log=log, seq=seq + 1, prev=prev, hlc=clocks[log].tick(int(now.timestamp() * 1000)),
            at=now.isoformat(timespec="milliseconds"), by="p1", kind=kind, doc=doc, body=body, salt=SALT,
        )  # fmt: skip
        heads[log] = entry.seq, entry.hash
        entries.append(entry)
    return entries


@st.composite
def deliveries(draw: st.DrawFn, entries: list[Entry]) -> list[list[bytes]]:
    """The entries as packs: shuffled, cut into pieces at random, some of them twice."""
    order = draw(st.permutations([*entries, *draw(st.lists(st.sampled_from(entries), max_size=8))]))
    pieces: list[list[bytes]] = [[]]
    for entry in order:
        pieces[-1].append(entry.line())
        if draw(st.integers(0, 9)) == 0:
            pieces.append([])
    return pieces
