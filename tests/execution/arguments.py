"""Arguments of fields, written into the document or passed as variables."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import GraphQLInputObjectType, get_named_type, get_nullable_type, is_non_null_type

from tests.execution.known import Known
from tests.execution.routes import Step
from tests.execution.values import Values, literal

PUBLIC = {"company": "awsPartnerId", "workflowChain": "chainId", "agentSession": "sessionId",
          "contextSnapshot": "snapshotId", "approval": "publicId"}  # fmt: skip
NONSENSE = ("nonsense", {"x": 1}, [[1]], 1.5, -(2**31) - 1, 2**31, True, "", None, "2026-13-01", ["NOPE"])
LEFT_OUT: Any = ...


@dataclass
class Variables:
    """Those of one operation: how each is declared, and its values for two calls."""

    prefix: str
    declared: list[str] = field(default_factory=list)
    values: tuple[dict[str, Any], dict[str, Any]] = field(default_factory=lambda: ({}, {}))

    def add(self, type_: str, default: str | None, *values: Any) -> str:
        name = f"{self.prefix}v{len(self.declared) + 1}"
        self.declared.append(f"${name}: {type_}" + ("" if default is None else f" = {default}"))
        for call, value in zip(self.values, values, strict=True):
            if value is not LEFT_OUT:
                call[name] = value
        return f"${name}"


class Arguments:
    def __init__(self, rng: Random, known: Known, prefix: str) -> None:
        self._rng = rng
        self._known = known
        self._values = Values(rng, known)
        self._booleans: list[str] = []
        self.variables = Variables(prefix)

    def fruitful(self, definition: Any, way: list[Step]) -> dict[str, Any]:
        """What leads to rows, for a field on the way to a target."""
        choose, kind = self._rng, get_named_type(definition.type).name
        if "first" in definition.args:
            return {"first": choose.choice((1, 2, 3))}
        on = way[0].on if way else ""
        ids = (
            self._known.ids.get(on)
            or self._known.ids.get(kind)
            or self._known.ids[choose.choice(list(self._known.ids))]
        )
        if "ids" in definition.args:
            return {"ids": [choose.choice(ids) for _ in range(choose.choice((1, 2, 3)))]}
        if "id" in definition.args:
            return {"id": choose.choice(ids)}
        needed = {name: each.type for name, each in definition.args.items() if is_non_null_type(each.type)}
        return {name: self._values.of(type_, name) for name, type_ in needed.items()}

    def any_(self, name: str, definition: Any) -> dict[str, Any]:
        choose, arguments, kind = self._rng, definition.args, get_named_type(definition.type).name
        if "orderBy" in arguments:
            orders = get_named_type(arguments["orderBy"].type)
            default = arguments["orderBy"].default_value.name
            page = self._values.page(kind.removesuffix("Connection"), orders, default)
            filtered = {"filter": self._values.of(arguments["filter"].type, "filter")} if choose.random() < 0.3 else {}
            return {**filtered, **page}
        if PUBLIC.get(name) in arguments:
            both = {
                "id": self._values.id_of("id", kind),
                PUBLIC[name]: self._values.of(arguments[PUBLIC[name]].type, PUBLIC[name]),
            }
            return {
                key: both[key]
                for key in choose.choice((["id"], ["id"], ["id"], [PUBLIC[name]], [PUBLIC[name]], [], list(both)))
            }
        if "id" in arguments:
            return {"id": self._values.id_of("id", kind if kind in self._known.ids else None)}
        needed = {key for key, each in arguments.items() if is_non_null_type(each.type)}
        return {
            key: self._values.of(each.type, key)
            for key, each in arguments.items()
            if key in needed or choose.random() < 0.7
        }

    def written(self, type_: Any, value: Any, name: str) -> str:
        choose = self._rng
        inner = get_nullable_type(type_)
        if choose.random() < 0.3:
            return self._variable(type_, value, name)
        if isinstance(inner, GraphQLInputObjectType) and value is not None and not inner.is_one_of:
            fields = (f"{key}: {self.written(inner.fields[key].type, each, key)}" for key, each in value.items())
            return f"{{{', '.join(fields)}}}"
        return literal(value, type_)

    def _variable(self, type_: Any, value: Any, name: str) -> str:
        """Declared as the place asks, stricter, or with a default; given or left out."""
        choose, declared = self._rng, str(type_)
        is_kept = name in ("id", "after", "before", "orderBy") or choose.random() < 0.3
        again = value if is_kept else self._values.of(type_, name)
        if name in ("first", "last"):
            again = choose.choice((0, 1, 2, 3))
        if not is_non_null_type(type_):
            if value is not None and again is not None and choose.random() < 0.3:
                declared += "!"
            elif choose.random() < 0.2:
                value = LEFT_OUT if name not in ("first", "last") else value
        elif value is not None and choose.random() < 0.3:
            declared = str(get_nullable_type(type_))  # fits a non-null place if its default does
            return self.variables.add(declared, literal(value, type_), LEFT_OUT, again)
        if value not in (None, LEFT_OUT) and choose.random() < 0.3:
            return self.variables.add(declared, literal(value, type_), LEFT_OUT, again)
        return self.variables.add(declared, None, value, again)

    def switch(self) -> str:
        """A value for @skip or @include."""
        choose = self._rng
        if choose.random() < 0.4:
            return choose.choice(("true", "false"))
        if not self._booleans or choose.random() < 0.5:
            value, default = choose.random() < 0.5, choose.choice((None, None, "true", "false"))
            declared = "Boolean" if default and choose.random() < 0.5 else "Boolean!"
            variable = self.variables.add(declared, default, LEFT_OUT if default else value, not value)
            self._booleans.append(variable)
            return variable
        return choose.choice(self._booleans)

    def spoil(self) -> None:
        """In one of the calls a variable gets a value that it must not have, or one is passed that nobody asked for."""
        values = self._rng.choice(self.variables.values)
        if self._rng.random() < 0.05:
            values["unknown"] = 1
        if values and self._rng.random() < 0.03:
            values[self._rng.choice(list(values))] = self._rng.choice(NONSENSE)
