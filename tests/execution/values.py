"""Values for arguments, plausible and not, and how they are written in a document."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import orjson
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNonNull,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_required_input_field,
)

from domain.times import iso
from graph import ids
from tests.execution.known import Known
from tests.support import NOW

FOREIGN_IDS = ("", "x", "Q29tcGFueTox=", "Company:1", ids.encode("Nothing", 1), ids.encode("Company", 99_999_999))
TEXTS = (
    "a", "ti", "%", "_", "", " ", "zzz", "É", "o'", '"', "\\", "🦊", "a\0b", "US", "DE", "saas", "ami", "passed",
    "failed", "critical", "PASS", "FAIL", "open", "new", "contacted", "active", "expired", "ftr", "listing", "Security",
)  # fmt: skip
PAGES: tuple[tuple[dict[str, Any], int], ...] = (
    ({"first": 2}, 20), ({"first": 3}, 15), ({"first": 1}, 10), ({"first": 4}, 5), ({"last": 2}, 6), ({"last": 1}, 4),
    ({"first": 0}, 2), ({"last": 0}, 1), ({"first": -1}, 1), ({"first": 101}, 1), ({"last": 2_147_483_647}, 1),
    ({"first": 1, "last": 1}, 1), ({"first": 2, "after": None}, 2), ({"first": 2, "last": None, "before": None}, 2),
    ({"first": 2, "after": "cursor"}, 14), ({"last": 2, "before": "cursor"}, 8), ({"first": 2, "before": "cursor"}, 1),
    ({"first": 1, "after": "cursor", "before": "cursor"}, 1), ({"last": 2, "after": "cursor"}, 1),
)  # fmt: skip


class Values:
    def __init__(self, rng: Random, known: Known) -> None:
        self._rng = rng
        self._known = known

    def page(self, target: str, orders: GraphQLEnumType, default: str) -> dict[str, Any]:
        """The paging arguments of a list, its order, and cursors that mostly fit it."""
        choose = self._rng
        [page] = choose.choices([dict(page) for page, _ in PAGES], [weight for _, weight in PAGES])
        order = default
        if choose.random() < 0.3:
            order = page["orderBy"] = choose.choice(list(orders.values))
        if choose.random() < 0.02:
            page["orderBy"], order = None, default
        return {name: self._cursor(target, order) if value == "cursor" else value for name, value in page.items()}

    def _cursor(self, target: str, order: str) -> str:
        by_order = self._known.cursors[target]
        if self._rng.random() < 0.1:
            return self._rng.choice(("", "no cursor", *self._known.cursors["Company"]["NAME_DESC"]))
        if self._rng.random() < 0.05:
            order = self._rng.choice(list(by_order))
        return self._rng.choice(by_order[order] or [""])

    def of(self, type_: Any, name: str) -> Any:
        """A value of the input type, as JSON; `name` says which kind of id or text is meant."""
        choose = self._rng
        inner = get_nullable_type(type_)
        if inner is type_ and choose.random() < 0.06:
            return None
        if is_list_type(inner):
            if choose.random() < 0.1:
                return self.of(inner.of_type, name)  # a single value is coerced to a list
            return [self.of(inner.of_type, name) for _ in range(choose.choice((0, 1, 1, 2, 3)))]
        if isinstance(inner, GraphQLInputObjectType) and inner.is_one_of:
            field = choose.choice(list(inner.fields))
            return {field: self.of(GraphQLNonNull(inner.fields[field].type), field)}
        if isinstance(inner, GraphQLInputObjectType):
            chosen = [field for field, each in inner.fields.items() if is_required_input_field(each)]
            chosen += choose.sample(list(inner.fields), min(len(inner.fields), choose.choice((0, 1, 1, 1, 2, 3))))
            return {field: self.of(inner.fields[field].type, field) for field in dict.fromkeys(chosen)}
        if isinstance(inner, GraphQLEnumType):
            return choose.choice(list(inner.values))
        return self._scalar(inner.name, name)

    def _scalar(self, type_name: str, name: str) -> Any:
        choose = self._rng
        day = NOW + timedelta(days=choose.randint(-400, 60), seconds=choose.randint(0, 9_999))
        makers: dict[str, Callable[[], Any]] = {
            "Boolean": lambda: choose.random() < 0.5,
            "Int": lambda: choose.choice((0, 1, 2, 5, -1, 2_147_483_647)),
            "Date": lambda: day.date().isoformat(),
            "DateTime": lambda: choose.choice((iso(day), iso(day).replace("Z", "+02:00"), day.isoformat())),
            "ID": lambda: self.id_of(name),
            "String": lambda: self._text(name),
        }
        return makers[type_name]()

    def id_of(self, name: str, kind: str | None = None) -> str:
        """An id for an argument of this name; `kind` where the type is settled otherwise."""
        choose = self._rng
        wanted = (
            kind or {"companyId": "Company", "productId": "Product"}.get(name) or choose.choice(list(self._known.ids))
        )
        chance = choose.random()
        if chance < 0.04:
            return choose.choice(FOREIGN_IDS)
        if chance < 0.08:
            wanted = choose.choice(list(self._known.ids))
        return choose.choice(self._known.ids[wanted] or [""])

    def _text(self, name: str) -> str:
        public = self._known.public.get(name)
        return self._rng.choice(public if public and self._rng.random() < 0.9 else TEXTS)


def literal(value: Any, type_: Any) -> str:
    """The value as it stands in a document."""
    inner = get_nullable_type(type_)
    if value is None:
        return "null"
    if is_list_type(inner):
        if not isinstance(value, list):
            return literal(value, inner.of_type)
        return f"[{', '.join(literal(each, inner.of_type) for each in value)}]"
    if isinstance(inner, GraphQLInputObjectType):
        return f"{{{', '.join(f'{name}: {literal(each, inner.fields[name].type)}' for name, each in value.items())}}}"
    return value if isinstance(get_named_type(inner), GraphQLEnumType) else orjson.dumps(value).decode()
