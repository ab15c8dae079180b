"""What must hold at the end, worked out from the bytes alone where that is possible."""

import hashlib
from typing import TYPE_CHECKING, Any

import orjson

from benchmarks.simulate.laptop import Broken, case_lines, log_bytes, standing, stood
from benchmarks.simulate.office import UNIT
from fieldlog.book.book import Book
from fieldlog.book.verify import verify
from fieldlog.book.view import TABLES
from fieldlog.domain.hazard import Hazard
from fieldlog.domain.inspection import Inspection
from fieldlog.sync.exchange import SyncResult

if TYPE_CHECKING:
    from benchmarks.simulate.world import World

Rows = dict[str, dict[str, dict[str, Any]]]


def told(book: Book, result: SyncResult) -> str:
    """What a synchronisation said; raises Broken where the hub lacks some of the own log and nobody named it."""
    own = book.device.id
    mine, theirs = book.heads()[own], result.heads.get(own)
    named = {refusal.log for refusal in result.refused}
    if mine != theirs and own not in named:
        raise Broken(f"{own} is at {mine}, the hub at {theirs}, and no refusal says so: {result}")
    return f"{result.sent} out, {result.received} in, refused {result.refused}, {result.parted}"


def are_alike(world: "World") -> bool:
    """Whether every laptop's logs are those of the hub, byte for byte, and say whatever stands beside logs anywhere."""
    hub = hub_bytes(world)
    return all(log_bytes(laptop.folder) == hub for laptop in world.laptops) and not (
        beside_the_logs(world) or lacking_attachments(world)
    )


def beside_the_logs(world: "World") -> str:
    """What a laptop holds on paper, or the office beside its logs, and no log says; or empty."""
    hub = stood(line for lines in world.office.lines().values() for line in lines)
    places = [(str(laptop), case_lines(laptop.folder)) for laptop in world.laptops]
    for name, lines in (*places, ("the office", world.office.beside())):
        if lines := sorted(stood(lines).keys() - hub.keys()):
            return f"{name} holds beside the logs what none says: {lines}"
    return ""


def differences(world: "World") -> str:
    """Where they are not alike."""
    hub, found = hub_bytes(world), list[str]()
    for laptop in world.laptops:
        mine = log_bytes(laptop.folder)
        for log in sorted(mine.keys() | hub.keys()):
            here, there = mine.get(log, b"").splitlines(), hub.get(log, b"").splitlines()
            if here != there:
                same = next((n for n, pair in enumerate(zip(here, there, strict=False)) if pair[0] != pair[1]), None)
                found.append(f"{laptop} has {len(here)} of {log}, the hub {len(there)}, parted at {same}")
    return "; ".join([*found, beside_the_logs(world), lacking_attachments(world)])


def hub_bytes(world: "World") -> dict[str, bytes]:
    """Each log as the hub holds it."""
    return {log: b"".join(line + b"\n" for line in lines) for log, lines in world.office.lines().items()}


def check_all(world: "World") -> str:
    """Raise Broken unless everything holds; returns a digest of it all."""
    hub = hub_bytes(world)
    everything = stood(line for content in hub.values() for line in content.splitlines())
    for laptop in world.laptops:
        everything |= standing(laptop.folder)
    if lost := world.required - everything.keys():
        raise Broken(f"acknowledged and lost: {sorted(lost)}")
    first: Rows | None = None
    for laptop in world.laptops:
        book = laptop.book
        if book.damages or book.read_only:
            raise Broken(f"{laptop} is damaged: {book.damages} {book.read_only}")
        grown = rows(book)
        if first is None:
            book.rebuild()
            _same(grown, rows(book), f"{laptop} as it grew and folded anew")
            first = grown
        _same(first, grown, f"{world.laptops[0]} and {laptop}")
    if lacking := lacking_attachments(world):
        raise Broken(lacking)
    proof = verify(world.laptops[0].folder)
    if not proof.ok:
        raise Broken(f"the logs do not verify: {proof.problems}")
    first_one = world.laptops[0]
    check_documents(first_one.book, {**log_bytes(first_one.folder), "": b"\n".join(case_lines(first_one.folder))})
    return hashlib.sha256(b"".join(hub[log] for log in sorted(hub))).hexdigest()[:16]


def rows(book: Book) -> Rows:
    """Every row of every table."""
    return {name: {key: dict(row) for key, row in book.table(name).rows.items()} for name in TABLES}


def _same(one: Rows, other: Rows, what: str) -> None:
    for name in TABLES:
        for key in sorted(one[name].keys() | other[name].keys()):
            here, there = one[name].get(key), other[name].get(key)
            if here != there:
                differ = [
                    field for field in (here or there or {}) if not (here and there) or here[field] != there[field]
                ]
                raise Broken(f"{what} differ in {name} {key}: {differ}: {here} / {there}")


def lacking_attachments(world: "World") -> str:
    """Which attachment that some laptop holds and an entry names is not everywhere, or empty."""
    lines = (line for lines in world.office.lines().values() for line in lines if b'"sha256":"' in line)
    named = {str(orjson.loads(line)["body"]["sha256"]) for line in lines}
    for sha256 in sorted(named):
        have = [str(laptop) for laptop in world.laptops if laptop.book.blobs.has(sha256)]
        at_hub = world.office.hub.attachments.size(UNIT, sha256) is not None
        if (have or at_hub) and not (at_hub and len(have) == len(world.laptops)):
            return f"attachment {sha256[:12]} is with {have}, at the hub: {at_hub}"
    return ""


def check_documents(book: Book, hub: dict[str, bytes]) -> None:
    """Hold the folded visits and hazards against a reckoning of a few lines that knows only the format."""
    about: dict[str, list[dict[str, Any]]] = {}
    for content in hub.values():
        for line in content.splitlines():
            fields = orjson.loads(line)
            about.setdefault(fields["doc"], []).append(fields)
    linked = [what for what, kind in _kinds(about) if kind == "footage.linked"]
    if len(linked) != len(list(book.rows("footage"))):
        raise Broken(f"{len(linked)} recordings were linked, {len(list(book.rows('footage')))} are listed")
    for row in (*book.rows("inspections"), *book.rows("hazards")):
        doc = str(row["id"])
        once = each_once(about[doc])
        match book.document(doc):
            case Inspection() as visit:
                given = {item: [(g.log, g.seq) for g in all_] for item, all_ in visit.given.items() if all_}
                if given != (reckoned := answers(once, about[doc])):
                    raise Broken(f"visit {doc} folds to {given}, reckoned {reckoned}")
            case Hazard() as hazard:
                told_ = [entry.hash for entry in hazard.timeline]
                if len(set(told_)) != len(told_) or not set(told_) <= {fields["hash"] for fields in once}:
                    raise Broken(f"hazard {doc} tells something twice")
            case _:
                raise Broken(f"{doc} is listed and is nothing")


def _kinds(about: dict[str, list[dict[str, Any]]]) -> set[tuple[str, str]]:
    """Everything that happened, once, with its kind."""
    every = (fields for entries in about.values() for fields in entries)
    return {(fields["body"].get("origin", fields)["hash"], fields["kind"]) for fields in every}


def each_once(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """In order, and what was written again after a fork only where it stands first."""
    first: dict[str, dict[str, Any]] = {}
    for fields in sorted(entries, key=lambda fields: (fields["hlc"], fields["log"], fields["seq"])):
        first.setdefault(fields["body"].get("origin", fields)["hash"], fields)
    return list(first.values())


def answers(once: list[dict[str, Any]], every: list[dict[str, Any]]) -> dict[str, list[tuple[str, int]]]:
    """By item, where the answers stand that were not taken back."""
    counts = {fields["body"].get("origin", fields)["hash"]: (fields["log"], fields["seq"]) for fields in once}
    stands_for = {(f["log"], f["seq"]): counts[f["body"].get("origin", f)["hash"]] for f in every}
    given: dict[str, list[tuple[str, int]]] = {}
    for fields in once:
        body, place = fields["body"], (fields["log"], fields["seq"])
        match fields["kind"]:
            case "item.answered":
                given.setdefault(body["item"], []).append(place)
            case "answer.undone":
                taken = stands_for.get((body["log"], body["seq"]))
                if taken in given.get(body["item"], []):
                    given[body["item"]].remove(taken)
            case "inspection.closed" | "inspection.voided":
                break
            case _:
                pass
    return {item: places for item, places in given.items() if places}


__all__ = ["are_alike", "check_all", "differences", "standing", "told"]
