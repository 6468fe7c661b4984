"""Builds the fields of a level that take more than reading the source."""

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from graphql import (
    GraphQLOutputType,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.pyutils import Path

from graph.edges import Ask, Lookup, Many, ToOne
from graph.execution.connections import Connecting, ConnectionField, parts
from graph.execution.forms import Form, RowForm
from graph.execution.leaves import Exact
from graph.execution.links import LookupField, RowsByKey, ToOneField
from graph.execution.run import Field, Info, Run
from graph.execution.selected import Details, Selected, arguments
from graph.execution.values import Completer, Leaves, Lists, Objects, ValueField
from graph.kinds import KINDS, Kind

if TYPE_CHECKING:
    from graph.execution.compiler import Compiler


def to_one(compiler: "Compiler", entry: Selected, form: Form, place: Path) -> Field:
    edge: ToOne = entry.metadata["edge"]
    rows = _by_key(compiler, edge.kind, entry.details, place)
    required = is_non_null_type(entry.field.type)
    return ToOneField(entry.name, form.getter(edge.via), edge.key, rows, required=required)


def lookup(compiler: "Compiler", entry: Selected, form: Form, place: Path) -> Field:
    edge: Lookup = entry.metadata["edge"]
    target = get_named_type(entry.field.type).name
    kinds = [KINDS[target]] if target in KINDS else list(KINDS.values())
    rows = {kind.name: _by_key(compiler, kind, entry.details, place) for kind in kinds}
    _, read = arguments(compiler.executor, entry)
    outer = get_nullable_type(entry.field.type)
    required = is_non_null_type(outer.of_type if is_list_type(outer) else entry.field.type)
    return LookupField(entry.name, lambda run: edge.find(**read(run)), rows, required=required)


def _by_key(compiler: "Compiler", kind: Kind, details: Details, place: Path) -> RowsByKey:
    columns, level = compiler.rows(kind, details, place)
    form = RowForm(kind, tuple(sorted(columns)), compiler.dialect)
    return RowsByKey(kind, form.columns, level(form))


def connection(compiler: "Compiler", entry: Selected, form: Form, place: Path) -> Field:
    edge: Many = entry.metadata["edge"]
    constant, read = arguments(compiler.executor, entry)
    ask: Callable[[Run], Ask]
    if constant is None:
        choices = get_named_type(entry.field.args["orderBy"].type).values  # type: ignore[attr-defined]
        orders, ask = [choice.value for choice in choices.values()], lambda run: edge.ask(read(run))
    else:
        known = edge.ask(constant)
        orders, ask = [known.order], lambda run: known
    connecting = Connecting(compiler, edge.kind, {key for order in orders for key in order.keys}, place)
    columns, made = parts(connecting, get_named_type(entry.field.type), entry.details)  # type: ignore[arg-type]
    return ConnectionField(entry.name, None if edge.rooted else form.getter(edge.key), ask, columns, made)


def value(compiler: "Compiler", entry: Selected, form: Form, place: Path) -> Field:
    completer = _completer(compiler, entry.field.type, entry.details, place)
    return ValueField(entry.name, _bound(compiler, entry, place), completer, may_read=entry.strawberry.is_async)


def _bound(compiler: "Compiler", entry: Selected, place: Path) -> Callable[[Run], tuple[Info, Callable[[Any], Any]]]:
    """What to call for each parent, with its arguments converted once for all. Strawberry would do so for each."""
    field, parent_type = entry.strawberry, compiler.executor.schema.type_map[str(place.typename)]
    info_class = compiler.executor.schema._strawberry_schema.config.info_class  # type: ignore[attr-defined]
    _, read = arguments(compiler.executor, entry)
    resolver = field.base_resolver

    def bind(run: Run) -> tuple[Info, Callable[[Any], Any]]:
        info: Info = run.executor.build_resolve_info(entry.field, entry.nodes, parent_type, place)  # type: ignore[arg-type]
        if resolver is None:
            return info, attrgetter(field.python_name)
        given = dict(read(run))
        if resolver.info_parameter:
            given[resolver.info_parameter.name] = info_class(_raw_info=info, _field=field)
        function: Callable[..., Any] = resolver.wrapped_func  # type: ignore[assignment]
        takes_self = resolver.self_parameter is not None
        parents = [each.name for each in (resolver.parent_parameter, resolver.root_parameter) if each]

        def call(source: Any) -> Any:
            named = dict.fromkeys(parents, source)
            return function(source, **named, **given) if takes_self else function(**named, **given)

        return info, call

    return bind


def _completer(compiler: "Compiler", type_: GraphQLOutputType, details: Details, place: Path) -> Completer:
    required, inner = is_non_null_type(type_), get_nullable_type(type_)
    if is_list_type(inner):
        return Lists(_completer(compiler, inner.of_type, details, place), required=required)
    if is_leaf_type(inner):
        return Leaves(Exact(type_).complete)
    abstract = inner if is_abstract_type(inner) else None
    types: list[Any] = [inner] if abstract is None else list(compiler.executor.schema.get_possible_types(abstract))
    return Objects(compiler.objects(types, details, place), types, abstract, required=required)


EDGES: dict[type, Callable[["Compiler", Selected, Form, Path], Field]] = {
    ToOne: to_one,
    Lookup: lookup,
    Many: connection,
}
