# pyright: reportUnknownMemberType=false
# Textual leaves `Widget.app` without its type parameter.
"""One synchronisation while it runs: how far it is, how fast, and Esc to stop it."""

from collections.abc import Iterable
from dataclasses import dataclass
from time import monotonic
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from fieldlog.actions.ways_home import WayHome, bring_home
from fieldlog.domain.errors import FieldlogError
from fieldlog.sync.exchange import WAITING, SyncResult
from fieldlog.tui.desk import Desk
from fieldlog.tui.screens.dialog import Dialog
from fieldlog.tui.widgets.meter import meter
from fieldlog.tui.widgets.prose import Paragraph, Prose

_LOOK_S = 0.2
_LONGEST_WHY = 80


class Stopped(FieldlogError):
    """The officer stopped it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What it came to: a result, or why there is none."""

    way: WayHome
    result: SyncResult | None = None
    error: FieldlogError | None = None


class SyncProgress(Dialog[Outcome]):
    """Runs the exchange in a thread that has the book for itself: this dialog keeps every other screen from it.

    It closes when the thread has ended, and not before; the network's own time limits see to that.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "停下")]

    def __init__(self, desk: Desk, way: WayHome, code: str | None, *, fork: bool = False) -> None:
        super().__init__(f"与 {way.target} 同步")
        self._desk = desk
        self._way = way
        self._code = code
        self._fork = fork
        self._stopping = False
        self._reached = ("连接", 0, 0)
        self._since = (monotonic(), "连接")
        self._said = Prose("正在连接")

    def compose_body(self) -> Iterable[Widget]:
        """How far it is."""
        yield self._said

    def on_mount(self) -> None:
        """Begin."""
        self.set_interval(_LOOK_S, self._draw)
        self.run_worker(self._exchange, thread=True)

    def on_unmount(self) -> None:
        """The program ends: let the thread end, too."""
        self._stopping = True

    def action_cancel(self) -> None:
        """Stop at the next piece; what was acknowledged stays so."""
        self._stopping = True
        self._draw()

    # in the thread

    def _exchange(self) -> None:
        try:
            with self._desk.exchange:
                way, result = bring_home(self._desk.book, self._way, self._progress, self._code, fork=self._fork)
            outcome = Outcome(way, result)
        except FieldlogError as error:
            outcome = Outcome(self._way, error=error)
        except Exception as error:  # noqa: BLE001 - else the dialog would stand there for ever, or the app end
            why = f"{type(error).__name__}：{' '.join(str(error).split())[:_LONGEST_WHY]}"
            outcome = Outcome(
                self._way, error=FieldlogError(f"同步时程序出错（{why}），收到和确认过的都在，请告诉维护人员")
            )
        self.app.call_from_thread(self.dismiss, outcome)

    def _progress(self, what: str, done: int, total: int) -> None:
        if self._stopping:
            raise Stopped("已停下；对方确认过的不用重传，下次接着来")
        self._reached = (what, done, total)

    # on the screen

    def _draw(self) -> None:
        what, done, total = self._reached
        now, before = monotonic(), self._since[1]
        if what != before:
            self._since = (now, what)
        if self._stopping:
            self._said.show([Paragraph("正在停下，等这一段传完", "warn")])
        elif what == WAITING:
            self._said.show([Paragraph("线路断了，等一会儿接着传；传过的不重传", "warn")])
        elif total:
            speed = round(done / max(now - self._since[0], _LOOK_S))
            unit = "个" if what == "附件" else "条"
            self._said.show(
                [
                    Paragraph(f"{meter(done, total, 40)}  {what} {done:,} / {total:,} {unit}", "accent"),
                    Paragraph(f"每秒约 {speed:,} {unit}", "muted"),
                ]
            )
