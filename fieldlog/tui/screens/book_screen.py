"""What the screens on a book have in common: they show it again when they come to the top, and say what failed."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from fieldlog.book.book import Book
from fieldlog.domain.errors import FieldlogError
from fieldlog.domain.roles import looking_on, may_write
from fieldlog.tui.desk import desk_of
from fieldlog.tui.screens.ask import PickOne
from fieldlog.tui.screens.dialog import Dialog
from fieldlog.tui.screens.frame import FieldScreen

AnswerT = TypeVar("AnswerT")


class BookScreen(FieldScreen[None]):
    """A screen on a book. `show` draws what the book says now; it runs whenever the screen comes to the top."""

    def __init__(self, book: Book) -> None:
        super().__init__()
        self.book = book
        self.desk = desk_of(book)

    @property
    def at_work_in(self) -> tuple[Book, str] | None:
        """The book, and no inspection unless the screen says otherwise."""
        return self.book, ""

    @property
    def today(self) -> date:
        """The local calendar day."""
        return self.book.now().date()

    def show(self) -> None:
        """Draw what the book says now."""

    def on_screen_resume(self) -> None:
        """Somebody may have changed something on the screen that was on top."""
        self.look_again()

    def look_again(self) -> None:
        """Draw the screen and its status line anew."""
        self.fieldlog.status = self.desk.status()
        self.show()

    def attempt(self, step: Callable[[], object]) -> bool:
        """Do a step; a failure is one line on the screen, and nothing else changes."""
        try:
            step()
        except FieldlogError as error:
            self.notify(str(error), severity="error", timeout=8)
            return False
        finally:
            self.look_again()
        return True

    async def ask(self, dialog: Dialog[AnswerT] | FieldScreen[AnswerT]) -> AnswerT | None:
        """The answer of a dialog or a screen; None where it was left. For use in a worker."""
        return await self.fieldlog.push_screen_wait(dialog)

    async def officer_id(self) -> str | None:
        """Who acts. Asked once where nobody said so; None where the question was left, or this device only looks on."""
        device = self.book.device
        if not may_write(device.role, "hazard.commented"):
            self.notify(looking_on(device.role, device.id), severity="warning", timeout=8)
            return None
        if self.desk.officer is None:
            await self.choose_officer()
        officer = self.desk.officer
        return str(officer["id"]) if officer else None

    async def choose_officer(self) -> None:
        """Ask who works on this laptop from now on."""
        people = sorted(self.book.rows("officers"), key=lambda row: str(row["name"]))
        if not people:
            self.notify("还没有登记执法人员：在首页导入人员名册", severity="warning")
            return
        names = [f"{row['name']}  {row.get('post', '')}" for row in people]
        index = await self.ask(PickOne("现在由谁使用这台电脑", names))
        if index is not None:
            self.attempt(lambda: self.book.be(people[index]["id"]))
