"""What the last synchronisations did not take in: kept, so that it is not told once and gone.

In `DATA/refused.json`. It says what happened, decides nothing, and may be lost.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import orjson

from fieldlog.book.durable import replace_file
from fieldlog.domain.heads import Refusal

_NAME: Final = "refused.json"
_MOST: Final = 60


@dataclass(frozen=True, slots=True)
class Refused:
    """One entry or attachment that was not taken in, and everything after it in that log with it."""

    target: str
    """With whom the exchange was: a hub's address or a folder."""
    log: str
    """Empty for an attachment."""
    seq: int
    why: str
    first: str
    """When it was told first, RFC 3339."""
    last: str
    """When it was told last."""
    over: str = ""
    """When an exchange with the same target went without it; empty while it still stands."""

    @property
    def stands(self) -> bool:
        """Whether it was still so at the last exchange."""
        return not self.over


def refusals(folder: Path) -> list[Refused]:
    """What was not taken in, what still stands first, the newest first in each; a damaged file counts as an empty one."""
    try:
        read: Any = orjson.loads((folder / _NAME).read_bytes())
        kept = [Refused(**fields) for fields in read]
    except (OSError, ValueError, TypeError):
        return []
    return _in_order(each for each in kept if _is_sound(each))


def note_refusals(folder: Path, target: str, refused: Iterable[Refusal], at: str) -> None:
    """Remember what an exchange with `target` did not take in; what it told before and does not now is over.

    Where the disk refuses, nothing is remembered: that an exchange went well matters more.
    """
    before = refusals(folder)
    kept = {(each.log, each.seq, each.why): each for each in before if each.target == target}
    now = {(each.log, each.seq, each.why) for each in refused}
    for key in now | kept.keys():
        each = kept.get(key, Refused(target, *key, first=at, last=at))
        kept[key] = replace(each, last=at, over="") if key in now else replace(each, over=each.over or at)
    everything = _in_order([*kept.values(), *(each for each in before if each.target != target)])[:_MOST]
    if everything != before:
        with suppress(OSError):
            rows = [asdict(each) for each in everything]
            replace_file(folder / _NAME, orjson.dumps(rows, option=orjson.OPT_INDENT_2))


def _in_order(kept: Iterable[Refused]) -> list[Refused]:
    return sorted(sorted(kept, key=lambda each: each.last, reverse=True), key=lambda each: bool(each.over))


def way_on(refused: Refused, own: str) -> str:
    """What to do about it, in one line."""
    if refused.over:
        return "已经过去，不用再办"
    if not refused.log:
        return "附件原件还在原来的电脑上，不会丢；再同步一次，仍不收就把这一行告诉办公室"
    if refused.log == own and refused.why.startswith("另一台电脑"):
        return "先问办公室登记的是哪一台；不是本机，就到同步界面再同步一次，按 1 换用新编号"
    if refused.log == own and "--fork" in refused.why:
        return "到同步界面再同步一次，按 1 换用新日志；两边的记录都留着"
    if refused.log == own:
        return "本机的记录都在；再同步一次，仍不收就不要改动任何文件，把这一行告诉办公室"
    return f"之前的都已收下；请 {refused.log} 自己再同步一次，仍不收就联系用那台电脑的人"


def _is_sound(each: Refused) -> bool:
    texts = (each.target, each.log, each.why, each.first, each.last, each.over)
    return all(isinstance(text, str) for text in texts) and type(each.seq) is int  # pyright: ignore[reportUnnecessaryIsInstance]
