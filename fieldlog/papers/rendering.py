"""Filling in a Word template with a paper's values."""

import re
import zipfile
from io import BytesIO
from typing import Any, Final

from fieldlog.domain.errors import EnvironmentFault, FoundWrong

MARK, PROOF = "mark", "proof"
"""Placeholders that every template must hold: the code and what is said of it."""
_MARK_MM: Final = 30
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What no XML file may hold."""


def render(template: bytes, values: dict[str, Any], mark: bytes) -> bytes:
    """The paper as a .docx file; `mark` is a PNG picture of its code, empty for a draft.

    Raises:
        FoundWrong: the template holds what there is no value for, or cannot be read; the line says what.
        EnvironmentFault: docxtpl is not installed.
    """
    try:
        from docx.shared import Mm  # noqa: PLC0415 - only for printing
        from docxtpl import DocxTemplate, InlineImage  # noqa: PLC0415 # pyright: ignore[reportMissingTypeStubs]
        from jinja2 import TemplateError  # noqa: PLC0415
        from jinja2.exceptions import SecurityError, TemplateSyntaxError, UndefinedError  # noqa: PLC0415
    except ImportError as error:
        raise EnvironmentFault("这台电脑没有装 docxtpl，出不了 Word 文书；记录不受影响，可以换一台电脑出") from error
    try:
        document: Any = DocxTemplate(BytesIO(template))
        picture = InlineImage(document, BytesIO(mark), width=Mm(_MARK_MM)) if mark else ""
        document.render({**_clean(values), MARK: picture}, _environment(), autoescape=True)
        stream = BytesIO()
        document.save(stream)
    except UndefinedError as error:
        raise FoundWrong(f"模板里的 {_name_in(str(error))} 没有对应的内容，请按 fieldlog papers fields 改正") from error
    except TemplateSyntaxError as error:
        raise FoundWrong(f"模板里的占位符写法不对：{error.message}（检查 {{{{ }}}} 和 {{% %}} 是否成对）") from error
    except SecurityError as error:
        raise FoundWrong("模板里有不允许的写法，只能用占位符、条件和循环") from error
    except (TemplateError, TypeError) as error:
        raise FoundWrong(f"模板填不进去：{error}") from error
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise FoundWrong("这不是 Word 的 .docx 文件，或已损坏，请重新另存为 .docx") from error
    return stream.getvalue()


def _environment() -> Any:  # noqa: ANN401 - jinja's
    """One in which a template can name values and the place in a loop, and nothing else.

    jinja's own sandbox leaves every public method open; the picture's lead to the file on the disk that is being filled in.
    """
    from jinja2 import StrictUndefined  # noqa: PLC0415
    from jinja2.runtime import LoopContext  # noqa: PLC0415
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    class OnlyValues(ImmutableSandboxedEnvironment):
        def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ANN401
            return isinstance(obj, (dict, LoopContext)) and super().is_safe_attribute(obj, attr, value)

        def is_safe_callable(self, obj: Any) -> bool:  # noqa: ANN401
            return False

    return OnlyValues(undefined=StrictUndefined, autoescape=True)


def _name_in(message: str) -> str:
    """What jinja calls undefined: `'party' is undefined`, `'dict object' has no attribute 'nam'`."""
    quoted = re.findall(r"'([^']+)'", message)
    return f"“{quoted[-1]}”" if quoted else message


def _clean(value: Any) -> Any:  # noqa: ANN401 - values of any shape
    if isinstance(value, str):
        return _ILLEGAL.sub("", value)
    if isinstance(value, dict):
        return {name: _clean(each) for name, each in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, (list, tuple)):
        return [_clean(each) for each in value]  # pyright: ignore[reportUnknownVariableType]
    return value
