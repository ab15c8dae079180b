"""Asking for a local item and for a typical finding, line by line; what is half typed is journalled."""

from collections.abc import Callable, Sequence
from typing import Any

from fieldlog.actions import answering, list_drafts
from fieldlog.domain.checklist_parts import Item
from fieldlog.domain.observed import observed_quantity
from fieldlog.domain.people import StartedLog
from fieldlog.tui.drafts import DraftKeeper
from fieldlog.tui.screens.ask import AskLine, PickOne
from fieldlog.tui.screens.book_screen import BookScreen

Data = dict[str, Any]
LONGEST = 120
"""Characters of one line of a list."""
_TYPING = "typing:list:"
_LEVELS = ("一般隐患", "只记录，不算隐患")


class LineAsker:
    """Asks for lines one after another. What was typed when the program was killed stands in the field again."""

    def __init__(self, screen: BookScreen, by: str, about: str) -> None:
        self._screen = screen
        self._about = about
        book = screen.book

        def save(field: str, text: str) -> object:
            return answering.save_draft(book, by, book.device.doc, field, text)

        def failed(error: Exception) -> None:
            screen.notify(str(error), severity="error")

        self._drafts = DraftKeeper(screen, save, failed)
        self._fields: list[str] = []

    async def line(
        self, title: str, value: str, check: Callable[[str], str | None], hint: str = "", *, typed_over: bool = False
    ) -> str | None:
        """A line; None where the question was left, its text stays for the next time.

        `typed_over`: the value is a suggestion, and the first letter takes its place.
        """
        field = f"{_TYPING}{self._about}:{title}"
        state = self._screen.book.document(self._screen.book.device.doc)
        kept = state.drafts.get(field, "") if isinstance(state, StartedLog) else ""
        self._drafts.known(field, kept)
        self._fields.append(field)
        ask = AskLine(
            title,
            value=kept or value,
            placeholder=hint,
            check=check,
            on_draft=lambda text: self._drafts.change(field, text),
            typed_over=typed_over,
        )
        words = await self._screen.ask(ask)
        self._drafts.flush()
        return words

    def done(self) -> None:
        """Everything was asked: nothing is half typed any more."""
        for field in self._fields:
            self._drafts.end(field)


async def ask_item(screen: BookScreen, by: str, section: str, known: Item | None) -> Data | None:
    """A local item as a draft holds it, without an id where it is new; None where a question was left."""
    asker = LineAsker(screen, by, known.id if known is not None else section)
    item = list_drafts.item_data(known) if known is not None else {}
    text = await asker.line(
        "检查内容：一句话，符合就是好", item.get("text", ""), no_statement, "如 场镇古街消防水缸有水"
    )
    how = (
        None
        if text is None
        else await asker.line("怎么查：看什么、问什么、量什么", item.get("how_to_check", ""), sentence)
    )
    if how is None:
        return None
    basis = "；".join(str(each) for each in known.basis) if known is not None else ""
    basis = await asker.line("依据", basis, no_basis, "如 消防法第十六条第一款第二项，或文件全名")
    if basis is None:
        return None
    level = await screen.ask(PickOne("不符合时算什么", _LEVELS))
    if level is None:
        return None
    changed = {**item, "text": text, "how_to_check": how, "basis": list_drafts.read_basis(basis)[0]}
    if level == 1:
        changed |= {"level": None, "deadline_days": item.get("deadline_days", 0), "findings": []}
        asker.done()
        return changed
    findings: list[Data] = item.get("findings") or []
    if not findings:
        finding = await ask_finding(asker, None)
        if finding is None:
            return None
        findings = [finding]
    asker.done()
    return changed | {"level": "一般", "deadline_days": findings[0]["days"], "findings": findings}


async def ask_finding(asker: LineAsker, known: Data | None) -> Data | None:
    """A typical finding; None where a question was left."""
    finding = known or {}
    text = await asker.line("常见问题：不写数量", finding.get("text", ""), no_finding, "如 水缸没有水")
    measure = (
        None if text is None else await asker.line("整改措施", finding.get("measure", ""), sentence, "如 把水缸加满")
    )
    if measure is None:
        return None
    days = await asker.line("几天内改好，0 是当场", str(finding.get("days", 7)), no_days, typed_over=True)
    if days is None:
        return None
    return {**finding, "text": text, "measure": measure, "days": int(days)}


def sentence(text: str) -> str | None:
    """Why it is no line of a list."""
    if not text.strip():
        return "要写内容"
    return f"太长，最多 {LONGEST} 个字" if len(text) > LONGEST else None


def no_statement(text: str) -> str | None:
    """Why it is nothing that 符合 is good of."""
    good = list_drafts.statement_of(text)
    return sentence(text) or (f"不写问句，写符合时的样子，如 {good}" if good else None)


def no_finding(text: str) -> str | None:
    """Why it is no typical finding: it must be true of whatever an officer sees."""
    observed = observed_quantity(text)
    return sentence(text) or (f"{observed} 像是已经查到的数量：改成不带数量的说法" if observed else None)


def no_basis(text: str) -> str | None:
    """Why it is no basis."""
    citations, rest = list_drafts.read_basis(text)
    if not citations:
        return "看不懂：写成 消防法第十六条第一款第二项，或《文件全名》"
    return f"这一段看不懂：{rest[:40]}" if rest else None


def no_days(text: str) -> str | None:
    """Why it is no number of days; an input method types its digits full-width."""
    good = text.isdecimal() and len(text) <= 3 and int(text) <= 365
    return None if good else "写 0 到 365 的整数"


def moved(findings: Sequence[Data], place: int, by: int) -> list[Data]:
    """The findings with one at another place."""
    order = list(findings)
    order.insert(min(max(place + by, 0), len(order) - 1), order.pop(place))
    return order
