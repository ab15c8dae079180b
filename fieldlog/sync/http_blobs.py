"""The attachments of one synchronisation: what the hub wants goes out, what entries name comes in."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from fieldlog.domain.errors import EnvironmentFault, FoundWrong, os_words
from fieldlog.domain.heads import Refusal
from fieldlog.sync.attachments import WantedBlobs
from fieldlog.sync.http_packs import Progress
from fieldlog.sync.hub import HubConnection
from fieldlog.sync.hub_blobs import blob_from, blob_size, put_blob
from fieldlog.sync.line import HubRefused
from fieldlog.sync.receipts import Receipt

if TYPE_CHECKING:
    from fieldlog.book.book import Book


class BlobExchange:
    """Both directions; one attachment that cannot come across does not keep the others."""

    def __init__(
        self, book: "Book", hub: HubConnection, progress: Progress, keep: Callable[[Receipt | None], None]
    ) -> None:
        """`keep` checks and keeps a receipt; `progress` may raise, to stop at the next chunk."""
        self._book = book
        self._hub = hub
        self._progress = progress
        self._keep = keep
        self.sent = self.received = 0
        self.refused: dict[str, Refusal] = {}
        self.hub_wants: tuple[str, ...] = ()
        """What the hub lacks and this device cannot bring."""

    def send(self, hub_wants: Sequence[str]) -> None:
        """Bring what the hub wants and is here; it asks for a limited number at once.

        Raises:
            EnvironmentFault: the line does not carry them, or one cannot be read.
            WrongReceipt: the office did not sign for one.
        """
        self.hub_wants = tuple(hub_wants)
        while ready := [sha256 for sha256 in self.hub_wants if self._book.blobs.has(sha256)]:
            for done, sha256 in enumerate(ready):
                self._send(sha256, done, len(ready))
            self.hub_wants = tuple(sorted(set(self._hub.state().wanted) - set(ready)))

    def _send(self, sha256: str, done: int, total: int) -> None:
        def moved() -> None:
            self._progress("附件", done, total)

        try:
            receipt = put_blob(self._hub, sha256, self._book.blobs.path(sha256), moved)
        except HubRefused as error:  # too big, or damaged here: the others go on
            self.refused[sha256] = Refusal("", 0, f"附件 {sha256[:12]}：{error}")
            return
        except OSError as error:
            raise EnvironmentFault(f"读不出附件 {sha256[:12]}：{os_words(error)}") from error
        self._keep(receipt)
        self.sent += 1
        self._progress("附件", done + 1, total)

    def receive(self, wanted: WantedBlobs, still_wanted: Sequence[str]) -> None:
        """Fetch what entries here name, but for what the hub itself still wants.

        Raises:
            EnvironmentFault: the line does not carry them, or the disk refused.
        """
        named = wanted.all()
        self._book.blobs.forget_parts(named)
        there = [sha256 for sha256 in named if sha256 not in still_wanted]
        for done, sha256 in enumerate(there):
            if (size := blob_size(self._hub, sha256)) is not None:
                self._receive(sha256, size, done, len(there))
        if there:
            wanted.settle()

    def _receive(self, sha256: str, size: int, done: int, total: int) -> None:
        def chunks_from(start: int) -> Iterator[bytes]:
            for chunk in blob_from(self._hub, sha256, start, size):
                yield chunk
                self._progress("附件", done, total)

        try:
            self._book.blobs.receive(sha256, chunks_from)
        except FoundWrong as error:
            self.refused[sha256] = Refusal("", 0, str(error))
            return
        self.received += 1
        self._progress("附件", done + 1, total)
