"""Synchronising with the hub over HTTP.

Nothing is remembered of what the hub held last time: its heads are asked for, and what it lacks is sent. A hub that
was restored from an older backup therefore gets everything again by itself, and where nothing is new, that question
is the only round trip.
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from fieldlog.domain.heads import Head, Refusal
from fieldlog.sync import roster
from fieldlog.sync.attachments import WantedBlobs
from fieldlog.sync.branching import Parted
from fieldlog.sync.exchange import PLAIN, SyncResult, best_way, missing, pieces, read_pack, write_pack
from fieldlog.sync.following import OfficeWord
from fieldlog.sync.http_blobs import BlobExchange
from fieldlog.sync.http_branches import common_with_hub, others_parted, refuse_parted, show_branch
from fieldlog.sync.http_packs import Progress, gained, is_ahead, no_progress, own_first, packed, telling, went_back
from fieldlog.sync.http_stranded import branch, hand_over_cases, have_written_again
from fieldlog.sync.hub import HubConnection
from fieldlog.sync.hub_answers import Answer
from fieldlog.sync.joining import any_state, credential_for, join, require_own, take_along
from fieldlog.sync.line import PAUSES, HubBusy, LineCut, Stride, Transport, Wait, hub_address
from fieldlog.sync.receipts import Receipt, keep_receipt

if TYPE_CHECKING:
    from fieldlog.book.book import Book

_ROUNDS: Final = 4


def sync_http(
    book: "Book",
    url: str,
    enrol_code: str | None = None,
    progress: Progress = no_progress,
    *,
    wait: Wait = time.sleep,
    transport: "Transport | None" = None,
    fork: bool = False,
    acknowledged: int = 0,
) -> SyncResult:
    """Exchange entries and attachments with the hub at `url`; with `enrol_code` this device enrols first.

    Args:
        progress: is told how far it is; what it raises stops the exchange.
        wait: how to wait between tries.
        transport: what carries the requests, if not the network.
        fork: where the own log parted from the hub's, go on under a new log (`docs/decisions/0009-fork.md`).
        acknowledged: how many entries of the own log this hub has acknowledged before.

    Raises:
        UsageError: `url` is no hub's address.
        EnvironmentFault: no network, no hub there, no access, or the disk refused. What was acknowledged stays so.
    """
    address = hub_address(url)
    if enrol_code is not None:
        join(book, address, enrol_code, wait, transport)
    credential = credential_for(book, address, wait, transport)
    with HubConnection(address, telling(wait, progress), transport, credential.authority) as hub:
        hub.use_token(credential.token)
        return _Exchange(book, hub, progress, fork, acknowledged).run()


class _Exchange:
    """One synchronisation: first what the hub holds, then out, then in, then attachments."""

    def __init__(
        self, book: "Book", hub: HubConnection, progress: Progress, fork: bool = False, acknowledged: int = 0
    ) -> None:
        self._book = book
        self._hub = hub
        self._progress = progress
        self._own = book.device.id
        self._wanted = WantedBlobs(book.blobs)
        self._stride = Stride(hub.line.wait)
        self._heads: dict[str, Head] = {}
        self._hub_wants: tuple[str, ...] = ()
        self._way = PLAIN
        self._sent = self._received = 0
        self._refused: dict[str, Refusal] = {}
        self._stopped: set[str] = set()
        self._fork_shown = False
        self._may_fork = fork
        self._acknowledged = acknowledged
        self._went_back = 0
        self._parted: Parted | None = None
        self._office = OfficeWord(book, hub)
        self._heard: Mapping[str, int] = {}
        self._stranded: tuple[str, ...] | None = None
        self._left: dict[str, Head] = {}

    def run(self) -> SyncResult:
        """Do it all, and say what was done."""
        self._ask()
        self._went_back = went_back(self._book, self._heads, self._own, self._acknowledged)
        self._bring_own()
        if self._own in self._refused:
            self._part()
        self._receive(skip=frozenset({self._own}))
        self._let_give_way()
        self._bring_stranded()
        blobs = BlobExchange(self._book, self._hub, self._progress, self._take_receipt)
        blobs.send(self._hub_wants)
        blobs.receive(self._wanted, still_wanted=blobs.hub_wants)
        self._refused |= blobs.refused
        return SyncResult(
            self._hub.url,
            self._sent,
            self._received,
            self._heads,
            blobs.sent,
            blobs.received,
            tuple(self._refused.values()),
            self._parted,
            self._went_back,
            heard=self._heard,
        )

    def _bring_own(self) -> None:
        if is_ahead(self._book, self._heads, self._own):
            self._receive(skip=frozenset())  # this laptop's data is older than what it sent before: it gets that back
        self._book.seal()
        if is_ahead(self._book, self._heads, self._own):
            self._show_fork()
        self._send()

    def _ask(self) -> None:
        device = self._book.device
        mine = self._book.heads().get(device.id)
        state = any_state(self._book, self._hub, min(self._acknowledged, mine.seq if mine else 0))
        if state.device != device.id and state.unit == device.unit and state.device in self._book.lineage():
            state = take_along(self._book, self._hub)
        require_own(device, state)
        self._office.follow(state)
        self._office.check(state.receipt)
        self._book.hear_office_time(state.now)
        self._book.take_role(state.role)
        if (
            state.roster is not None
            and self._office.is_of_now(state)
            and (why := roster.take(self._book, state.roster))
        ):
            self._refuse(Refusal("", 0, why))
        self._heads, self._hub_wants, self._way = state.heads, state.wanted, best_way(state.ways)
        self._heard, self._stranded = state.heard, state.stranded
        if mine is not None and self._heads.get(device.id) == mine:
            self._keep(state.receipt)

    def _take_receipt(self, receipt: Receipt | None) -> None:
        self._office.check(receipt)
        self._keep(receipt)

    def _keep(self, receipt: Receipt | None) -> None:
        """Keep a receipt that was checked; where the own log parted, it is for another branch than the one here."""
        if receipt is not None and self._office.trust is not None and self._own not in self._refused:
            keep_receipt(self._book.folder, receipt, fresh=True)

    # out

    def _send(self) -> None:
        rounds = 0
        while rounds < _ROUNDS:
            after = {
                log: seq for log, seq in missing(self._book.heads(), self._heads).items() if log not in self._stopped
            }
            if not after:
                break
            if not self._send_after(after):
                continue  # the line was cut, and something still gets through
            rounds += 1
            for log, seq in after.items():
                if log not in self._heads or self._heads[log].seq <= seq:
                    self._stopped.add(log)
        if self._own in self._refused and self._own in self._heads and not self._fork_shown:
            self._show_fork()

    def _send_after(self, after: dict[str, int]) -> bool:
        """Send it piece by piece; False where the line was cut, and what the hub holds was asked for again."""
        mine = self._book.heads()
        total = sum(mine[log].seq - seq for log, seq in after.items())
        done = 0
        for count, pack in packed(
            pieces(own_first(self._book, self._own, after), self._own, self._stride.bytes), self._way
        ):
            try:
                answer = self._post(pack, pauses=())
            except (LineCut, HubBusy) as error:
                self._stride.cut(error)
                self._sent += self._ask_again()
                return False
            self._stride.through()
            done += count
            self._sent += answer.received + answer.known
            self._progress("发送", done, total)
        return True

    def _ask_again(self) -> int:
        """Ask what the hub holds; how many entries it got although its answer did not come."""
        before = self._heads
        state = self._hub.state()
        self._office.check(state.receipt)
        self._heads, self._hub_wants = state.heads, state.wanted
        return gained(self._book, before, state.heads)

    def _post(self, pack: bytes, pauses: tuple[float, ...] = PAUSES) -> Answer:
        answer = self._hub.post(pack, pauses)
        self._office.check(answer.receipt)
        self._heads, self._hub_wants, self._stranded = answer.heads, answer.wanted, answer.stranded
        self._refuse(*answer.refused)
        self._keep(answer.receipt)
        return answer

    def _post_lines(self, lines: list[bytes]) -> Answer:
        return self._post(write_pack(lines, self._way))

    def _refuse(self, *refused: Refusal) -> None:
        self._refused |= {refusal.log: refusal for refusal in refused}
        self._stopped |= {refusal.log for refusal in refused}

    def _show_fork(self) -> None:
        """Send the own log from before it left the hub's, so that the hub can name that entry and keep the branch."""
        self._stopped.add(self._own)
        self._fork_shown = True
        show_branch(self._book, self._heads, self._own, self._post_lines)

    # branches

    def _part(self) -> None:
        """Find where the own log left the hub's, and go on under a new one where that is wished."""
        common = common_with_hub(self._book, self._hub, self._heads, self._own)
        if common is None:
            return  # refused for another reason
        self._parted = Parted(self._own, common, self._book.heads()[self._own].seq - common.seq)
        if not self._may_fork:
            return
        old, self._own = self._own, self._book.go_on_under_new_log(common)
        self._parted = replace(self._parted, now=self._own)
        del self._refused[old]
        self._stopped.clear()
        self._acknowledged = 0
        self._ask()
        self._receive(skip=frozenset())
        self._bring_own()

    def _let_give_way(self) -> None:
        """Take the hub's branch of another device's log where that device wrote again what stands here of it."""
        self._left = others_parted(self._book, self._hub, self._heads, self._refused.keys())
        gone = [log for log, common in self._left.items() if self._book.give_way(log, common)]
        for log in gone:
            del self._left[log]
            self._refused.pop(log, None)
            self._stopped.discard(log)
        self._refuse(*(refuse_parted(log, self._left[log]) for log in sorted(self._left.keys() - self._refused)))
        if gone:
            self._receive(skip=frozenset({self._own}))

    def _bring_stranded(self) -> None:
        """Hand over what only this device holds of others, and have written again what its own device has not got."""
        if self._stranded is None:
            return
        for piece in (piece for log, common in self._left.items() for piece in branch(self._book, log, common)):
            self._post_lines(piece)
        refused, left = hand_over_cases(self._book, self._hub)
        if self._own not in self._refused and self._heads.get(self._own) == self._book.heads()[self._own]:
            again = have_written_again(self._book, self._hub, self._stranded if left is None else left)
            if again is not None:
                refused += again
                self._ask()
                self._receive(skip=frozenset({self._own}))
                self._let_give_way()
        self._book.put_said_cases_aside()
        self._refuse(*refused)

    # in

    def _receive(self, skip: frozenset[str]) -> None:
        while True:
            after = {log: head.seq for log, head in self._book.heads().items()}
            for log in (skip | self._refused.keys()) & self._heads.keys():
                after[log] = max(after.get(log, 0), self._heads[log].seq)
            left = sum(max(0, head.seq - after.get(log, 0)) for log, head in self._heads.items())
            if not left:
                return
            try:
                pack = self._hub.entries(after, self._stride.bytes, pauses=())
            except (LineCut, HubBusy) as error:
                self._stride.cut(error)
                continue
            self._stride.through()
            lines = list(read_pack([pack]))
            if not lines:
                return
            self._wanted.note(lines)
            merged = self._book.merge(lines, from_office=True)
            self._received += merged.received
            self._progress("接收", self._received, self._received + left - merged.received)
            stopped = {refusal.log for refusal in merged.refused} & self._heads.keys() - self._refused.keys()
            self._refuse(*merged.refused)
            if not merged.received and not stopped:
                return  # the same would come again, as where the hub holds a line that says of no log to be its own
