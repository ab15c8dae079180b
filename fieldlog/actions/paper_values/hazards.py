"""What papers of hazards say: an order over one of them, or over all of a visit."""

from collections.abc import Sequence

from fieldlog.actions import lookup
from fieldlog.actions.paper_values.common import Values, day_words, organ, party, people
from fieldlog.actions.paper_values.course import course
from fieldlog.book.book import Book
from fieldlog.domain.hazard import Hazard


def hazard_values(book: Book, doc: str) -> Values:
    """Everything that a paper of the hazard may say.

    Raises:
        NotFound: there is no such hazard.
    """
    hazard = lookup.hazard(book, doc)
    place = book.row("premises", hazard.fields["premises"]) or {"name": hazard.fields["premises_name"]}
    return {
        "organ": organ(book),
        "officers": people(book, hazard.fields["officers"]),
        "party": party(place),
        "facts": facts([hazard]),
        **course(book, hazard),
    }


def facts(hazards: Sequence[Hazard]) -> list[Values]:
    """One row a hazard, as it stands now."""
    return [_fact(number, each) for number, each in enumerate(hazards, 1)]


def _fact(number: int, hazard: Hazard) -> Values:
    now = hazard.fields
    return {
        "nth": str(number),
        "number": str(now["number"]),
        "text": str(now["text"]),
        "place": str(now["place"]),
        "level": str(now["level"]),
        "basis": "；".join(map(str, now["basis"])),
        "measure": str(now["measure"]),
        "due": day_words(str(now["due"])),
        "responsible": str(now["responsible"]),
    }
