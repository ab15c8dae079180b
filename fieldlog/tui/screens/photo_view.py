"""Photos drawn in the terminal, before and after side by side; Enter opens one in the system's viewer."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from fieldlog.actions.photos import facts_of, name_and_time, open_photo, require_here
from fieldlog.actions.timeline import name_of
from fieldlog.book.book import Book
from fieldlog.domain.errors import NotFound
from fieldlog.domain.photos import Pair, Shot
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.widgets.picture import Picture
from fieldlog.tui.widgets.prose import Paragraph, Prose


class PhotoView(BookScreen):
    """One pair at a time, or a single photo over the whole width."""

    DEFAULT_CSS = """
    PhotoView #photos { height: 1fr; }
    PhotoView .photo { width: 1fr; padding: 0 1; }
    PhotoView .photo Prose { height: 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,1", "open('before')", "看图程序打开"),
        Binding("2", "open('after')", "打开右边"),
        Binding("right,down,pagedown,space", "turn(1)", "下一张"),
        Binding("left,up,pageup", "turn(-1)", "上一张", show=False),
    ]

    def __init__(self, book: Book, shown: Sequence[Pair]) -> None:
        super().__init__(book)
        self._pairs = tuple(shown)
        self._at = 0
        self._sides: list[tuple[Vertical, Picture, Prose]] = []

    def compose_body(self) -> Iterable[Widget]:
        """Two places, each with words below."""
        with Horizontal(id="photos"):
            for place in range(2):
                words = Prose()
                picture = Picture(
                    halves=not self.fieldlog.is_ascii, told=lambda why, place=place: self._told(place, why)
                )
                side = Vertical(picture, words, classes="photo")
                self._sides.append((side, picture, words))
                yield side

    def on_mount(self) -> None:
        """Show the first pair."""
        super().on_mount()
        self._draw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The right one can be opened where there are two; others come only where there are more."""
        if action == "turn":
            return len(self._pairs) > 1
        return len(self._shots) > 1 if parameters == ("after",) else True

    def action_turn(self, by: int) -> None:
        """Show others, round and round."""
        self._at = (self._at + by) % len(self._pairs)
        self._draw()
        self.refresh_bindings()

    def action_open(self, which: str) -> None:
        """Open the left or only one, or the right one, in the system's viewer."""
        shot = self._shots[-1 if which == "after" else 0]
        if self.attempt(lambda: open_photo(self.book, shot.body)):
            self.notify(f"已用系统的看图程序打开 {shot.body.name}")

    @property
    def _shots(self) -> list[Shot]:
        pair = self._pairs[self._at]
        return [shot for shot in (pair.before, pair.after) if shot is not None]

    def _draw(self) -> None:
        shots = self._shots
        for place, (side, picture, words) in enumerate(self._sides):
            side.display = place < len(shots)
            if place >= len(shots):
                picture.show_picture(None)
                continue
            shot = shots[place]
            words.show(self._words(shot))
            try:
                require_here(self.book, shot.body)
                picture.show_picture(self.book.blobs.path(shot.body.sha256))
            except NotFound as error:
                picture.show_picture(None)
                words.show([*self._words(shot)[:1], Paragraph(str(error), "warn")])

    def _words(self, shot: Shot) -> list[Paragraph]:
        many = f"{self._at + 1}/{len(self._pairs)}  " if len(self._pairs) > 1 else ""
        told = "  ".join([*facts_of(shot.body), f"{name_of(self.book, shot.by)} 附"])
        return [Paragraph(f"{many}{name_and_time(shot)}"), Paragraph(told, "muted")]

    def _told(self, place: int, why: str) -> None:
        if why and place < len(self._shots):
            self._sides[place][2].show([*self._words(self._shots[place])[:1], Paragraph(why, "warn")])
