"""What the screens of one book share: who works now, what waits, and indexes that take time to build."""

from threading import Lock
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from fieldlog.actions.ledger import HazardLedger, plain
from fieldlog.actions.ways_home import waiting, ways_home
from fieldlog.book.book import Book
from fieldlog.book.search import PremisesSearch, spell
from fieldlog.domain.roles import NAMES, VIEWER, is_read_only
from fieldlog.tui.status import Status

if TYPE_CHECKING:
    from fieldlog.library import Library

Row = dict[str, Any]


class Desk:
    """One for each open book.

    The book belongs to the screens' thread. A thread that synchronises holds `exchange` and then has the book for
    itself: a dialog keeps every other screen from it, and whoever closes the book takes the lock first.
    """

    def __init__(self, book: Book) -> None:
        self.book = book
        self.exchange = Lock()
        self.ledger = HazardLedger()
        self._ledger_seen: tuple[object, ...] = ()
        self._premises = PremisesSearch()
        self._premises_seen: tuple[object, ...] | None = None

    @property
    def library(self) -> "Library":
        """The shipped checklists, those in `DATA/checklists`, and the office's published ones, which come first."""
        from fieldlog.actions.own_lists import library_of  # noqa: PLC0415 - YAML and the lists' models take 60 ms

        return library_of(self.book)

    @property
    def officer(self) -> Row | None:
        """Who works on this laptop now, or None where nobody said so."""
        return self.book.row("officers", self.book.device.officer)

    def status(self) -> Status:
        """What the header says."""
        book, officer = self.book, self.officer
        wait = waiting(book, ways_home(book.folder))
        return Status(
            unit=book.device.unit_name,
            device=book.device.id,
            officer=str(officer["name"]) if officer else "" if book.device.role == VIEWER else "未选人员",
            offline_days=wait.days,
            unsynced=wait.entries,
            warning=self._warning(),
        )

    def _warning(self) -> str:
        if self.book.read_only:
            return f"{self.book.damages[0].title}，只读" if self.book.damages else "只读"
        if self.book.clock_doubt:
            return "时间存疑"
        role = self.book.device.role
        if not is_read_only(role):
            return ""
        return "只能查看" if role == VIEWER else f"{NAMES[role]}，只能查看"

    # premises

    @property
    def premises_indexed(self) -> bool:
        """Whether the index was built once; bringing it up to date costs little from then on."""
        return self._premises_seen is not None

    def index_premises(self, rows: list[Row]) -> None:
        """Work out the pinyin of all premises; may run in a thread, with a list of the rows made before."""
        self._premises.update(rows)
        self._premises_seen = ()

    def find_premises(self, typed: str) -> list[Row]:
        """Premises that hold every word, best first; by their plain names and codes while there is no index yet."""
        table = self.book.table("premises")
        if not self.premises_indexed:
            words = plain(typed).split()
            return [row for row in table.rows.values() if _holds(row, words)]
        if self._premises_seen != (table, table.changes):
            self._premises.update(table.rows.values())
            self._premises_seen = (table, table.changes)
        found = (table.rows.get(key) for key in self._premises.find(typed))
        return [row for row in found if row is not None]

    # hazards

    def current_ledger(self) -> HazardLedger:
        """The ledger, brought up to date with the book."""
        hazards, premises = self.book.table("hazards"), self.book.table("premises")
        seen = (hazards, hazards.changes, premises, premises.changes)  # after a fork the tables are others
        if seen != self._ledger_seen:
            self.ledger.update(hazards.rows.values(), premises.rows.values())
            self._ledger_seen = seen
        return self.ledger

    def index_ledger(self) -> None:
        """Put the texts of all hazards together; may run in a thread."""
        self.ledger.index(lambda name: spell(name)[1])


_desks: WeakKeyDictionary[Book, Desk] = WeakKeyDictionary()


def desk_of(book: Book) -> Desk:
    """The desk of that book, the same for every screen."""
    desk = _desks.get(book)
    if desk is None:
        desk = _desks[book] = Desk(book)
    return desk


def _holds(row: Row, words: list[str]) -> bool:
    text = plain(f"{row['name']}\n{row['uscc']}\n{row['address']}")
    return all(word in text for word in words)
