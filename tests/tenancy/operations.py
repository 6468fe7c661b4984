"""Operations built around places: what else they need is filled in, and everything that could tell is selected."""

from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_required_argument,
    is_required_input_field,
)

from tests.execution.values import literal
from tests.graph.shape import core
from tests.tenancy.places import Place, Unknown

SIZE = 3
# Valid and free of consequences, where the first value of an enum would not be.
CHOSEN = {
    "CompanyTransitionStageInput.to": "PRE_LIST", "BlockerAddInput.severity": "LOW",
    "ProductTransitionStatusInput.to": "DEVELOPMENT", "CompanyChangeTierInput.to": "ADVANCED",
    "MdfApplicationMoveInput.to": "SUBMITTED",
    "SessionHandOffInput.toAgentType": "VISUAL_CREATOR",
}  # fmt: skip
MADE = {"Boolean": True, "Int": 1, "Float": 1.0, "Date": "2026-06-15", "DateTime": "2026-06-15T12:00:00Z"}


def selection(type_: Any, depth: int) -> str:
    """All leaves, `depth` levels of what lies below, and the fields of each concrete type."""
    named = get_named_type(type_)
    if is_leaf_type(named):
        return ""
    if named.name == "Node":
        return "{ __typename id }"
    if named.name.endswith("Connection"):
        row = selection(named.fields["nodes"].type, 0)
        ends = selection(named.fields["pageInfo"].type, 0)
        return f"{{ totalCount nodes {row} edges {{ cursor node {row} }} pageInfo {ends} }}"
    parts = ["__typename"]
    for name, definition in named.fields.items():
        inner = get_named_type(definition.type)
        if any(is_required_argument(argument) for argument in definition.args.values()):
            continue
        if is_leaf_type(inner) or depth > 0:
            few = f"(first: {SIZE})" if "first" in definition.args else ""
            parts.append(f"{name}{few} {selection(inner, depth - 1)}")
    parts += [f"... on {each.name} {{ {_own(each, named, depth)} }}" for each in _concrete(named)]
    return f"{{ {' '.join(parts)} }}"


def _concrete(named: Any) -> list[GraphQLObjectType]:
    return [] if not isinstance(named, GraphQLInterfaceType) else list(core.get_possible_types(named))


def _own(type_: GraphQLObjectType, interface: Any, depth: int) -> str:
    """What the interface does not have, under names of their own: another type's may be of another kind."""
    own = {name: get_named_type(each.type) for name, each in type_.fields.items() if name not in interface.fields}
    shown = [name for name, inner in own.items() if depth > 0 or is_leaf_type(inner)]
    return " ".join(f"{type_.name}_{name}: {name} {selection(own[name], depth - 1)}" for name in shown) or "__typename"


def reading(type_name: str, field: str, places: list[Place]) -> str:
    """The field once for each place, under the place's variable `$p0`, `$p1`, …; below a node type, for `$ids`."""
    definition = core.type_map[type_name].fields[field]
    declared = ", ".join(f"$p{n}: {place.type}" for n, place in enumerate(places))
    body = " ".join(
        f"p{n}: {field}({_arguments(definition, place, f'$p{n}')}) {selection(definition.type, 1)}"
        for n, place in enumerate(places)
    )
    if type_name == "Query":
        return f"query Walk({declared}) {{ {body} }}"
    return (
        f"query Walk($ids: [ID!]!, {declared}) {{ nodes(ids: $ids) {{ __typename ... on {type_name} {{ {body} }} }} }}"
    )


def _arguments(definition: Any, place: Place, variable: str) -> str:
    given = {place.path[0]: _nested(place.path[1:], variable)}
    if "first" in definition.args:
        given["last" if place.name == "before" else "first"] = str(SIZE)
    for name, argument in definition.args.items():
        if name not in given and is_required_argument(argument):
            made = filled(argument.type, f"{place.type_name}.{place.field}({name})")
            given[name] = literal(made, argument.type)
    return ", ".join(f"{name}: {value}" for name, value in given.items())


def _nested(path: tuple[str, ...], variable: str) -> str:
    return variable if not path else f"{{{path[0]}: {_nested(path[1:], variable)}}}"


def filled(type_: Any, what: str) -> Any:
    """Any valid value that names no row."""
    inner = get_nullable_type(type_)
    if is_list_type(inner):
        return [filled(inner.of_type, what)]
    if isinstance(inner, GraphQLEnumType):
        return next(iter(inner.values))
    if isinstance(inner, GraphQLInputObjectType) and inner.is_one_of:
        first = next(iter(inner.fields))
        return {first: filled(inner.fields[first].type, f"{what}.{first}")}
    if isinstance(inner, GraphQLInputObjectType):
        needed = {name: each.type for name, each in inner.fields.items() if is_required_input_field(each)}
        return {name: filled(each, f"{what}.{name}") for name, each in needed.items()}
    if inner.name not in MADE:
        raise Unknown(f"{what} needs a value: see {__name__}")
    return MADE[inner.name]
