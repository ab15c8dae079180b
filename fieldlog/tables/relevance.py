"""XLSForm's `relevant` into a list's condition, and `constraint` into limits; the part of XPath that forms really use.

`${has_gas} = 'yes' and not(selected(${kind}, 'b'))` becomes 有燃气 且 非 …; a condition has no brackets, so the expression is
brought into alternatives of terms first. What goes beyond that raises `NotCovered`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Final

_TOKEN = re.compile(
    r"\s*(?:(?P<name>\$\{\s*[^{}\s]+\s*\})|(?P<text>'[^']*'|\"[^\"]*\")|(?P<word>[A-Za-z][\w-]*)|(?P<sign>!=|<=|>=|[=<>(),.+*-])|(?P<number>\d+(?:\.\d+)?))"
)
_LIMIT = re.compile(
    r"\.\s*(?P<sign><=|>=|<|>)\s*(?P<value>-?\d+(?:\.\d+)?)|(?P<left>-?\d+(?:\.\d+)?)\s*(?P<turned><=|>=|<|>)\s*\."
)
_MOST_TERMS: Final = 12

Terms = frozenset[tuple[bool, str]]


class NotCovered(Exception):
    """The expression goes beyond what a condition can say; the message says which part, in Chinese."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The range that a constraint allows; `exact` is false where a limit itself is not allowed, which a range cannot say."""

    low: str | None = None
    high: str | None = None
    exact: bool = True


def limits(constraint: str, *, whole: bool) -> Limits:
    """`. >= 2 and . <= 8` as a range; `whole` numbers above 0 begin at 1.

    Raises:
        NotCovered: it is no conjunction of comparisons.
    """
    low: Decimal | None = None
    high: Decimal | None = None
    exact = True
    for part in re.split(r"\s+and\s+", constraint.strip().strip("()"), flags=re.IGNORECASE):
        found = _LIMIT.fullmatch(part.strip().strip("()").strip())
        if found is None:
            raise NotCovered(f"constraint 里的“{part.strip()[:40]}”")
        sign, value = found["sign"] or _flipped(found["turned"]), Decimal(found["value"] or found["left"])
        if sign in "<>":
            if whole and value == value.to_integral_value():
                value += 1 if sign == ">" else -1
            else:
                exact = False
        if sign.startswith(">"):
            low = value if low is None else max(low, value)
        else:
            high = value if high is None else min(high, value)
    return Limits(_plain(low), _plain(high), exact)


def _flipped(sign: str) -> str:
    return sign.translate(str.maketrans("<>", "><"))


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else format(value.normalize() if value else Decimal(0), "f")


def condition(expression: str, feature_for: Callable[[str, str], tuple[bool, str]]) -> str:
    """The condition that says the same as `expression`.

    Args:
        feature_for: the feature that a question and the value it is compared with stand for, and whether it must hold.

    Raises:
        NotCovered: a comparison, a function or the length goes beyond a condition.
    """
    parser = _Parser(_tokens(expression), feature_for)
    alternatives = parser.either()
    if parser.at < len(parser.tokens):
        raise NotCovered(f"relevant 里的“{parser.tokens[parser.at]}”")
    return words(alternatives)


def words(alternatives: list[Terms]) -> str:
    """Alternatives of terms in the grammar of conditions."""
    sound = [terms for terms in alternatives if not any((not wanted, name) in terms for wanted, name in terms)]
    if not sound or sum(len(terms) for terms in sound) > _MOST_TERMS:
        raise NotCovered("relevant 太复杂或自相矛盾")
    kept = [
        terms
        for n, terms in enumerate(sound)
        if not any(other < terms or (other == terms and m < n) for m, other in enumerate(sound))
    ]
    return " 或 ".join(
        " 且 ".join(
            f"{'' if wanted else '非 '}{name}"
            for wanted, name in sorted(terms, key=lambda term: (not term[0], term[1]))
        )
        for terms in kept
    )


def both(first: str | None, second: str | None) -> str | None:
    """A condition that holds where both do.

    Raises:
        NotCovered: it would be too long.
    """
    if first is None or second is None:
        return first or second
    return words([a | b for a, b in product(_alternatives(first), _alternatives(second))])


def _alternatives(text: str) -> list[Terms]:
    return [
        frozenset((not term.startswith("非 "), term.removeprefix("非 ")) for term in alternative.split(" 且 "))
        for alternative in text.split(" 或 ")
    ]


def _tokens(expression: str) -> list[str]:
    tokens: list[str] = []
    at = 0
    text = expression.strip().translate(str.maketrans("‘’“”（）", "''\"\"()"))
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or found.end() == at:
            raise NotCovered(f"relevant 里的“{text[at : at + 20]}”")
        tokens.append(found[0].strip())
        at = found.end()
    return tokens


@dataclass(slots=True)
class _Parser:
    tokens: list[str]
    feature_for: Callable[[str, str], tuple[bool, str]]
    at: int = 0
    depth: int = 0

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wanted: str = "") -> str:
        token = self.peek()
        if not token or (wanted and token.lower() != wanted):
            raise NotCovered(f"relevant 里的“{token or '结尾'}”")
        self.at += 1
        return token

    def either(self) -> list[Terms]:
        found = self.every()
        while self.peek().lower() == "or":
            self.take()
            found = found + self.every()
        return found

    def every(self) -> list[Terms]:
        found = self.one()
        while self.peek().lower() == "and":
            self.take()
            found = [a | b for a, b in product(found, self.one())]
            if len(found) > _MOST_TERMS * 4:
                raise NotCovered("relevant 太复杂")
        return found

    def one(self) -> list[Terms]:
        self.depth += 1
        if self.depth > 30:
            raise NotCovered("relevant 的括号太深")
        next_up = self.peek()
        if next_up == "(":
            self.take()
            found = self.either()
            self.take(")")
        elif next_up.lower() == "not":
            self.take()
            self.take("(")
            found = _denied(self.either())
            self.take(")")
        elif next_up.lower() == "selected":
            self.take()
            self.take("(")
            name = self.name()
            self.take(",")
            found = [frozenset([self.feature_for(name, self.text())])]
            self.take(")")
        else:
            found = self.comparison()
        self.depth -= 1
        return found

    def comparison(self) -> list[Terms]:
        name = self.name()
        sign = self.take()
        if sign not in ("=", "!="):
            raise NotCovered(f"relevant 里的“{name} {sign}”")
        wanted, feature = self.feature_for(name, self.text())
        return [frozenset([(wanted == (sign == "="), feature)])]

    def name(self) -> str:
        token = self.take()
        if not token.startswith("${"):
            raise NotCovered(f"relevant 里的“{token}”")
        return token[2:-1].strip()

    def text(self) -> str:
        return self.take().strip("'\"")


def _denied(alternatives: list[Terms]) -> list[Terms]:
    found: list[Terms] = [frozenset()]
    for terms in alternatives:
        found = [a | {(not wanted, name)} for a in found for wanted, name in sorted(terms)]
        if len(found) > _MOST_TERMS * 4:
            raise NotCovered("relevant 太复杂")
    return found
