"""The office's list of a unit's devices: their keys, the roles it gave them, and which it has shut out.

The hub and every laptop that holds a roster go by the same rules here. `docs/sync.md` describes how it travels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from fieldlog.domain.entries import canonical
from fieldlog.domain.errors import FoundWrong, NewerFormat
from fieldlog.domain.log_format import is_device_id
from fieldlog.domain.numbers import HIGHEST_SERIAL, Lease
from fieldlog.domain.role_dates import RoleDates
from fieldlog.domain.roles import NAMES, OFFICER, ROLES, permissions

VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Listed:
    """One device as the office knows it."""

    device: str
    public_key: str
    """Ed25519, 64 hex digits."""
    dates: RoleDates = field(default_factory=RoleDates)
    revoked_at: int | None = None
    """When the office shut it out, in milliseconds since 1970; what was written until then stays."""
    root: str = ""
    """The first log of a device that goes on under this one after a fork, or empty."""


@dataclass(frozen=True, slots=True)
class Roster:
    """All devices of a unit."""

    unit: str
    at: int
    """When the office last changed something in it, in milliseconds since 1970, and a little more with each change: the
    later one counts."""
    devices: Mapping[str, Listed]
    numbers: tuple[Lease, ...] = ()
    """Blocks of papers' numbers, by whom they may be used."""

    def plain(self) -> dict[str, Any]:
        """What is signed, as a JSON value."""
        leases = [[each.series, each.year, each.first, each.last, each.device, each.at] for each in self.numbers]
        return {
            **({"numbers": leases} if leases else {}),
            "fieldlog": "roster",
            "v": VERSION,
            "unit": self.unit,
            "at": self.at,
            "devices": [
                {
                    "device": each.device,
                    "public_key": each.public_key,
                    "roles": [list(date) for date in each.dates.dates],
                    "given": sorted(each.dates.given),
                    "revoked_at": each.revoked_at,
                    "root": each.root,
                }
                for _device, each in sorted(self.devices.items())
            ],
        }

    def message(self) -> bytes:
        """The bytes that the office signs."""
        return b"fieldlog roster 1\n" + canonical(self.plain())


def roster_of(value: Any) -> Roster:  # noqa: ANN401 - any JSON value
    """Read what `Roster.plain` makes.

    Raises:
        NewerFormat: a newer version wrote it.
        FoundWrong: it is no roster.
    """
    try:
        if value["fieldlog"] != "roster":
            raise ValueError
        if value["v"] != VERSION:
            raise NewerFormat("设备名册由更新版本的 fieldlog 写成，请先升级 fieldlog")
        devices = [_listed(each) for each in value["devices"]]
        numbers = tuple(sorted(_lease(each) for each in value.get("numbers", ())))
        return Roster(str(value["unit"]), int(value["at"]), {each.device: each for each in devices}, numbers)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise FoundWrong("设备名册不合格式") from error


def _lease(fields: Sequence[Any]) -> Lease:
    series, year, first, last, device, at = fields
    lease = Lease(str(series), int(year), int(first), int(last), str(device), int(at))
    if not is_device_id(lease.device) or not 1 <= lease.first <= lease.last <= HIGHEST_SERIAL:
        raise ValueError(lease)
    return lease


def _listed(fields: Mapping[str, Any]) -> Listed:
    device, dates = str(fields["device"]), tuple((int(since), str(role)) for since, role in fields["roles"])
    if not is_device_id(device) or not dates or list(dates) != sorted(dates):
        raise ValueError(device)
    given = frozenset(map(str, cast("list[str]", fields["given"])))
    revoked = fields["revoked_at"]
    return Listed(
        device,
        str(fields["public_key"]),
        RoleDates(dates, given),
        int(revoked) if revoked is not None else None,
        str(fields["root"]),
    )


def start_objection(log: str, fields: Mapping[str, Any], listed: Listed) -> str:
    """Why a log's first entry may not say of its key and role what it says, and what to do; or empty.

    A program that has no roster believes a log about its own role, so that it may not claim more than the office gave.
    """
    if fields.get("public_key", listed.public_key) != listed.public_key:
        return f"{log} 的公钥与办公室登记的不同，可能有两台电脑用了同一个编号，没有收下；请联系办公室"
    claimed = fields.get("role", OFFICER)
    if claimed == OFFICER or claimed in listed.dates.given:
        return ""
    if claimed in ROLES and any(permissions(claimed).within(permissions(given)) for given in listed.dates.given):
        return ""
    claim, now = str(claimed)[:20], listed.dates.now
    return (
        f"{log} 初始化时写的角色是“{NAMES.get(claim, claim)}”，办公室登记的是“{NAMES.get(now, now)}”，没有收下："
        f"确实是这个角色，就由办公室运行 fieldlog office role {log} {claim}，那台电脑再同步一次"
    )


def late_start(log: str, seq: int) -> str:
    """Why a `log.started` that is not a log's first entry is refused: it names a key and a role, and nothing reads it."""
    return f"{log} 第 {seq} 条说日志从这里开始，只有第 1 条可以这样写，没有收下；请联系办公室查看那台电脑"
