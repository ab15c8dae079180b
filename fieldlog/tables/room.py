"""Fitting an office's long cells into lines of 120 characters, with nothing lost."""

import re
from typing import Final

LONGEST: Final = 120
_PARTS = re.compile(r"(?<=[；;。\n])(?!$)")
_NUMBERED = re.compile(r"(?:^|(?<=[\n；;。：:]))\s*(?=(?:\d{1,2}[、.．)）](?!\d)|[(（]\d{1,2}[)）]|[①-⑳])\s*\S)")


def one_line(text: str) -> str:
    """The text on one line, breaks as semicolons where no mark stands before them."""
    joined = re.sub(r"(?<=[，,；;。：:、])\n+", "", text.strip())
    return re.sub(r"\s*\n+\s*", "；", joined).strip()


def numbered_parts(text: str) -> list[str]:
    """The checks that one cell lists as 1、 2、 or ① ②; one part where it lists none. A lead-in goes before each."""
    starts = sorted({found.end() for found in _NUMBERED.finditer(text)})
    if len(starts) < 2:
        return [text]
    lead = text[: starts[0]].strip().rstrip("：:；;。\n")
    pieces = [text[at:end].strip() for at, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    bare = [
        re.sub(r"^(?:\d{1,2}[、.．)）]|[(（]\d{1,2}[)）]|[①-⑳])\s*", "", piece).strip("；;。\n ") for piece in pieces
    ]
    if any(len(piece) < 3 for piece in bare) or len(lead) > 30:
        return [text]
    return [f"{lead}：{piece}" if lead else piece for piece in bare]


def sentences(text: str) -> list[str]:
    """The text in pieces of at most 120 characters, cut between sentences where possible."""
    pieces: list[str] = []
    for part in _PARTS.split(text):
        if pieces and len(pieces[-1]) + len(part) <= LONGEST:
            pieces[-1] += part
        else:
            pieces.append(part)
    whole: list[str] = []
    for piece in pieces:
        rest = piece.strip()
        while len(rest) > LONGEST:
            cut = max(rest.rfind(mark, 0, LONGEST) for mark in "，,、；;。 ") + 1
            cut = cut if cut > LONGEST // 3 else LONGEST
            whole.append(rest[:cut].strip())
            rest = rest[cut:].strip()
        if rest:
            whole.append(rest)
    return whole


def fitted(parts: list[str], mark: str = "；") -> tuple[str | None, list[str]]:
    """As many parts, in order, as one line takes, and the parts left over."""
    kept = ""
    left: list[str] = []
    for part in parts:
        longer = f"{kept}{mark}{part}" if kept else part
        if part and len(longer) <= LONGEST:
            kept = longer
        elif part:
            left.append(part)
    return kept or None, left
