"""Makes an officer of a row of data."""

from fieldlog.registry.premises_row import RowReader
from fieldlog.registry.records import OfficerRow


def read_officer(reader: RowReader) -> OfficerRow | None:
    """The row's officer, or `None` with the reason among the reader's problems.

    An officer without a certificate is taken over and noted: without one nobody may inspect alone.
    """
    name = reader.name()
    if not name:
        return None
    noted = len(reader.problems)
    certificate = reader.number("certificate").upper().replace(" ", "")
    if not certificate and len(reader.problems) == noted:
        reader.note(next(iter(reader.columns("certificate")), None), "缺执法证号，已导入，请补上")
    expiry, _ = reader.day("certificate_expiry")
    phone, _ = reader.phone()
    return OfficerRow(
        reader.grid.sheet,
        reader.row + 1,
        name,
        certificate=certificate,
        certificate_expiry=expiry,
        post=reader.text("post"),
        issuer=reader.text("issuer"),
        phone=phone,
    )
