"""Which role a device has, as far as this one knows: the office's word, or where there is none the device's own."""

from fieldlog.book.book import Book
from fieldlog.domain.published import RoleAt
from fieldlog.domain.roles import OFFICER, permissions


def role_at(book: Book) -> RoleAt:
    """The role of a log's device at the moment of a hybrid clock; empty where nothing is known of it.

    Where the office's list of devices is here, it decides, and a device that is not on it has no more to say than an
    officer's. Without one, a device is believed about its own role.
    """
    claimed = {str(row["device"]): str(row["role"]) for row in book.rows("devices")}
    roster = book.roster
    if roster is None:
        return lambda log, _hlc: claimed.get(log, "")

    def role(log: str, hlc: str) -> str:
        listed = roster.devices.get(log)
        if listed is not None:
            return listed.dates.at_stamp(hlc)
        claim = claimed.get(log, "")
        return claim if permissions(claim).within(permissions(OFFICER)) else OFFICER

    return role
