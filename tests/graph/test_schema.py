"""The schema's own rules: current export, words everywhere, Relay's shapes, the seed's columns."""

import ast
from pathlib import Path

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_non_null_type,
    is_specified_directive,
    is_specified_scalar_type,
)
from strawberry.utils.str_converters import to_camel_case

from graph.kinds import KINDS
from graph.schema import schema
from tests.graph.shape import core

ROOT = Path(__file__).parents[2]
EXPORT = ROOT / "schema.graphql"
OWN_TYPES = [type_ for name, type_ in core.type_map.items() if not name.startswith("__")]
FIELDS = [
    (type_, name, field)
    for type_ in OWN_TYPES
    if isinstance(type_, (GraphQLObjectType, GraphQLInterfaceType, GraphQLInputObjectType))
    for name, field in type_.fields.items()
]
# Columns that are shown as the node they point at, or under the name of their typed form.
SHOWN_AS = {
    "steps_config": "steps",
    "parent_generation_id": "parent",
    "idempotency_key": None,
    "live_source_id": None,
    "live_key": None,
    "user_id": "user",
    "from_session_id": "fromSession",
    "to_session_id": "toSession",
    "compliance_report_id": "report",
    "content_id": "content",
}

# Never null to the client, whatever an adopted table holds.
ALWAYS_TEXT = {"User.name", "User.email", "Company.name", "Product.name"}


def test_the_export_is_current() -> None:
    assert EXPORT.read_text() == schema.as_str() + "\n", "run `make schema`"


def test_everything_is_described() -> None:
    silent = [type_.name for type_ in OWN_TYPES if not type_.description and not is_specified_scalar_type(type_)]
    silent += [f"{type_.name}.{name}" for type_, name, field in FIELDS if not field.description]
    silent += [
        f"{type_.name}.{name}({argument})"
        for type_, name, field in FIELDS
        for argument, definition in getattr(field, "args", {}).items()
        if not definition.description
    ]
    silent += [
        f"{type_.name}.{name}"
        for type_ in OWN_TYPES
        if isinstance(type_, GraphQLEnumType)
        for name, value in type_.values.items()
        if not value.description
    ]
    assert silent == []


def test_own_scalars_say_what_they_are() -> None:
    own = [type_ for type_ in OWN_TYPES if hasattr(type_, "specified_by_url") and not is_specified_scalar_type(type_)]
    assert own
    assert [type_.name for type_ in own if not type_.specified_by_url] == []
    assert all(is_specified_directive(directive) for directive in core.directives if directive.name == "specifiedBy")


def test_every_column_of_every_table_is_a_field() -> None:
    missing = []
    for name, kind in KINDS.items():
        fields = core.type_map[name].fields
        for column in kind.table.columns:
            plain = to_camel_case(column.name)
            edge = SHOWN_AS.get(column.name, to_camel_case(column.name.removesuffix("_id")))
            if edge is not None and plain not in fields and edge not in fields and "owner" not in fields:
                missing.append(f"{name}.{column.name}")
    assert missing == []


def test_nullability_follows_the_columns() -> None:
    wrong = []
    for name, kind in KINDS.items():
        for column in kind.table.columns:
            field = core.type_map[name].fields.get(to_camel_case(column.name))
            is_document = field is not None and isinstance(get_named_type(field.type), GraphQLObjectType)
            if field is None or column.name == "id" or is_document or str(field.type).startswith("["):
                continue
            if is_non_null_type(field.type) == (column.nullable and f"{name}.{column.name}" not in ALWAYS_TEXT):
                wrong.append(f"{name}.{column.name}")
    assert wrong == []


def test_a_mutation_takes_one_input_and_answers_with_errors() -> None:
    for name, field in core.mutation_type.fields.items():
        assert list(field.args) == ["input"]
        fields = get_named_type(field.args["input"].type).fields
        assert {"idempotencyKey", "dryRun", "expectedVersion"} <= set(fields), name
        payload = get_named_type(field.type)
        assert str(payload.fields["errors"].type) == "[MutationError!]!"
        nullable = {"changed", "replayed", "errors"}
        assert [f for f, d in payload.fields.items() if is_non_null_type(d.type) and f not in nullable] == []


def test_every_list_is_paged_or_says_why_it_is_bounded() -> None:
    words = ("ounded", "t most", "of the page", "Up to")
    unbounded = [
        f"{type_.name}.{name}"
        for type_, name, field in FIELDS
        if "[" in str(field.type)
        and not isinstance(type_, GraphQLInputObjectType)
        and not any(word in field.description for word in words)
    ]
    assert unbounded == []


def test_every_fix_is_a_mutation() -> None:
    """Of the sources: the calls that gates and advice offer are written there."""
    found = set()
    for file in (*(ROOT / "domain").rglob("*.py"), *(ROOT / "actions").rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "id", None) == "Fix":
                name = call.args[0]
                found |= {name.value} if isinstance(name, ast.Constant) else set()
    assert len(found) > 10
    mutation = core.mutation_type
    assert mutation is not None
    assert found <= set(mutation.fields)
