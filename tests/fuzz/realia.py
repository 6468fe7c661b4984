"""What is really there: ids and cursors of the demo data, put where generated operations have random text."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    REMOVE,
    ArgumentNode,
    DocumentNode,
    FieldNode,
    GraphQLInputType,
    IntValueNode,
    NameNode,
    ObjectFieldNode,
    OperationDefinitionNode,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_named_type,
    is_required_input_field,
    parse_type,
    value_from_ast_untyped,
    visit,
)
from sqlalchemy.ext.asyncio import AsyncEngine

from graph.kinds import KINDS
from tests.door.client import Client
from tests.graph.shape import ROOTS, core, ids_of

PAGE = ("first", "last", "after", "before")


@dataclass
class Realia:
    ids: dict[str, list[str]] = field(default_factory=dict)
    cursors: dict[str, list[str]] = field(default_factory=dict)

    def id(self, random: Random, name: str, parent: str) -> str:
        """Of the type that the names suggest, mostly."""
        for kind in self.ids:
            if random.random() < 0.9 and kind.lower() in (name.removesuffix("Id").lower(), parent.lower()):
                return random.choice(self.ids[kind])
        return random.choice(self.ids[random.choice(list(self.ids))])


async def learn(engine: AsyncEngine, door: Client) -> Realia:
    found = Realia()
    for kind in KINDS:
        if some := await ids_of(engine, kind, limit=8):
            found.ids[kind] = some
    for edge in ROOTS:
        page = await door.data(f"{{ page: {edge.field}(first: 5) {{ edges {{ cursor }} }} }}")
        found.cursors[edge.field] = [each["cursor"] for each in page["page"]["edges"]]
    return found


def with_realia(document: DocumentNode, realia: Realia, random: Random) -> DocumentNode:
    types = TypeInfo(core)
    made: DocumentNode = visit(document, TypeInfoVisitor(types, _Replace(types, realia, random)))
    return made


class _Replace(Visitor):
    """Most of the ids by real ones, most of the pages by such as may be asked for."""

    def __init__(self, types: TypeInfo, realia: Realia, random: Random) -> None:
        super().__init__()
        self._types, self._realia, self._random = types, realia, random
        self._argument = ""

    def enter_field(self, node: FieldNode, *_: Any) -> FieldNode | None:
        arguments = {each.name.value: each for each in node.arguments or ()}
        if "first" not in arguments or self._random.random() < 0.2:
            return None
        rest = [each for name, each in arguments.items() if name not in PAGE and self._random.random() < 0.7]
        page = [_argument(self._random.choice(PAGE[:2]), IntValueNode(value=str(self._random.randint(0, 8))))]
        known = self._realia.cursors.get(node.name.value)
        if known and self._random.random() < 0.4:
            cursor = StringValueNode(value=self._random.choice(known))
            page.append(_argument("after" if page[0].name.value == "first" else "before", cursor))
        return FieldNode(
            alias=node.alias, name=node.name, directives=node.directives, selection_set=node.selection_set,
            arguments=(*rest, *page),
        )  # fmt: skip

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        self._argument = node.name.value

    def enter_object_field(self, node: ObjectFieldNode, *_: Any) -> Any:
        self._argument = node.name.value
        within = self._types.get_parent_input_type()
        known = getattr(None if within is None else get_named_type(within), "fields", {}).get(node.name.value)
        # With all that may be sent, something always contradicts.
        is_left_out = known is not None and not is_required_input_field(known) and self._random.random() < 0.6
        return REMOVE if is_left_out else None

    def enter_string_value(self, node: StringValueNode, *_: Any) -> StringValueNode | None:
        wanted = self._types.get_input_type()
        name = "" if wanted is None else get_named_type(wanted).name
        if name == "String" and self._argument not in PAGE and self._random.random() < 0.7:
            return StringValueNode(value=f"text_{self._random.randrange(1000)}")
        return self._id() if name == "ID" else None

    def enter_int_value(self, node: IntValueNode, *_: Any) -> StringValueNode | None:
        wanted = self._types.get_input_type()
        return self._id() if wanted is not None and get_named_type(wanted).name == "ID" else None

    def _id(self) -> StringValueNode | None:
        if self._random.random() < 0.2:
            return None
        target = self._types.get_type()
        parent = "" if target is None else get_named_type(target).name
        return StringValueNode(value=self._realia.id(self._random, self._argument, parent))


def _argument(name: str, value: Any) -> ArgumentNode:
    return ArgumentNode(name=NameNode(value=name), value=value)


def with_variables(document: DocumentNode, random: Random) -> tuple[DocumentNode, dict[str, Any]]:
    """Moves half of the arguments' values to variables, named v0, v1 and so on."""
    types = TypeInfo(core)
    lift = _Lift(types, random)
    moved: DocumentNode = visit(document, TypeInfoVisitor(types, lift))
    first, *rest = moved.definitions
    assert isinstance(first, OperationDefinitionNode)
    declared = tuple(
        VariableDefinitionNode(variable=_variable(name), type=parse_type(str(type_)), directives=())
        for name, type_ in lift.types.items()
    )
    operation = OperationDefinitionNode(
        operation=first.operation, name=first.name, variable_definitions=declared, directives=first.directives,
        selection_set=first.selection_set,
    )  # fmt: skip
    return DocumentNode(definitions=(operation, *rest)), lift.values


def _variable(name: str) -> VariableNode:
    return VariableNode(name=NameNode(value=name))


class _Lift(Visitor):
    def __init__(self, types: TypeInfo, random: Random) -> None:
        super().__init__()
        self._types, self._random = types, random
        self.types: dict[str, GraphQLInputType] = {}
        self.values: dict[str, Any] = {}

    def enter_argument(self, node: ArgumentNode, *_: Any) -> ArgumentNode | None:
        type_ = self._types.get_input_type()
        if type_ is None or self._random.random() < 0.5:
            return None
        name = f"v{len(self.types)}"
        self.types[name], self.values[name] = type_, value_from_ast_untyped(node.value)
        return _argument(node.name.value, _variable(name))
