"""The office's receipts in a folder: one for each device that it knows, next to what it left for them."""

import orjson

from fieldlog.book.durable import replace_file
from fieldlog.domain.errors import FieldlogError
from fieldlog.domain.heads import Head
from fieldlog.sync.folder_places import OFFICE, Place, content
from fieldlog.sync.receipts import Receipt, read_receipt
from fieldlog.sync.succession import SigningKeys


def leave_receipt(place: Place, receipt: Receipt) -> None:
    """Put a device's receipt into the office's folder; raises OSError."""
    text = orjson.dumps(receipt.as_json(), option=orjson.OPT_INDENT_2) + b"\n"
    replace_file(place.named(place.owned_by(OFFICE), _name(receipt.device)), place.written(text))


def find_receipt(place: Place, unit: str, device: str, keys: SigningKeys) -> Receipt | None:
    """The device's receipt, if there is one that the office signed; whatever else lies there confirms nothing."""
    try:
        path = place.named(place.owned_by(OFFICE), _name(device))
        receipt = read_receipt(b"".join(content(path, place.cipher)))
    except (FieldlogError, ValueError, OSError):
        return None
    mine = (receipt.unit, receipt.device) == (unit, device)
    return receipt if mine and receipt.signer(keys) else None


def held_by(receipt: Receipt | None) -> dict[str, Head]:
    """How far each log has come at the office, as far as this receipt says."""
    return dict(receipt.heads) if receipt else {}


def _name(device: str) -> str:
    return f"receipt-{device}"
