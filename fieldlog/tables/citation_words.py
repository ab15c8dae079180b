"""What the pieces of a free-text basis look like: titles, articles, standards, asides."""

import re
import unicodedata
from typing import Final

from fieldlog.domain.numerals import HAN_NUMBER

MOST_IN_RANGE: Final = 20
LONGEST_NAME: Final = 60
NUMBER: Final = rf"(?:\d{{1,4}}|[{HAN_NUMBER}]{{1,7}})"
ENDINGS: Final = r"实施条例|条例|实施办法|办法|规定|规则|细则|规范|标准|准则|规程|导则|指南|通则|决定|通知|意见|要点|守则|制度|手册|方案|法"
STANDARD: Final = (
    r"(?:GB|GBJ|GBZ|AQ|JGJ|CJJ|CJ|DB\d{0,4}|DBJ\d{0,2}|XF|GA|SY|TSG|HG|WS|NY|SB|LS|JB|YY|SH|JT|DL|QB|LD|T)"
    r"(?:\s?/\s?[TZ])?\s?[- ]?\s?[A-Z]?\d{1,6}(?:\.\d{1,3})?(?:\s?-\s?\d{2,4})?"
)
TOKEN = re.compile(
    rf"(?P<title>《[^《》]{{1,120}}》)"
    rf"|#(?P<dotted>[1-9]\d{{0,3}}(?:\.[1-9]\d{{0,3}}){{0,2}})"
    rf"|(?P<marked>机关、团体、企业、事业单位消防安全管理规定)"
    rf"|(?P<standard>(?<![A-Za-z]){STANDARD})"
    rf"|第?(?P<clause>\d{{1,3}}(?:\.\d{{1,3}}){{1,4}})(?:条|款|项|节)?"
    rf"|第?(?P<article>{NUMBER})条(?P<sub>之(?P<subno>{NUMBER}))?"
    rf"|(?:第|(?<=条))(?P<paragraph>{NUMBER})款"
    rf"|第?[(（]?(?P<item>{NUMBER})[)）]?项"
    rf"|第?[(（](?P<bare_item>{NUMBER})[)）]"
    rf"|(?P<point>第?[(（]?{NUMBER}[)）]?目)"
    rf"|(?P<range>至|到|~|～|—|－|-(?=第|\d))"
    rf"|(?P<name>[\u4e00-\u9fff]{{2,40}}?(?:{ENDINGS})(?=第|[0-9#]|[、；;，,。和及与\s（(]|$))"
    rf"|(?P<quote>[:：])"
    rf"|(?P<short>[(（](?:以下)?(?:统称|简称)(?:为|：|:)?[《“\"]?(?P<shortname>[^》”\"()（）]{{2,30}})[》”\"]?[)）])"
    rf"|(?P<aside>[(（](?:[^()（）]*(?:年|修|令|号|版|修订|试行|国务院|主席|公布|施行)[^()（）]*)[)）])"
)  # fmt: skip
FILLER = re.compile(
    r"[\s、，,；;。.·？?和及与或以并者的之规定依据根按照参违反了中等有关相条款法律国家标准行业检查处罚则责任：:]*"
)
LISTED = re.compile(
    rf"第({NUMBER})((?:(?:[、，,和及至到~～-]|以及)第?{NUMBER}(?![条款项]))*(?:[、，,和及至到~～-]|以及)第?{NUMBER})([条款项])"
)
WIDTH: Final = str.maketrans(
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in "，：；！？（）"}
    | {ord("("): "（", ord(")"): "）", ord("—"): "-", ord("–"): "-", ord("－"): "-"}
)
"""Half-width letters, digits and dots, full-width brackets, one kind of dash; Chinese punctuation stays."""
LEAD = re.compile(
    r"^(?:[和及与或]|以及|依据|根据|按照|依照|参照|违反了?|属于|由|见|参见|同时|检查依据|处罚依据|法律依据)+"
)
ASIDE = re.compile(r"[(（][^()（）]*(?:年|修正|修订|令|号|版|公布|施行)[^()（）]*[)）]")


def each_with_level(found: re.Match[str]) -> str:
    """第三十三、四十条 is 第三十三条、第四十条."""
    level = found[3]
    others = re.sub(rf"(以及|[、，,和及至到~～-])第?({NUMBER})", rf"\1第\2{level}", found[2])
    return f"第{found[1]}{level}{others}"


def law_name(written: str) -> str:
    """A law's name as citations have it: without 中华人民共和国, marks and the year of its revision."""
    name = ASIDE.sub("", unicodedata.normalize("NFKC", written).replace("(", "（").replace(")", "）"))
    name = re.sub(r"[\s#;；《》]", "", name).removeprefix("中华人民共和国")
    return name[:LONGEST_NAME]


def place_words(article: int | None, paragraph: int | None, item: int | None) -> str:
    """第16条第1款第4项, in the words of a note."""
    places = zip((article, paragraph, item), "条款项", strict=True)
    return "".join(f"第{number}{level}" for number, level in places if number is not None)
