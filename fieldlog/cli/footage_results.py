"""What a scan and a check came to, as other programs get it: from the commands and from `record`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fieldlog.actions.footage_checking import Finding
    from fieldlog.actions.footage_scanning import Scanned


def scan_result(result: "Scanned") -> dict[str, Any]:
    """Counts, and what is wrong with which file."""
    return {
        "files": result.files, "new": result.new, "known": result.known, "moved": result.moved,
        "bytes": result.bytes, "slates": result.slates, "interrupted": result.interrupted,
        "broken": [{"path": path, "why": why} for path, why in result.broken],
        "problems": [{"path": path, "why": why} for path, why in result.unread],
    }  # fmt: skip


def check_result(found: "Sequence[Finding]", already: int, *, interrupted: bool) -> dict[str, Any]:
    """How many are the same, and which are not."""

    def of(result: str) -> list[dict[str, Any]]:
        return [_finding(each) for each in found if each.result == result]

    same = sum(each.result == "same" for each in found)
    problems = {result: of(result) for result in ("changed", "moved", "missing", "away", "unread")}
    return {"same": same, **problems, "already": already, "interrupted": interrupted}


def _finding(each: "Finding") -> dict[str, Any]:
    body = each.body
    row = {"id": each.row["id"], "path": each.path, "sha256": each.row["sha256"], "volume": body.volume if body else ""}
    return row | ({"found": body.found} if body and body.found else {}) | ({"why": each.why} if each.why else {})
