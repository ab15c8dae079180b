"""Papers' numbers: blocks from the office, taken without a network, never twice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from command import fieldlog
from hubs import HubProcess, laptop
from hypothesis import given
from hypothesis import strategies as st

from fieldlog.actions import numbering
from fieldlog.book.book import Book
from fieldlog.domain.errors import Refused
from fieldlog.domain.numbers import Lease, Number, next_serial, read_number
from fieldlog.office.database import open_database
from fieldlog.office.numbers import OfficeNumbers
from fieldlog.sync.http import sync_http

YEAR = 2026
SERIES = "后叶责改"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    with HubProcess(tmp_path_factory.mktemp("office")) as hub:
        yield hub


def enrolled(hub: HubProcess, folder: Path, device: str) -> Book:
    book = laptop(folder, device, "shu", "officer")
    sync_http(book, hub.url, hub.code("shu", "officer", device))
    return book


def take(book: Book, of: str) -> str:
    number = numbering.offered(book, "责改", book.now().date().replace(year=YEAR))
    written, draft = numbering.take_draft(book, "p1", number, of)
    assert draft is not None
    book.write_all([draft])
    return written


def test_two_laptops_without_a_network_never_print_the_same_number(hub: HubProcess, tmp_path: Path) -> None:
    books = [enrolled(hub, tmp_path, device) for device in ("shu-01", "shu-02")]
    for book in books:
        ran = fieldlog("office", "numbers", "grant", SERIES, "--device", book.device.id, "--year", str(YEAR), "--count", "3", "--db", hub.db_url, "--json")  # fmt: skip
        assert ran.code == 0, ran.err
        sync_http(book, hub.url)
    numbers = [take(book, f"{book.device.id}-{nth}") for nth in range(3) for book in books]
    assert len({*numbers}) == 6
    assert {*numbers} == {f"{SERIES}〔{YEAR}〕{serial}号" for serial in range(1, 7)}
    assert numbering.offered(books[0], "责改", books[0].now().date().replace(year=YEAR)) == ""
    for book in books:
        sync_http(book, hub.url)
    sync_http(books[0], hub.url)
    (row,) = numbering.register(books[0])
    assert (row["taken"], row["highest"], row["doubled"], row["left"]) == (6, 6, "", 0)
    with pytest.raises(Refused, match="已经用在别的文书上"):
        numbering.take_draft(books[0], "p1", f"{SERIES}(2026)第2号", "another")
    for book in books:
        book.close()


def test_a_number_in_another_laptops_block_is_refused_and_a_void_one_stays_empty(
    hub: HubProcess, tmp_path: Path
) -> None:
    books = [enrolled(hub, tmp_path, device) for device in ("shu-03", "shu-04")]
    office = OfficeNumbers(open_database(hub.db_url))
    office.grant("shu", "shu-03", "后叶罚决", YEAR, 2)
    office.grant("shu", "shu-04", "后叶罚决", YEAR, 2)
    for book in books:
        sync_http(book, hub.url)
    with pytest.raises(Refused, match="shu-04"):
        numbering.take_draft(books[0], "p1", f"后叶罚决〔{YEAR}〕3号", "a")
    with pytest.raises(Refused, match="原因"):
        numbering.void(books[0], "p1", f"后叶罚决〔{YEAR}〕1号", " ")
    numbering.void(books[0], "p1", f"后叶罚决〔{YEAR}〕1号", "打印出错")
    assert numbering.offered(books[0], "罚决", books[0].now().date().replace(year=YEAR)) == f"后叶罚决〔{YEAR}〕2号"
    with pytest.raises(Refused, match="打印出错"):
        numbering.take_draft(books[0], "p1", f"后叶罚决〔{YEAR}〕1号", "a")
    for book in books:
        book.close()


def test_blocks_given_out_at_the_same_time_do_not_overlap(hub: HubProcess, tmp_path: Path) -> None:
    enrolled(hub, tmp_path, "shu-05").close()

    def grant(_nth: int) -> Lease:
        return OfficeNumbers(open_database(hub.db_url)).grant("shu", "shu-05", "后叶检", YEAR, 7)

    with ThreadPoolExecutor(4) as pool:
        leases = list(pool.map(grant, range(8)))
    serials = [serial for each in leases for serial in range(each.first, each.last + 1)]
    assert sorted(serials) == list(range(1, 57))


def test_an_office_that_numbered_on_paper_goes_on_from_there(hub: HubProcess, tmp_path: Path) -> None:
    enrolled(hub, tmp_path, "shu-06").close()
    args = ("office", "numbers", "grant", "后叶复查", "--device", "shu-06", "--year", str(YEAR), "--db", hub.db_url)
    assert fieldlog(*args, "--first", "13", "--count", "2", "--json").object["first"] == 13
    assert fieldlog(*args, "--count", "2", "--json").object["first"] == 15
    assert "已经分出去" in fieldlog(*args, "--first", "14").complaint
    assert fieldlog(*args[:4], "nobody", *args[5:]).code != 0


def test_a_series_in_other_letters_is_the_same_series(hub: HubProcess, tmp_path: Path) -> None:
    enrolled(hub, tmp_path, "shu-07").close()
    args = ("--device", "shu-07", "--year", str(YEAR), "--count", "2", "--db", hub.db_url)
    spelled = ("后叶AB", "后叶ＡＢ", "后叶 AB")
    given = [fieldlog("office", "numbers", "grant", each, *args, "--json").object for each in spelled]
    assert [(each["series"], each["first"]) for each in given] == [("后叶AB", 1), ("后叶AB", 3), ("后叶AB", 5)]
    assert "名称" in fieldlog("office", "numbers", "grant", "后叶〔2026〕", *args).complaint


def test_a_laptop_is_offered_its_own_block_beside_another_organs(hub: HubProcess, tmp_path: Path) -> None:
    books = [enrolled(hub, tmp_path, device) for device in ("shu-10", "shu-11")]
    office = OfficeNumbers(open_database(hub.db_url))
    office.grant("shu", "shu-10", "安后检告", YEAR, 2)
    office.grant("shu", "shu-11", "后叶检告", YEAR, 2)
    for book in books:
        sync_http(book, hub.url)
        day = book.now().date().replace(year=YEAR)
        series = {"shu-10": "安后检告", "shu-11": "后叶检告"}[book.device.id]
        assert numbering.offered(book, "检告", day) == f"{series}〔{YEAR}〕1号"
        book.close()


def test_a_later_version_from_another_laptop_keeps_its_number(hub: HubProcess, tmp_path: Path) -> None:
    books = [enrolled(hub, tmp_path, device) for device in ("shu-08", "shu-09")]
    OfficeNumbers(open_database(hub.db_url)).grant("shu", "shu-08", "后叶督办", YEAR, 2)
    for book in books:
        sync_http(book, hub.url)
    number, draft = numbering.take_draft(books[0], "p1", f"后叶督办〔{YEAR}〕1号", "paper")
    assert draft is not None
    books[0].write_all([draft])
    for book in books:
        sync_http(book, hub.url)
    assert numbering.take_draft(books[1], "p1", number, "paper") == (number, None)
    for book in books:
        book.close()


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("后叶责改〔2026〕12号", Number("后叶责改", 2026, 12)),
        ("后叶责改（2026）第012号", Number("后叶责改", 2026, 12)),
        ("后叶责改[2026]12", Number("后叶责改", 2026, 12)),
        ("后叶责改【２０２６】１２号", Number("后叶责改", 2026, 12)),
        ("后叶责改 2026 12", None),
        ("后叶责改〔2026〕0号", None),
        ("12", None),
        ("", None),
    ],
)
def test_a_number_is_read_however_its_brackets_are_typed(typed: str, number: Number | None) -> None:
    assert read_number(typed) == number


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 9)), max_size=6), st.sets(st.integers(1, 60)))
def test_the_next_number_is_the_lowest_free_one_of_the_devices_own(
    blocks: list[tuple[str, int]], used: set[int]
) -> None:
    leases, begin = list[Lease](), 1
    for device, count in blocks:
        leases.append(Lease(SERIES, YEAR, begin, begin + count - 1, device, begin))
        begin += count
    own = {serial for each in leases if each.device == "a" for serial in range(each.first, each.last + 1)} - used
    assert next_serial(leases, "a", used) == min(own, default=None)
