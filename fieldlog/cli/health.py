"""`fieldlog rebuild` and `fieldlog doctor`."""

import click

from fieldlog.cli.books import writing
from fieldlog.cli.chinese import ChineseCommand
from fieldlog.cli.options import as_json, common
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import say, say_json
from fieldlog.domain.errors import ExitCode


@click.command(cls=ChineseCommand, help="丢弃列表缓存（view.json），从日志重建。日志不会改动，随时可以运行。")
@common
@as_json
@click.pass_obj
def rebuild(settings: Settings, as_json: bool) -> None:
    """Fold every log again."""
    with writing(settings.folder) as book:
        entries = book.rebuild()
        counts = {name: len(list(book.rows(name))) for name in ("premises", "officers", "inspections", "hazards")}
    if as_json:
        say_json({"entries": entries, **counts})
    else:
        say(
            f"已从 {entries} 条记录重建：单位 {counts['premises']}，人员 {counts['officers']}，"
            f"检查 {counts['inspections']}，隐患 {counts['hazards']}"
        )


@click.command(cls=ChineseCommand, help="检查数据文件夹、日志、时钟、清单、终端和组件，有问题时退出码为 1。")
@common
@as_json
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Look at everything that fieldlog depends on."""
    from fieldlog.cli.checks import all_checks

    settings: Settings = ctx.obj
    checks = list(all_checks(settings.folder))
    sound = all(check.ok for check in checks)
    if as_json:
        said = [{"name": check.name, "ok": check.ok, "detail": check.detail, "title": check.title} for check in checks]
        say_json({"ok": sound, "checks": said})
    else:
        for check in checks:
            say(f"[{'正常' if check.ok else '问题'}] {check.title}：{check.detail}")
        say("一切正常" if sound else f"有 {sum(not check.ok for check in checks)} 个问题，请按提示处理")
    if not sound:
        ctx.exit(ExitCode.FOUND_WRONG)
