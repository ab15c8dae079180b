"""What a simulated officer or supervisor does: one of the product's actions, as the state of things allows."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from benchmarks.simulate.township import ITEMS, LISTS
from fieldlog.actions import answering, assigning, evidence, hazards, own_lists, registers, visit_closing, visit_opening
from fieldlog.book.book import Book
from fieldlog.domain import bodies
from fieldlog.domain.checklist import Checklist
from fieldlog.domain.inspection_state import OPEN
from fieldlog.domain.procedure import PHOTO, UNANSWERED

Row = dict[str, Any]
REASONS: Final = dict.fromkeys((UNANSWERED, PHOTO, "P4", "P24"), "时间不够")
SIGNATURE: Final = bodies.Signature(way="paper")


class WeatherNoted(BaseModel):
    """A kind that only a newer version knows."""

    sky: str


class Officer:
    """Works on one book for one action."""

    def __init__(self, book: Book, dice: random.Random, photos: Path) -> None:
        self._book = book
        self._dice = dice
        self._photos = photos
        self._by = self._one("officers")["id"]

    def work(self) -> str:
        """Do something and say what; raises FieldlogError where that is not allowed now."""
        doings: list[tuple[int, Callable[[], str]]] = [
            (2, self._open), (1, self._register), (1, self._newer), (1, self._publish), (1, self._decide),
            (1, self._seal),
        ]  # fmt: skip
        if self._rows("inspections", OPEN):
            doings += [
                (12, self._answer), (3, self._undo), (2, self._note), (2, self._draft), (1, self._stage),
                (2, self._photo), (2, self._close), (1, self._find), (1, self._footage),
            ]  # fmt: skip
        if self._rows("hazards"):
            doings += [
                (2, self._rectify), (2, self._recheck), (2, self._edit), (1, self._extend), (1, self._assign),
                (2, self._close_hazard), (1, self._void), (1, self._request), (1, self._photo_of_hazard),
            ]  # fmt: skip
        weights, choices = zip(*doings, strict=True)
        doing = self._dice.choices(choices, weights)[0]
        return f"{doing.__name__.strip('_')} {doing()}"

    def _rows(self, table: str, state: str = "") -> list[Row]:
        rows = (row for row in self._book.rows(table) if not state or row["state"] == state)
        return sorted(rows, key=lambda row: str(row["id"]))

    def _one(self, table: str, state: str = "") -> Row:
        return self._dice.choice(self._rows(table, state))

    def _visit(self) -> str:
        return str(self._one("inspections", OPEN)["id"])

    def _hazard(self) -> str:
        return str(self._one("hazards")["id"])

    # visits

    def _open(self) -> str:
        people = [row["id"] for row in self._dice.sample(self._rows("officers"), 2)]
        premises = self._one("premises")["id"]
        lists = visit_opening.open_inspection(
            self._book, LISTS, self._by, premises=premises, lists=["lianxi"], officers=people
        )
        return lists.doc

    def _answer(self) -> str:
        value = self._dice.choice(("符合", "符合", "不符合", "不符合", "不适用", "待定"))
        finding = self._dice.choice((1, 2, None)) if value == "不符合" else None
        item, remark = self._dice.choice(ITEMS), self._dice.choice(("", "", "看过了"))
        done = answering.answer(self._book, self._by, self._visit(), item, value, finding=finding, remark=remark)
        return f"{item} {value} {done.entry.log}:{done.entry.seq}"

    def _undo(self) -> str:
        return answering.undo(self._book, self._by, self._visit())[1]

    def _note(self) -> str:
        item = self._dice.choice((*ITEMS, ""))
        return answering.note(self._book, self._by, self._visit(), self._words(), item).doc

    def _draft(self) -> str:
        return answering.save_draft(self._book, self._by, self._visit(), "note:lianxi-1", self._words()).doc

    def _stage(self) -> str:
        stage: Any = self._dice.choice(("亮证", "告知", "现场检查", "笔录签字"))
        return evidence.reach_stage(self._book, self._by, self._visit(), stage).doc

    def _footage(self) -> str:
        return evidence.link_footage(self._book, self._by, self._visit(), camera="03", item=ITEMS[0]).doc

    def _photo(self) -> str:
        return self._photograph(self._visit(), self._dice.choice((*ITEMS, "")))

    def _photograph(self, doc: str, item: str = "") -> str:
        path = self._photos / f"{self._dice.randrange(12)}.jpg"
        path.write_bytes(random.Random(path.name).randbytes(3000))
        return evidence.attach_photo(self._book, self._by, doc, path, item).doc

    def _close(self) -> str:
        return visit_closing.close(self._book, self._by, self._visit(), signature=SIGNATURE, reasons=REASONS).doc

    # hazards

    def _find(self) -> str:
        found = hazards.find(self._book, self._by, text=self._words(), inspection=self._visit())
        return str(found.fields["number"])

    def _rectify(self) -> str:
        return hazards.rectify(self._book, self._by, self._hazard(), note="改好了").doc

    def _recheck(self) -> str:
        passed, people = self._dice.random() < 0.7, [row["id"] for row in self._rows("officers")[:2]]
        return hazards.recheck(self._book, self._by, self._hazard(), passed=passed, note="看过", officers=people).doc

    def _edit(self) -> str:
        return hazards.edit(self._book, self._by, self._hazard(), text=self._words(), measure=self._words()).doc

    def _extend(self) -> str:
        due = f"20{self._dice.randrange(26, 29)}-12-2{self._dice.randrange(10)}"
        return hazards.extend(self._book, self._by, self._hazard(), due=due, reason="等配件", approver="王某丙").doc

    def _assign(self) -> str:
        return assigning.assign(self._book, self._by, self._hazard(), self._one("officers")["id"]).doc

    def _request(self) -> str:
        return hazards.request_closing(self._book, self._by, self._hazard()).doc

    def _close_hazard(self) -> str:
        reason = self._dice.choice(("整改到位", "整改到位", "停用"))
        return hazards.close(
            self._book, self._by, self._hazard(), reason=reason, approver="王某丙", note=self._words()
        ).doc

    def _void(self) -> str:
        return hazards.void(self._book, self._by, self._hazard(), self._words()).doc

    def _photo_of_hazard(self) -> str:
        return self._photograph(self._hazard())

    # what else there is

    def _register(self) -> str:
        if self._dice.random() < 0.5:
            return registers.register_premises(self._book, self._by, name=self._words()).doc
        return registers.change_premises(self._book, self._by, self._one("premises")["id"], contact=self._words()).doc

    def _publish(self) -> str:
        version = f"2026.{self._dice.randrange(2, 9)}"
        words = {"text": self._words(), "title": "本所清单", "id": "bensuo", "version": version}
        item = {**LISTS["lianxi"].sections[0].items[0].model_dump(mode="json"), "id": "bensuo-1", "text": words["text"]}
        fields = {**LISTS["lianxi"].model_dump(mode="json"), **words, "sections": [{"title": "现场", "items": [item]}]}
        fields.pop("text")
        library: Any = _NoLibrary()
        return own_lists.publish(self._book, library, self._by, Checklist.model_validate(fields)).doc

    def _decide(self) -> str:
        rows = self._rows("published")
        if not rows:
            return "nothing to decide"
        doc, decide = self._dice.choice(rows)["id"], self._dice.choice((own_lists.approve, own_lists.decline))
        return decide(self._book, self._by, doc, self._words()).doc

    def _seal(self) -> str:
        return "again" if self._book.seal() is None else "now"

    def _newer(self) -> str:
        """Write an entry of a kind that no laptop here knows, as the next version would."""
        bodies.KIND_OF[WeatherNoted] = "weather.noted"  # pyright: ignore[reportArgumentType]
        try:
            docs = [*self._rows("inspections"), *self._rows("hazards")]
            doc = self._dice.choice(docs)["id"] if docs else self._book.new_id()
            sky: Any = WeatherNoted(sky=self._words())
            return self._book.write(self._by, str(doc), sky).doc
        finally:
            del bodies.KIND_OF[WeatherNoted]  # pyright: ignore[reportArgumentType]

    def _words(self) -> str:
        return "".join(self._dice.choices("东侧通道堆放纸箱灭火器压力不足𠮷", k=self._dice.randint(1, 12)))


class _NoLibrary:
    """A shelf without lists, since reading the shipped ones takes longer than all else."""

    def origins(self, _list_id: str) -> list[object]:
        return []

    def head(self, _list_id: str) -> None:
        return None
