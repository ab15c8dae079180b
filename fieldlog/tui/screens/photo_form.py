# pyright: reportUnknownMemberType=false
# Textual leaves `App` and `Screen` without their type parameters.
"""Which file is the photo: the newest of a folder by one key, or a path that is typed, pasted or dropped here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar, cast

from textual import work
from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.book.book import Book
from fieldlog.book.photo_folder import PhotoFolder, read_photo_folder, write_photo_folder
from fieldlog.domain.errors import os_words
from fieldlog.domain.photos import WHEN_WORDS, When
from fieldlog.pictures.newest import Found, likely_folders, newest_pictures
from fieldlog.tui.screens.ask import PickOne
from fieldlog.tui.screens.dialog import Dialog
from fieldlog.tui.typed_path import path_of
from fieldlog.tui.widgets.cells import fit
from fieldlog.tui.widgets.prose import Paragraph, Prose
from fieldlog.tui.widgets.text_field import TextField

_OFFERED = 5
_HOW = "写文件或文件夹的位置，也可以拖进来、粘贴"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The file that was chosen."""

    path: Path
    when: When = ""
    found: Found | None = None
    """As the folder lists it, where it was taken from there."""


class PhotoForm(Dialog[Chosen]):
    """A field for a path, and below it the newest photos of the folder that this device remembers.

    Enter on an empty field takes the photo under the cursor; that is the newest one, where it is newer than the last one
    taken. A folder typed into the field is remembered.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "选照片"),
        Binding("up", "move(-1)", "选照片", show=False),
        Binding("f4", "choose_folder", "换文件夹"),
        Binding("f6", "turn", "整改前后"),
    ]

    def __init__(self, book: Book, title: str, when: When = "") -> None:
        """`when` is asked about only where it is not empty."""
        super().__init__(title)
        self._book = book
        self._when: When = when
        self._known = read_photo_folder(book.folder)
        self._found: list[Found] = []
        self._cursor = -1
        self._looking = bool(self._known.folder)
        self._field = TextField(placeholder=_HOW)
        self._field.action_words = {"submit": "附这张"}  # pyright: ignore[reportAttributeAccessIssue]
        self._said = Prose()
        self._offer = Prose()

    def compose_body(self) -> Iterable[Widget]:
        """The field, what is wrong with it, the newest photos."""
        yield self._field
        yield self._said
        yield self._offer

    def on_mount(self) -> None:
        """Look into the folder while the officer may type already."""
        super().on_mount()
        self._draw()
        self._look()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only of a hazard there is a before and an after; only where photos are listed can one be chosen."""
        if action == "turn":
            return bool(self._when)
        return bool(self._found) if action == "move" else True

    def on_text_field_draft(self) -> None:
        """What was wrong is being put right."""
        self._said.show("")

    def on_input_submitted(self) -> None:
        """Take what is typed, or else the photo under the cursor."""
        typed = self._field.value.strip()
        if typed:
            self._take_typed(typed)
        elif 0 <= self._cursor < len(self._found):
            found = self._found[self._cursor]
            self.dismiss(Chosen(Path(found.path), self._when, found))
        elif self._looking:
            self._complain("正在看文件夹里有什么，稍等")
        elif self._found:
            self._complain("没有比上次更新的照片；用上下键选一张，或写文件的位置")
        else:
            self._complain("没有写文件的位置；按 F4 选手机或相机的文件夹")

    def action_move(self, by: int) -> None:
        """Go to another photo."""
        self._cursor = max(0, min(self._cursor + by, len(self._found) - 1))
        self._draw()

    def action_turn(self) -> None:
        """Say that it is from before the rectification, or from after."""
        self._when = "before" if self._when == "after" else "after"
        self._draw()

    @work
    async def action_choose_folder(self) -> None:
        """Offer the places where telephones and cards stand on this machine."""
        places = likely_folders(Path.home())
        if not places:
            self._complain("没有找到手机、存储卡；插上再按 F4，或把文件夹拖进来按 Enter")
            return
        asked = PickOne("从哪个文件夹取照片", [str(place) for place in places])
        index = cast("int | None", await self.app.push_screen_wait(asked))  # None where it was left
        if index is not None:
            self._use(places[index])

    def _take_typed(self, typed: str) -> None:
        try:
            path = path_of(typed)
            if path.is_dir():
                self._field.value = ""
                self._use(path)
            elif path.is_file():
                self.dismiss(Chosen(path, self._when))
            else:
                self._complain(f"没有这个照片文件，请核对位置和文件名：{path.name}")
        except (OSError, ValueError) as error:
            self._complain(os_words(error) if isinstance(error, OSError) else "位置里有不能用的字符")

    def _use(self, folder: Path) -> None:
        """Take photos from that folder from now on."""
        try:
            whole = str(folder.absolute())
        except OSError as error:
            self._complain(os_words(error))
            return
        if whole != self._known.folder:
            self._known = PhotoFolder(whole, 0, ())
            write_photo_folder(self._book.folder, self._known)
        self._found, self._cursor, self._looking = [], -1, True
        self._draw()
        self._look()

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _look(self) -> None:
        """List the folder beside the keys: a telephone may take seconds to answer."""
        known = self._known
        if not known.folder:
            return
        try:
            found = newest_pictures(Path(known.folder), _OFFERED + len(known.taken))
        except OSError as error:
            self.app.call_from_thread(self._looked, known, [], os_words(error))
            return
        taken = set(known.taken)
        self.app.call_from_thread(self._looked, known, [each for each in found if each.path not in taken], "")

    def _looked(self, known: PhotoFolder, found: list[Found], why: str) -> None:
        if known is not self._known or not self.is_mounted:
            return
        self._looking = False
        self._found = found[:_OFFERED]
        self._cursor = 0 if self._found and self._found[0].modified_ns > known.newest_ns else -1
        if why:
            self._complain(f"读不出 {known.folder}：{why}。手机要解锁并允许传文件；换文件夹按 F4")
        self._draw()
        self.refresh_bindings()

    def _complain(self, text: str) -> None:
        self._said.show([Paragraph(text, "bad")])

    def _draw(self) -> None:
        lines = [Paragraph(f"这张是{WHEN_WORDS[self._when]}的", "accent")] if self._when else []
        if not self._known.folder:
            lines.append(Paragraph("按 F4 选手机或相机的文件夹，以后最新的一张按 Enter 就附上", "muted"))
        elif self._looking:
            lines.append(Paragraph(f"正在看 {self._known.folder}", "muted"))
        else:
            lines.append(Paragraph(f"{self._known.folder}{'' if self._found else ' 里没有没附过的照片'}", "muted"))
        self._offer.show([*lines, *(self._line(place, each) for place, each in enumerate(self._found))])

    def _line(self, place: int, found: Found) -> Paragraph:
        made = datetime.fromtimestamp(found.modified_ns / 1e9, self._book.now().tzinfo)
        new = "新" if found.modified_ns > self._known.newest_ns else "旧"
        words = f"{new} {made:%m-%d %H:%M} {fit(found.name, 36)}"
        return Paragraph(f"> {words}", "accent") if place == self._cursor else Paragraph(words, "", 2, indented=True)


def remember_taken(book: Book, chosen: Chosen) -> None:
    """Note that the photo was attached, so that the next one is offered."""
    if chosen.found is not None:
        known = read_photo_folder(book.folder)
        write_photo_folder(book.folder, known.with_taken(chosen.found.path, chosen.found.modified_ns))
