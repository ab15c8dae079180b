#!/usr/bin/env python3
"""Verify fieldlog logs with nothing of fieldlog: Python 3.11 and `cryptography` are enough. docs/format.md is the format.

    python verify_minimal.py [--key FILE]... PATH...

PATH is a file of entries (a month of a log, an export of a book or of a hub, a case file), a folder of such files of one log, or
a folder of logs (`DATA` or `DATA/log`). A pack becomes a file of entries by `zstd -d < PACK > FILE`.

`--key FILE` is a public key that you got from the office and not with the log, 64 hex digits; the file is named after the
device, `houye-01.pub`. A folder of such files will do, too. Without a key, the one that the log's first entry states is
used; then a seal proves that one device wrote all of it, but not which.

A case file may end with receipts of the office: its signature under what it held, and when. `--office-key FILE` is the office's
public key, got from the office; without it, the one that the receipt states is used. Where the office changed its keys, its
statements follow the receipts: each signed by the key before and the new one, so that one of its keys proves the others.

Exit 0: all entries hold. 1: something is wrong, or a log has no key. 2: nothing to verify.
"""

import argparse
import hashlib
import json
import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SHAPES = {
    "log": r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?",
    "prev": "[0-9a-f]{64}",
    "hlc": "[0-9a-f]{16}",
    "at": r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]\.[0-9]{3}[+-][0-9]{2}:[0-9]{2}",
    "kind": r"(?=.{1,60}\Z)[a-z_]+(?:\.[a-z_]+)+",
    "doc": "[0-9A-HJKMNP-TV-Z]{26}",
    "hash": "[0-9a-f]{64}",
}
FIELDS = {"v", "seq", "by", "body", *SHAPES}
LONGEST_LINE = 4 * 1024 * 1024
LONGEST_CLOCK = 253402300800000 << 16  # the year 10000
DEEPEST = 32


class Wrong(Exception):
    """What is wrong with an entry."""


def canonical(value: object) -> bytes:
    """RFC 8785, for values without floats and with ASCII keys."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def is_plain(value: object, depth: int = 0) -> bool:
    """No floats, no integer that a double cannot hold, ASCII keys, not too deep."""
    if isinstance(value, (dict, list)):
        if depth >= DEEPEST:
            return False
        keys = value if isinstance(value, dict) else ()
        inner = value.values() if isinstance(value, dict) else value
        return all(key.isascii() for key in keys) and all(is_plain(each, depth + 1) for each in inner)
    return value is None or isinstance(value, str) or (isinstance(value, int) and abs(value) < 2**53)


def read_entry(line: bytes) -> dict:
    """The entry in a line, sound in itself; a withheld body is its digest, a string."""
    if len(line) > LONGEST_LINE:
        raise Wrong("a line of more than 4 MiB")
    try:
        entry = json.loads(line)
        if not isinstance(entry, dict) or set(entry) != FIELDS or entry["v"] != 1 or entry["v"] is True:
            raise Wrong("not an entry of version 1")
        if canonical(entry) != line:
            raise Wrong("not in canonical form")
    except (ValueError, RecursionError) as error:
        raise Wrong("not JSON") from error
    for name, shape in SHAPES.items():
        if not isinstance(entry[name], str) or not re.fullmatch(shape, entry[name], re.ASCII):
            raise Wrong(f"{name} is malformed")
    body, seq = entry["body"], entry["seq"]
    if type(seq) is not int or not 1 <= seq < 2**53 or not isinstance(entry["by"], str):
        raise Wrong("seq or by is malformed")
    if int(entry["hlc"], 16) >= LONGEST_CLOCK:
        raise Wrong("hlc is beyond the year 9999")
    if isinstance(body, dict) and is_plain(body):
        digest = sha256(canonical(body))
    elif isinstance(body, str) and re.fullmatch("[0-9a-f]{64}", body):
        digest = body
    else:
        raise Wrong("body is malformed")
    covered = {name: value for name, value in entry.items() if name != "hash"} | {"body": digest}
    if sha256(canonical(covered)) != entry["hash"]:
        raise Wrong("the hash does not fit: it was changed")
    return entry


@dataclass
class Log:
    """One log as far as it was read."""

    seq: int = 0
    hash: str = "0" * 64
    hlc: str = ""
    withheld: int = 0
    sealed: int = 0
    key: str = ""
    given: bool = False
    broken: bool = False


def take(log: Log, entry: dict) -> None:
    """Follow the chain by one entry, and check the seal if it is one."""
    if entry["seq"] != log.seq + 1:
        raise Wrong(f"entry {entry['seq']} stands after entry {log.seq}")
    if entry["prev"] != log.hash:
        raise Wrong("does not follow the entry before it")
    if entry["hlc"] <= log.hlc:
        raise Wrong("the clock does not advance")
    body = entry["body"]
    if isinstance(body, str):
        log.withheld += 1
    elif entry["kind"] == "log.started" and entry["seq"] == 1:
        stated = body.get("public_key")
        if log.given and stated != log.key:
            raise Wrong("states another public key than the one given")
        log.key = str(stated)
    elif entry["kind"] == "log.sealed":
        check_seal(log, entry, body)
    log.seq, log.hash, log.hlc = entry["seq"], entry["hash"], entry["hlc"]


def check_seal(log: Log, entry: dict, body: dict) -> None:
    if body.get("upto") != log.seq or body.get("head") != log.hash:
        raise Wrong("the seal is not for the entry before it")
    if not log.key:
        return
    message = f"fieldlog seal 1\n{entry['log']}\n{log.seq}\n{log.hash}\n".encode()
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(log.key))
        key.verify(bytes.fromhex(str(body.get("signature"))), message)
    except (InvalidSignature, ValueError) as error:
        raise Wrong("the seal's signature is not this device's") from error
    log.sealed = log.seq


def read_receipt(line: bytes) -> dict | None:
    """The receipt of the office in a line that is one; nothing about it is proven."""
    if b'"fieldlog":"receipt"' not in line:
        return None
    receipt = json.loads(line)
    return receipt if isinstance(receipt, dict) and receipt.get("fieldlog") == "receipt" else None


def read_statement(line: bytes) -> tuple[str, str, int] | None:
    """A change of the office's keys in a line that is one: the key before, the new one, when."""
    if b'"fieldlog":"office-keys"' not in line:
        return None
    said = json.loads(line)
    if not isinstance(said, dict) or said.get("fieldlog") != "office-keys":
        return None
    authority = hashlib.sha256(said["authority"].encode()).hexdigest()
    lines = [
        "fieldlog office keys 1",
        said["before"],
        str(said["at"]),
        said["signing_key"],
        said["age_recipient"],
        authority,
    ]
    message = "".join(f"{line}\n" for line in lines).encode()
    try:
        for key, signature in ((said["before"], said["signature"]), (said["signing_key"], said["countersignature"])):
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError) as error:
        raise Wrong("the change of the office's keys is not signed by both") from error
    return said["before"], said["signing_key"], said["at"]


def office_keys(given: str, changes: list[tuple[str, str, int]]) -> dict[str, float]:
    """The keys of the office that has the given one, each with the time (ms) until which it signed."""
    newest = given
    for _ in changes:
        newest = next((after for before, after, _at in changes if before == newest), newest)
    keys = {newest: inf} if newest else {}
    for _ in changes:
        keys |= {before: at + 600_000 for before, after, at in changes if after in keys and before not in keys}
    return keys


def check_receipt(receipt: dict, hashes: dict[tuple[str, int], str], keys: dict[str, float]) -> list[str]:
    """What an office's receipt proves about these entries, a line each."""
    heads = sorted(receipt["heads"].items())
    lines = ["fieldlog receipt 1", receipt["unit"], receipt["device"], str(receipt["at"])]
    lines += [f"{log}:{seq}:{hash_}" for log, (seq, hash_) in heads]
    lines += [f"blobs:{sha256}" for sha256 in sorted(receipt["blobs"])]
    message = "".join(f"{line}\n" for line in lines).encode()
    stated = str(receipt.get("signing_key"))
    if keys and not any(
        signed(key, receipt["signature"], message) for key, until in keys.items() if receipt["at"] <= until
    ):
        raise Wrong("the receipt's signature is not the office's")
    if not keys and not signed(stated, receipt["signature"], message):
        raise Wrong("the receipt's signature is not the office's")
    when = datetime.fromtimestamp(receipt["at"] / 1000, UTC).isoformat(timespec="seconds")
    whose = "given key" if keys else "key from the receipt itself"
    proven = [f"received by the office at {when}: attachment {sha256} ({whose})" for sha256 in receipt["blobs"]]
    for log, (seq, hash_) in heads:
        if hashes.get((log, seq), hash_) != hash_:
            raise Wrong(f"the receipt is for another entry {seq} of {log}")
        if (log, seq) in hashes:
            proven.append(f"received by the office at {when}: {log} up to {seq} ({whose})")
    return proven


def signed(key: str, signature: str, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def files_of(path: Path) -> list[Path]:
    """The files of entries at a path, each log's in order."""
    if path.is_file():
        return [path]
    root = path / "log" if (path / "log").is_dir() else path
    month = re.compile(r"[0-9]{4}-[0-9]{2}\.jsonl")
    folders = [root, *sorted(each for each in root.iterdir() if each.is_dir())] if root.is_dir() else []
    return [file for folder in folders for file in sorted(folder.iterdir()) if month.fullmatch(file.name)]


def read_keys(paths: list[Path]) -> dict[str, str]:
    files = [file for path in paths for file in (sorted(path.glob("*.pub")) if path.is_dir() else [path])]
    return {file.stem: file.read_text("ascii").strip() for file in files}


def verify(
    files: list[Path], keys: dict[str, str], office_key: str = ""
) -> tuple[dict[str, Log], list[str], list[str]]:
    """Every log in the files, what is wrong, and what receipts prove; a log is followed to its first broken entry."""
    logs: dict[str, Log] = {}
    problems: list[str] = []
    proven: list[str] = []
    hashes: dict[tuple[str, int], str] = {}
    changes: list[tuple[str, str, int]] = []
    receipts: list[tuple[str, dict]] = []
    for file in files:
        with file.open("rb") as stream:
            for number, line in enumerate(iter(lambda: stream.readline(LONGEST_LINE + 2), b""), 1):
                log = None
                try:
                    if (receipt := read_receipt(line)) is not None:
                        receipts.append((f"{file} line {number}", receipt))
                        continue
                    if (change := read_statement(line)) is not None:
                        changes.append(change)
                        continue
                    entry = read_entry(line.removesuffix(b"\n"))
                    name = entry["log"]
                    log = logs.setdefault(name, Log(key=keys.get(name, ""), given=name in keys))
                    if log.broken:
                        continue
                    take(log, entry)
                    hashes[name, entry["seq"]] = entry["hash"]
                    if not line.endswith(b"\n"):
                        raise Wrong("the last line is cut off")
                except (Wrong, KeyError, TypeError) as error:
                    if log is not None:
                        log.broken = True
                    problems.append(f"{file} line {number}: {error}")
    for place, receipt in receipts:  # at the end, since what proves the key may stand after them
        try:
            proven += check_receipt(receipt, hashes, office_keys(office_key, changes))
        except (Wrong, KeyError, TypeError, ValueError) as error:
            problems.append(f"{place}: {error}")
    return logs, problems, proven


def main() -> int:
    parser = argparse.ArgumentParser(description="Verify fieldlog logs, exports and case files.")
    parser.add_argument(
        "--key", type=Path, action="append", default=[], metavar="FILE", help="DEVICE.pub, 64 hex digits"
    )
    parser.add_argument("--office-key", type=Path, metavar="FILE", help="the office's key, 64 hex digits")
    parser.add_argument("path", type=Path, nargs="+", metavar="PATH")
    arguments = parser.parse_args()
    try:
        keys = read_keys(arguments.key)
        files = [file for path in arguments.path for file in files_of(path)]
        office_key = arguments.office_key.read_text("ascii").strip() if arguments.office_key else ""
        logs, problems, proven = verify(files, keys, office_key)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    for name, log in sorted(logs.items()):
        if not log.key:
            problems.append(f"{name}: no public key; give it with --key {name}.pub")
        whose = "given key" if log.given else "key from the log itself"
        print(f"{name} {log.seq} {log.hash} sealed {log.sealed} withheld {log.withheld} ({whose})")
    for line in proven:
        print(line)
    for problem in problems:
        print(problem, file=sys.stderr)
    if not logs and not problems:
        print("no entries there", file=sys.stderr)
        return 2
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
