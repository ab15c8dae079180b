"""Getting officers and premises into a fresh book, asked for on the screen."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from fieldlog.actions import registers
from fieldlog.domain.errors import FieldlogError
from fieldlog.registry.records import Register
from fieldlog.tui.screens.ask import AskDate, AskLine, Confirm, PickOne
from fieldlog.tui.screens.book_screen import BookScreen
from fieldlog.tui.screens.problems import ProblemsScreen
from fieldlog.tui.typed_path import file_objection, path_of
from fieldlog.tui.widgets.prose import Paragraph

POSTS = ("执法队员", "副大队长", "大队长", "分管领导", "镇长")


async def import_register(screen: BookScreen) -> None:
    """Ask for an office's file, say what was understood, import it, and list the rows to look at."""
    title = "导入台账或人员名册（xlsx、xls、csv）"
    path = await screen.ask(AskLine(title, placeholder="文件位置，可把文件拖到窗口里", check=file_objection))
    if path is None:
        return
    screen.notify("正在读取文件")
    try:
        register = await asyncio.to_thread(_read, path_of(path))
        preview = registers.preview_register(screen.book, register)
    except FieldlogError as error:
        screen.notify(str(error), severity="error", timeout=8)
        return
    if not await screen.ask(Confirm("导入", _understood(register, preview), yes="导入", no="不导入")):
        return
    by = screen.book.device.officer or screen.book.device.id
    outcome: list[registers.Imported] = []
    source = path_of(path).name
    if not screen.attempt(lambda: outcome.append(registers.import_register(screen.book, by, register, source=source))):
        return
    done = outcome[0]
    screen.notify(f"已导入：新增 {done.added}，更新 {done.updated}，没有变化 {done.unchanged}")
    if done.problems:
        screen.fieldlog.push_screen(ProblemsScreen(done.problems))


async def register_officer(screen: BookScreen) -> None:
    """Ask for one officer's name, certificate and post."""
    name = await screen.ask(AskLine("登记执法人员：姓名", check=lambda text: None if text else "请写姓名"))
    if name is None:
        return
    number = await screen.ask(AskLine(f"{name}：行政执法证号", placeholder="没有证的协管员留空，按 Enter"))
    if number is None:
        return
    expiry = None
    if number:
        expiry = await screen.ask(AskDate(f"{name}：执法证有效期至", screen.today))
        if expiry is None:
            return
    post = await screen.ask(PickOne(f"{name}：职务", POSTS))
    if post is None:
        return
    by = screen.book.device.officer or screen.book.device.id
    if screen.attempt(
        lambda: registers.register_officer(
            screen.book,
            by,
            name=name,
            certificate=number,
            certificate_expiry=expiry.isoformat() if expiry else None,
            post=POSTS[post],
        )
    ):
        screen.notify(f"已登记 {name}")


def _read(path: Path) -> Register:
    from fieldlog.registry import read_register  # noqa: PLC0415 - the readers of spreadsheets take time to load

    return read_register(path)


def _understood(register: Register, preview: registers.Imported) -> Sequence[Paragraph]:
    lines = [
        Paragraph(f"读到单位 {len(register.premises)} 家，执法人员 {len(register.officers)} 人。"),
        Paragraph(f"将新增 {preview.added}，更新 {preview.updated}，没有变化 {preview.unchanged}。", "strong"),
    ]
    if preview.problems:
        doubts = len(preview.problems) - preview.refused
        lines.append(Paragraph(f"有 {preview.refused} 处不能导入，{doubts} 处存疑，导入后逐条列出。", "warn"))
    return lines
