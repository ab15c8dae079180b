"""Who may speak to the hub: one-time codes, devices and their tokens. Of codes and tokens only hashes are stored."""

import hmac
import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Engine, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from fieldlog.book.device import is_signed
from fieldlog.domain.errors import NotFound, Refused, UsageError
from fieldlog.domain.log_format import is_device_id, is_log_id_of
from fieldlog.domain.roles import ROLES
from fieldlog.office.database import writing
from fieldlog.office.device_list import DeviceState, device_list, free_name, shut_out
from fieldlog.office.heard import Heard
from fieldlog.office.ledger import Now, wall_milliseconds
from fieldlog.office.roster import OfficeRoster, root_of, say_enrolled, say_same
from fieldlog.office.tables import codes, continuations, devices, tries
from fieldlog.office.tokens import Tokens, hash_of, new_token
from fieldlog.sync.enrol_code import ALPHABET, LONG, SECRET_LENGTH, plain, possession, write_code

CODE_LIVES_MS: Final = 24 * 3600 * 1000
MOST_CONTINUATIONS: Final = 200
"""Logs that one device may go on under, so that a stolen token cannot fill the ledger with devices."""
TRY_WINDOW_MS: Final = 10 * 60 * 1000
MOST_TRIES_OF_ONE: Final = 10
MOST_TRIES_OF_ALL: Final = 60
"""Failed tries in ten minutes; guessing one of 30^8 codes at this rate takes longer than the town will stand."""


class NoAccess(Refused):
    """The token is unknown, or its device was revoked."""


class TooManyTries(Refused):
    """Too many wrong enrolment codes of late."""


class WrongCode(Refused):
    """No such code, or it is used up or too old, or for another device."""


class DeviceTaken(Refused):
    """Another laptop has that device id."""


@dataclass(frozen=True, slots=True)
class Member:
    """A device that may speak to the hub."""

    unit: str
    device: str
    role: str
    public_key: str
    enrolled_at: int
    revoked_at: int | None = None
    rotate: bool = False
    """Whether it is to fetch a new token."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What a device gets for its code; the token is shown this once."""

    token: str
    unit: str
    role: str


class Enrolment:
    """Codes, devices and tokens in the hub's database."""

    def __init__(self, engine: Engine, now: Now = wall_milliseconds) -> None:
        self._engine = engine
        self._now = now
        self.roster = OfficeRoster(engine, now)
        self.tokens = Tokens(engine, now)
        self.heard = Heard(engine)

    def new_code(self, unit: str, role: str = "officer", device: str = "") -> str:
        """A code that lets one device in, once, within 24 hours; with `device`, only that one.

        Raises:
            UsageError: no such role, or an id that cannot be one.
        """
        if role not in ROLES:
            raise UsageError(f"角色只能是 {'、'.join(ROLES)} 之一")
        if not is_device_id(unit) or (device and not is_device_id(device)):
            raise UsageError("设备编号和单位代码只能用小写字母、数字和连字符，例如 houye-01 和 houye")
        code = "".join(secrets.choice(ALPHABET) for _ in range(SECRET_LENGTH))
        with writing(self._engine) as connection:
            connection.execute(
                insert(codes).values(
                    code_hash=hash_of(code), unit=unit, device=device, role=role, expires_at=self._now() + CODE_LIVES_MS
                )
            )
        return write_code(code)

    def enrol(self, code: str, device: str, unit: str, public_key: str, source: str, proof: str = "") -> Admission:
        """Let a device in and give it a token; a device that comes again with the same key gets a new one.

        Public keys stand in the logs for all to read, so that whoever comes under a known name signs with the private half
        (`proof`): else anybody with a code could put himself in another device's place.

        Raises:
            TooManyTries, WrongCode, DeviceTaken: nothing has changed, and the code is not used up.
        """
        self._check_tries(source)
        token = new_token()
        proven = is_signed(public_key, proof, possession(_secret(code), device))
        try:
            with writing(self._engine) as connection:
                admission = self._use_code(connection, _secret(code), device, unit, token)
                was_out = self._admit(connection, admission, device, public_key, proven=proven)
                say_enrolled(connection, admission.unit, device, admission.role, self._now(), was_out)
        except IntegrityError as error:
            raise DeviceTaken(f"{device} 刚刚由另一台电脑登记，请换一个设备编号") from error
        except WrongCode:
            self._count_try(source)
            raise
        return admission

    def go_on_as(self, member: Member, device: str, public_key: str) -> Admission:
        """Let the device that `member` is go on under another log; its token is what proves that it may.

        The same log with the same key gets a new token, since an answer may have been lost. The old token stays good:
        the other of two clones still has it.

        Raises:
            NoAccess: the device was shut out while it asked.
            WrongCode: that name is no continuation of the device's, or there were too many.
            DeviceTaken: another laptop has that name.
        """
        token = new_token()
        mine = (continuations.c.unit == member.unit,)
        bound = {"unit": member.unit, "device": device}
        try:
            with writing(self._engine) as connection:
                root = root_of(connection, member.unit, member.device)
                role = self._role_still(connection, member)
                if not is_log_id_of(root, device):
                    raise WrongCode(f"{device} 不是 {root} 接着用的日志编号，请向办公室要登记码", "fork.name")
                others = select(func.count()).select_from(continuations).where(*mine, continuations.c.root == root)
                known = select(continuations.c.device).where(*mine, continuations.c.device == device)
                if connection.execute(known).first() is None:
                    if connection.execute(others).scalar_one() >= MOST_CONTINUATIONS:
                        raise WrongCode(
                            f"{root} 换用新日志已 {MOST_CONTINUATIONS} 次，请联系办公室重新登记", "fork.most"
                        )
                    bound |= {"root": root, "vouched_by": member.device, "bound_at": self._now()}
                    connection.execute(insert(continuations).values(**bound))
                admission = Admission(token, member.unit, role)
                self._admit(connection, admission, device, public_key, proven=True)
                say_same(connection, member.unit, member.device, device)
        except IntegrityError as error:
            raise DeviceTaken(f"{device} 刚刚由另一台电脑登记，请再同步一次") from error
        return admission

    def member(self, token: str) -> Member:
        """The device whose token this is.

        Raises:
            NoAccess: none, or it was revoked.
        """
        found = self.tokens.holder(token)
        if found is None:
            raise NoAccess("办公室不认得这台设备的令牌，请向办公室要登记码后重新登记", "token.unknown")
        if found.revoked_at is not None:
            raise _shut_out(found.device)
        self.heard.note(found.unit, found.device, self._now())
        rotate = found.rotate_asked_at is not None
        return Member(found.unit, found.device, found.role, found.public_key, found.enrolled_at, rotate=rotate)

    def units(self) -> list[str]:
        """Every unit that has a device."""
        with self._engine.connect() as connection:
            return list(connection.execute(select(devices.c.unit).distinct().order_by(devices.c.unit)).scalars())

    def members(self, unit: str) -> list[Member]:
        """Every device of the unit, revoked ones too: what they signed before stays theirs."""
        with self._engine.connect() as connection:
            found = connection.execute(select(devices).where(devices.c.unit == unit).order_by(devices.c.device))
            return [
                Member(row.unit, row.device, row.role, row.public_key, row.enrolled_at, row.revoked_at) for row in found
            ]

    def devices(self, unit: str = "") -> list[DeviceState]:
        """The unit's devices, or all, with when each was last heard from and what is held of it."""
        self.heard.write_down()
        return device_list(self._engine, unit)

    def revoke(self, unit: str, device: str) -> bool:
        """Shut a device out, under whatever logs it went on; False where there is no such device."""
        try:
            return bool(shut_out(self._engine, unit, device, self._now))
        except NotFound:
            return False

    def _use_code(self, connection: Connection, code: str, device: str, unit: str, token: str) -> Admission:
        """Mark the code used; of two that use it at once, the update lets one through."""
        now = self._now()
        used = connection.execute(
            update(codes)
            .where(codes.c.code_hash == hash_of(code), codes.c.used_at.is_(None), codes.c.expires_at > now)
            .values(used_at=now)
            .returning(codes.c.unit, codes.c.device, codes.c.role)
        ).first()
        if used is None:
            raise WrongCode("登记码不对、已用过或已过期，请向办公室要一个新的", "code.unknown")
        if used.device and used.device != device:
            raise WrongCode(f"这个登记码是给 {used.device} 的，本机是 {device}", "code.device")
        if unit and used.unit != unit:
            raise WrongCode(f"这个登记码属于单位 {used.unit}，本机属于 {unit}", "code.unit")
        return Admission(token, used.unit, used.role)

    def _role_still(self, connection: Connection, member: Member) -> str:
        """The role as it is in this transaction: the office may have spoken since the token was looked up."""
        mine = (devices.c.unit == member.unit, devices.c.device == member.device)
        now = connection.execute(select(devices.c.role, devices.c.revoked_at).where(*mine)).one()
        if now.revoked_at is not None:
            raise _shut_out(member.device)
        return now.role

    def _admit(
        self, connection: Connection, admission: Admission, device: str, public_key: str, *, proven: bool
    ) -> int:
        """Give a device its token; returns since when it was shut out until now, or 0."""
        where = (devices.c.unit == admission.unit, devices.c.device == device)
        fields = {
            "token_hash": hash_of(admission.token),
            "next_token_hash": None,
            "rotate_asked_at": None,
            "revoked_at": None,
        }
        stands = select(devices.c.public_key, devices.c.revoked_at).where(*where).with_for_update()
        known = connection.execute(stands).one_or_none()
        if known is None:
            connection.execute(
                insert(devices).values(
                    unit=admission.unit,
                    device=device,
                    role=admission.role,
                    public_key=public_key,
                    enrolled_at=self._now(),
                    **fields,
                )
            )
        elif not hmac.compare_digest(known.public_key, public_key):
            raise DeviceTaken(self._why_taken(admission.unit, device), "device.taken")
        elif not proven:
            raise DeviceTaken(
                f"{device} 登记过，这次没有用它自己的密钥证明是同一台电脑，没有登记：请在原来那台电脑上再试；"
                "还不行就把它的 fieldlog 升级到与办公室相同的版本",
                "device.proof",
            )
        else:
            connection.execute(update(devices).where(*where).values(**fields))
        return (known.revoked_at or 0) if known else 0

    def _why_taken(self, unit: str, device: str) -> str:
        free = free_name(self._engine, unit, device)
        other = f"，例如 {free}" if free else ""
        return (
            f"{device} 已由另一台电脑登记，它的记录要留在它名下：换了电脑、重装过的请用新的设备编号重新初始化{other}；"
            f"旧电脑坏了或丢了，请办公室运行 fieldlog office revoke {device}"
        )

    def _check_tries(self, source: str) -> None:
        since = self._now() - TRY_WINDOW_MS
        recent = select(func.count()).select_from(tries).where(tries.c.tried_at > since)
        with self._engine.connect() as connection:
            of_one = connection.execute(recent.where(tries.c.source == source)).scalar_one()
            of_all = connection.execute(recent).scalar_one()
        if of_one >= MOST_TRIES_OF_ONE or of_all >= MOST_TRIES_OF_ALL:
            raise TooManyTries("登记码错得太多，请十分钟后再试", "code.tries")

    def _count_try(self, source: str) -> None:
        now = self._now()
        with writing(self._engine) as connection:
            connection.execute(delete(tries).where(tries.c.tried_at <= now - TRY_WINDOW_MS))
            connection.execute(insert(tries).values(source=source[:64], tried_at=now))


def _shut_out(device: str) -> NoAccess:
    return NoAccess(f"{device} 已被办公室停用，不能再同步；本机的记录都在", "token.revoked")


def _secret(code: str) -> str:
    """The secret in a code, however it was typed; the pin behind it is for the device alone."""
    letters = plain(code)
    return letters[:SECRET_LENGTH] if len(letters) == LONG else letters
