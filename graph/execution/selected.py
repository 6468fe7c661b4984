"""What is selected, field by field, as graphql-core collects it; and the arguments of each."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLInputType,
    GraphQLObjectType,
    ValueNode,
    VariableNode,
    Visitor,
    get_nullable_type,
    is_non_null_type,
    is_required_argument,
    is_scalar_type,
    value_from_ast,
    visit,
)
from graphql.execution.collect_fields import FieldDetails, collect_subfields
from graphql.execution.executor import Executor
from graphql.execution.values import get_argument_values
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField

from graph.execution.run import Run
from graph.execution.unplanned import Unplanned

Details = list[FieldDetails]
Resolvers = dict[tuple[str, str], Any]


class TypeName(NamedTuple):
    """`__typename`, under its response name."""

    name: str
    type_name: str
    needs: tuple[str, ...] = ()

    @property
    def same(self) -> Hashable:
        return self.name, self.type_name


class Selected(NamedTuple):
    """A field of one type, under its response name."""

    name: str
    details: Details
    field: GraphQLField
    strawberry: StrawberryField

    @property
    def nodes(self) -> list[FieldNode]:
        return [each.node for each in self.details]

    @property
    def metadata(self) -> Mapping[Any, Any]:
        return self.strawberry.metadata or {}

    @property
    def needs(self) -> tuple[str, ...]:
        """What it reads of its source."""
        if "edge" in self.metadata:
            return self.metadata["edge"].needs  # type: ignore[no-any-return]
        return self.metadata.get("needs", (self.strawberry.python_name,))  # type: ignore[no-any-return]

    @property
    def same(self) -> Hashable:
        """Equal for fields of several types that are one field of an interface, selected once for all."""
        what = self.metadata.get("edge") or self.strawberry.base_resolver or self.strawberry.python_name
        return self.name, what, str(self.field.type), tuple(map(id, self.nodes))


Entry = Selected | TypeName


def resolvers_of(schema: Any) -> Resolvers:
    """The resolver of every field, to know again one that was replaced."""
    return {
        (type_.name, name): field.resolve
        for type_ in schema.type_map.values()
        if isinstance(type_, GraphQLObjectType)
        for name, field in type_.fields.items()
    }


def subfields(
    executor: Executor[Any], resolvers: Resolvers, type_: GraphQLObjectType, details: Details
) -> Iterator[Entry]:
    """The selected fields, in the order of the answer."""
    collected = collect_subfields(
        executor.schema, executor.fragments, executor.variable_values, executor.operation, type_, details
    )
    if collected.new_defer_usages:
        raise Unplanned
    for name, found in collected.grouped_field_set.items():
        field_name = found[0].node.name.value
        if field_name == "__typename":
            yield TypeName(name, type_.name)
            continue
        field = type_.fields.get(field_name)
        if field is None or field.resolve is not resolvers.get((type_.name, field_name)):
            raise Unplanned
        if any(each.fragment_variable_values for each in found):
            raise Unplanned
        strawberry = (field.extensions or {}).get("strawberry-definition")
        if strawberry is None or strawberry.extensions or strawberry.permission_classes:
            raise Unplanned
        yield Selected(name, found, field, strawberry)


def arguments(
    executor: Executor[Any], selected: Selected
) -> tuple[dict[str, Any] | None, Callable[[Run], dict[str, Any]]]:
    """The arguments in Python's names, as a resolver takes them: at once where they do not depend on variables (else
    None), and for an execution."""
    node = selected.details[0].node
    written = {argument.name.value: argument.value for argument in node.arguments or ()}
    varying = {name: value for name, value in written.items() if _has_variable(value)}
    if not varying:
        constant = _read(executor, selected, node)
        return constant, lambda run: constant
    if all(_is_plain(value, selected.field.args[name].type) for name, value in varying.items()):
        return None, _filled(executor, selected, written, varying)
    return None, lambda run: _read(run.executor, selected, node)


def _is_plain(value: ValueNode, type_: GraphQLInputType) -> bool:
    """Whether the argument is what the variable is: a scalar as it has been coerced."""
    return isinstance(value, VariableNode) and is_scalar_type(get_nullable_type(type_))


def _filled(
    executor: Executor[Any], selected: Selected, written: dict[str, ValueNode], varying: dict[str, Any]
) -> Callable[[Run], dict[str, Any]]:
    """The constant arguments, and the plain variables among them as they come."""
    types = {name: selected.field.args[name].type for name in written}
    literals = {name: value_from_ast(value, types[name]) for name, value in written.items() if name not in varying}
    constant = _converted(executor, selected, literals)
    graphql_name = executor.schema._strawberry_schema.config.name_converter.from_argument  # type: ignore[attr-defined]
    python = {graphql_name(argument): argument.python_name for argument in selected.strawberry.arguments}
    places = [
        (each.name.value, python[name], is_required_argument(selected.field.args[name]), is_non_null_type(types[name]))
        for name, each in varying.items()
    ]

    def read(run: Run) -> dict[str, Any]:
        given, values = dict(constant), run.variables
        for variable, name, is_required, is_never_null in places:
            if variable in values:
                given[name] = value = values[variable]
                if value is None and is_never_null:
                    raise Unplanned
            elif is_required:
                raise Unplanned
        return given

    return read


def _read(executor: Executor[Any], selected: Selected, node: FieldNode) -> dict[str, Any]:
    if not selected.field.args:
        return {}
    given = get_argument_values(selected.field, node, executor.variable_values, None, executor.hide_suggestions)
    return _converted(executor, selected, given)


def _converted(executor: Executor[Any], selected: Selected, given: dict[str, Any]) -> dict[str, Any]:
    schema = executor.schema._strawberry_schema  # type: ignore[attr-defined]
    return convert_arguments(
        given,
        selected.strawberry.arguments,
        scalar_registry=schema.schema_converter.scalar_registry,
        config=schema.config,
    )


def _has_variable(node: Any) -> bool:
    found = []

    class Finder(Visitor):
        def enter_variable(self, variable: VariableNode, *_: Any) -> None:
            found.append(variable)

    visit(node, Finder())
    return bool(found)
