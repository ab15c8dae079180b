"""`fieldlog checklist shared`: the questions that a joint visit asks once."""

import click

from fieldlog.cli.books import book_if_any, library_of
from fieldlog.cli.chinese import ChineseCommand
from fieldlog.cli.options import as_json, common
from fieldlog.cli.settings import Settings
from fieldlog.cli.streams import remark, say, say_json_lines
from fieldlog.domain.errors import ExitCode


@click.command(
    "shared",
    cls=ChineseCommand,
    help="列出几份清单共有的问题：综合查一次时只问一次，答案记入每份清单。对不上的逐条说明。",
)
@common
@as_json
@click.pass_context
def shared(ctx: click.Context, as_json: bool) -> None:
    """Print the mapping; exit with 1 where a question cannot be asked once."""
    from fieldlog.domain.sharing import shared_questions

    settings: Settings = ctx.obj
    with book_if_any(settings.folder) as book:
        library = library_of(settings.folder, book)
        lists, faults = library.readable()
    questions = shared_questions(lists)
    problems = [problem for question in questions for problem in question.problems()]
    problems += [str(fault) for fault in faults]
    if as_json:
        say_json_lines(
            {
                "key": each.key,
                "text": each.text,
                "condition": each.condition,
                "items": [{"list": place.list, "item": place.item.id} for place in each.places],
                "problems": list(each.problems()),
            }
            for each in questions
        )
    else:
        for each in questions:
            say(f"{each.key}  {each.text}{f'（{each.condition}时）' if each.condition else ''}")
            say(f"    {'、'.join(place.item.id for place in each.places)}")
        remark(f"{len(questions)} 个共有的问题，{f'{len(problems)} 处问题' if problems else '没有问题'}")
    for problem in problems:
        remark(problem)
    if problems:
        ctx.exit(ExitCode.FOUND_WRONG)
