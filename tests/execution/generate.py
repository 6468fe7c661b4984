"""Valid operations over the real schema, each reproducible from its seed.

Two fields with one response key must be the same field with the same arguments, wherever fragments bring them together.
So an operation settles once how a field looks under its own name (`_looks`); in any other look it gets an alias. What
stands under its own name again is merged by the executor, each time with another selection.
"""

import re
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple

from graphql import get_named_type, is_abstract_type, is_leaf_type, is_non_null_type

from tests.execution.arguments import Arguments
from tests.execution.executors import Request
from tests.execution.known import Known
from tests.execution.routes import Step, route
from tests.graph.shape import core

DEPTH, FIELDS, FRAGMENTS = 3, 26, 4
SCHEMA = (
    "__schema { queryType { name } subscriptionType { name } directives { name args { name defaultValue } } }",
    '__type(name: "Company") { kind name fields { name type { kind name ofType { kind name } } } interfaces { name } }',
    't: __type(name: "JourneyEvent") { possibleTypes { name } fields(includeDeprecated: true) { name } }',
    'none: __type(name: "Nothing") { name }',
)


@dataclass(frozen=True)
class Operation:
    """`again` asks the same document with other values: what was worked out for it must not hold on to the first."""

    request: Request
    again: Request | None
    uses: frozenset[str]


def generate(seed: int, known: Known, target: tuple[str, str] | None = None) -> Operation:
    """`target` is a (type, field) that is selected, where the data allow it with rows to show."""
    rng = Random(seed)
    first = Builder(rng, known, "a")
    is_named = rng.random() < 0.4
    text = first.operation(target, name="First" if is_named else "")
    name = "First" if is_named and rng.random() < 0.5 else None
    if is_named and rng.random() < 0.2:
        other = Builder(rng, known, "b").operation(None, name="Second")
        text, name = f"{text}\n{other}" if rng.random() < 0.5 else f"{other}\n{text}", "First"
    first.arguments.spoil()
    variables = first.arguments.variables
    again = Request(text, variables.values[1], name) if variables.declared else None
    return Operation(Request(text, variables.values[0], name), again, frozenset(first.uses))


class Look(NamedTuple):
    """How a field is selected under its own name."""

    arguments: str
    names: frozenset[str]
    shape: str


class Builder:
    """One operation with its fragments."""

    def __init__(self, rng: Random, known: Known, prefix: str) -> None:
        self._rng = rng
        self._prefix = prefix
        self._left = FIELDS
        self._made = 0
        self._looks: dict[str, Look] = {}
        self._fragments: dict[str, tuple[str, str]] = {}
        self.arguments = Arguments(rng, known, prefix)
        self.uses: set[str] = set()

    def operation(self, target: tuple[str, str] | None, name: str) -> str:
        rng = self._rng
        way = [] if target is None else [*route(rng, target[0]), Step(field=target[1])]
        body = self._selection(core.query_type, DEPTH, way)
        if self._chance(0.05):
            body = f"{{ {rng.choice(SCHEMA)} {body[1:]}"
        declared = ", ".join(self.arguments.variables.declared)
        keyword = "query" if declared or name or self._chance(0.5) else ""
        head = f"{keyword} {name}({declared})" if declared else f"{keyword} {name}"
        fragments = [f"fragment {key} on {on} {text}" for key, (on, text) in self._fragments.items()]
        return "\n".join([f"{head} {body}", *fragments])

    def _chance(self, probability: float) -> bool:
        return self._rng.random() < probability

    def _selection(self, type_: Any, depth: int, way: list[Step] | None = None) -> str:
        parts = [self._step(type_, depth, way)] if way else []
        parts += self._leaves(type_, depth)
        if self._left > 0 and not (way and self._chance(0.6)):
            parts += self._links(type_, depth)
        if self._left > 0 and self._chance(0.6 if is_abstract_type(type_) else 0.12):
            parts += [self._fragment(type_, depth) for _ in range(self._rng.choice((1, 1, 2, 3)))]
        if not parts or self._chance(0.15):
            parts.append("__typename" if self._chance(0.8) else f"{self._alias()}: __typename")
        self._rng.shuffle(parts)
        return f"{{ {' '.join(parts)} }}"

    def _step(self, type_: Any, depth: int, way: list[Step]) -> str:
        step, rest = way[0], way[1:]
        if step.field:
            return self._field(type_, step.field, depth, rest)
        return f"... on {step.on} {self._selection(core.type_map[step.on], depth, rest)}"

    def _leaves(self, type_: Any, depth: int) -> list[str]:
        names = [name for name, each in type_.fields.items() if is_leaf_type(get_named_type(each.type))]
        some = self._rng.sample(names, min(len(names), self._rng.randint(0, 4 if self._left > 0 else 1)))
        if some and self._chance(0.1):
            some.append(self._rng.choice(some))
        return [self._field(type_, name, depth) for name in some]

    def _links(self, type_: Any, depth: int) -> list[str]:
        """Pages and their edges do not count as depth. The same field may come twice."""
        names = [name for name, each in type_.fields.items() if not is_leaf_type(get_named_type(each.type))]
        is_page = type_.name.endswith(("Connection", "Edge"))
        if not names or (depth <= 0 and not is_page):
            return []
        counts = (1, 1, 2, 3) if is_page or type_ is core.query_type else (0, 0, 1, 1, 2)
        some = [self._rng.choice(names) for _ in range(self._rng.choice(counts))]
        return [self._field(type_, name, depth if is_page else depth - 1) for name in some]

    def _field(self, type_: Any, name: str, depth: int, way: list[Step] | None = None) -> str:
        """`way` is a list where the field is on the way to the target."""
        self._left -= 1
        self.uses.add(f"{type_.name}.{name}")
        definition = type_.fields[name]
        inner = get_named_type(definition.type)
        is_leaf = is_leaf_type(inner)
        look = self._look(
            name, definition, str(definition.type) if is_leaf else re.sub(r"\w+", "*", str(definition.type)), way
        )
        is_own = self._looks.setdefault(name, look) == look and self._chance(0.85)
        key = name if is_own else f"{self._alias()}: {name}"
        directive = "" if way is not None else self._directive()
        return f"{key}{look.arguments}{directive}" + ("" if is_leaf else f" {self._selection(inner, depth, way)}")

    def _look(self, name: str, definition: Any, shape: str, way: list[Step] | None) -> Look:
        known = self._looks.get(name)
        if known is not None and way is None and self._chance(0.5) and known.names <= {*definition.args}:
            needed = {key for key, each in definition.args.items() if is_non_null_type(each.type)}
            if needed <= known.names:
                return known._replace(shape=shape)
        given = (
            self.arguments.any_(name, definition) if way is None else self.arguments.fruitful(definition, way)
        )  # fmt: skip
        for key in given:
            self.uses.add(f"{name}({key})")
        written = ", ".join(
            f"{key}: {self.arguments.written(definition.args[key].type, value, key)}" for key, value in given.items()
        )
        return Look(f"({written})" if written else "", frozenset(given), shape)

    def _alias(self) -> str:
        self._made += 1
        return f"{self._prefix}{self._made}"

    def _directive(self) -> str:
        return f" @{self._rng.choice(('skip', 'include'))}(if: {self.arguments.switch()})" if self._chance(0.07) else ""

    def _fragment(self, type_: Any, depth: int) -> str:
        on = self._condition(type_)
        known = [name for name, (other, _) in self._fragments.items() if other == on.name]
        if known and self._chance(0.6):
            return f"...{self._rng.choice(known)}{self._directive()}"
        if len(self._fragments) < FRAGMENTS and self._chance(0.5):
            name = self._alias().upper()
            self._fragments[name] = (on.name, self._selection(on, min(depth, 1)))
            return f"...{name}{self._directive()}"
        condition = "" if on is type_ and self._chance(0.5) else f" on {on.name}"
        return f"...{condition}{self._directive()} {self._selection(on, depth)}"

    def _condition(self, type_: Any) -> Any:
        """A type that a value of this one may have."""
        if is_abstract_type(type_) and self._chance(0.8):
            return self._rng.choice([*core.get_possible_types(type_), *core.get_implementations(type_).interfaces])
        return self._rng.choice([type_, *type_.interfaces])
