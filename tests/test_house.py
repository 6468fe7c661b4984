"""The rules of the house that no type checker knows. Each rule is a scan of the sources, and is tried on a sample that
breaks it and on one that keeps it: a scan that finds nothing must not be a scan that cannot find."""

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LINT_IMPORTS = Path(sys.executable).parent / "lint-imports"

COMMITTERS = {"actions/perform.py"}
# They own the database they work on: nothing else is written through it at that time.
APART = ("db/demo/", "db/ddl/", "db/migrate.py")
# Whether the database answers at all is asked without a query of ours.
PROBES = {"graph/app.py": {"text"}}
STATEMENTS = {"select", "insert", "update", "delete", "text", "exists", "union", "union_all"}
DOORS = {
    "partner_journey_stage": {"actions/journey.py"},
    "journey_milestones": {"actions/journey.py"},
    "journey_started_at": {"actions/journey.py"},
    "blockers": {"actions/blocking.py"},
    "blocking_issues_count": {"actions/recount.py"},
    "launch_status": {"actions/products.py"},
    "partner_tier": {"actions/tiers.py"},
    "listing_live_date": {"actions/listings.py"},
    "prerequisite_tasks": {"actions/tasks.py"},
    "last_compliance_check_at": {"actions/compliance.py"},
    "launch_readiness_score": {"actions/readiness.py"},
    "state": {"actions/findings.py"},
    "ended_at": {"actions/handoffs.py"},
    "handoff_to_agent": {"actions/handoffs.py"},
    "decision": {"actions/approvals.py"},
    "live_key": {"actions/approvals.py"},
    "used_at": {"actions/approvals.py"},
    "next_recommended_actions": {"actions/advice.py"},
}
# `status` is a column of many tables: here, that of sessions is meant.
SESSION_STATUS_DOORS = {"actions/handoffs.py"}
SESSION_LOADERS = {"AgentSession", "session_for_writing"}
WRITERS_BY_NAME = {"values", "Company", "Product", "AgentSession", "Approval", "setattr"}
WRITERS_BY_NAME = {"values", "overwrite", "Company", "AgentSession", "Approval", "setattr"}
CLOCKS_AND_CHANCE = {
    "now", "utcnow", "today", "time", "time_ns", "monotonic", "perf_counter", "uuid1", "uuid4", "uuid7", "token_hex",
    "token_urlsafe", "urandom", "randint", "random", "choice", "shuffle", "uniform", "sample",
}  # fmt: skip
SOURCES_OF_THESE = {"datetime", "date", "time", "uuid", "uuid_utils", "random", "secrets", "os"}
FORBIDDEN_MODULES = {"random", "secrets", "uuid", "uuid_utils", "time"}

Scan = Callable[[str, ast.Module], Iterator[int]]
"""Given a file's path and its tree: the lines that break the rule."""


def sources(*packages: str) -> Iterator[tuple[str, ast.Module]]:
    for package in packages:
        for file in sorted((ROOT / package).rglob("*.py")):
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text())


def found(scan: Scan, *packages: str) -> list[str]:
    return [f"{path}:{line}" for path, tree in sources(*packages) for line in scan(path, tree)]


def in_sample(scan: Scan, code: str, path: str = "graph/sample.py") -> list[int]:
    return list(scan(path, ast.parse(code)))


def name_of(node: ast.AST) -> str | None:
    """The last part of a name: `t.Company` is Company."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else None


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


# --- transactions


def commits(path: str, tree: ast.Module) -> Iterator[int]:
    if path in COMMITTERS or path.startswith(APART):
        return
    for call in calls(tree):
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"commit", "begin", "begin_nested"}:
            yield call.lineno


def test_only_perform_commits() -> None:
    assert found(commits, "domain", "db", "actions", "graph") == []


@pytest.mark.parametrize(
    "code",
    ["await session.commit()", "async with engine.begin() as c: pass", "session.begin_nested()", "a.b.commit()"],
)
def test_a_commit_elsewhere_is_found(code: str) -> None:
    wrapped = f"async def f():\n    {code}"
    assert in_sample(commits, wrapped) == [2]
    assert in_sample(commits, wrapped, "actions/perform.py") == []


# --- queries


def queries(path: str, tree: ast.Module) -> Iterator[int]:
    """Statements that are built: by a function of SQLAlchemy, however it is named here, or by a table's own method."""
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for alias in node.names
        if alias.name in STATEMENTS - PROBES.get(path, set())
    }
    for call in calls(tree):
        if isinstance(call.func, ast.Name) and call.func.id in imported:
            yield call.lineno
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"select", "exec_driver_sql"}:
            yield call.lineno


def test_only_db_asks_the_database() -> None:
    assert found(queries, "domain", "actions", "graph") == []


@pytest.mark.parametrize(
    "code",
    [
        "from sqlalchemy import select\nselect(1)",
        "from sqlalchemy import update as change\nchange(t)",
        "from sqlalchemy.dialects.mysql import insert\ninsert(t)",
        "import sqlalchemy as sa\nsa.select(1)",
        "table = t\ntable.select()",
    ],
)
def test_a_query_elsewhere_is_found(code: str) -> None:
    assert in_sample(queries, code) == [2]
    assert in_sample(queries, "from menus import select\nselect(1)") == []


# --- one door per state


def writes(tree: ast.AST, name: str) -> Iterator[int]:
    """Assignments to an attribute of this name, and keywords of that name where a row is made or updated."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.ctx, (ast.Store, ast.Del)):
            yield node.lineno
        if isinstance(node, ast.Call) and name_of(node.func) in WRITERS_BY_NAME and _names(node, name):
            yield node.lineno


def _names(call: ast.Call, name: str) -> bool:
    """Also as a key of a dict, spread or passed, and as the name that setattr is given."""
    if any(keyword.arg == name for keyword in call.keywords):
        return True
    return any(
        isinstance(inner, ast.Constant) and inner.value == name
        for argument in [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg is None)]
        for inner in ast.walk(argument)
    )


def through_other_doors(path: str, tree: ast.Module) -> Iterator[int]:
    if path.startswith("db/demo/"):
        return
    for name, doors in DOORS.items():
        if path not in doors:
            yield from writes(tree, name)
    mentioned = {name_of(node) for node in ast.walk(tree)} | {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    if path not in SESSION_STATUS_DOORS and mentioned & SESSION_LOADERS:
        yield from writes(tree, "status")


def test_each_state_has_one_door() -> None:
    assert found(through_other_doors, "domain", "db", "actions", "graph") == []


@pytest.mark.parametrize("door", sorted({path for doors in DOORS.values() for path in doors}))
def test_every_door_is_in_use(door: str) -> None:
    """A door that writes nothing is a rule about a file that has moved."""
    names = [name for name, doors in DOORS.items() if door in doors]
    tree = ast.parse((ROOT / door).read_text())
    assert all(list(writes(tree, name)) for name in names)


@pytest.mark.parametrize("name", DOORS)
@pytest.mark.parametrize(
    "code",
    [
        "company.{} = 1", "work.company.{} += 1", "company.{}: int = 1", "del company.{}", "a, company.{} = 1, 2",
        "for company.{} in (): pass", "setattr(company, '{}', 1)", "t.Company({}=1)", "AgentSession(**{{'{}': 1}})",
        "update(table).values({}=1)", "update(table).values({{'{}': 1}})", "update(t).where(a).values(**{{'{}': 1}})",
    ],
)  # fmt: skip
def test_another_door_is_found(code: str, name: str) -> None:
    broken = code.format(name)
    assert in_sample(through_other_doors, broken)
    assert in_sample(through_other_doors, broken, *DOORS[name]) == [] or len(DOORS[name]) > 1


@pytest.mark.parametrize("code", ["t.AgentSession(status=1)", "s: t.AgentSession = f()\ns.status = 1",
                                  "from actions.access import session_for_writing\nx.status = 1"])  # fmt: skip
def test_another_door_to_a_sessions_status_is_found(code: str) -> None:
    assert in_sample(through_other_doors, code)
    assert in_sample(through_other_doors, code, "actions/handoffs.py") == []


@pytest.mark.parametrize("code", ["chain.status = 1", "print(company.blockers)", "Payload(blockers=1)", "blockers = 1",
                                  "class T:\n    blockers: int = 1"])  # fmt: skip
def test_reading_and_other_states_are_left_alone(code: str) -> None:
    assert in_sample(through_other_doors, code) == []


# --- no clock, no chance


def unforeseeable(path: str, tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules = [alias.name.partition(".")[0] for alias in node.names]
            if FORBIDDEN_MODULES & set(modules):
                yield node.lineno
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in FORBIDDEN_MODULES:
            yield node.lineno
        if (
            isinstance(node, ast.Attribute)
            and node.attr in CLOCKS_AND_CHANCE
            and name_of(node.value) in SOURCES_OF_THESE
        ):
            yield node.lineno


def test_time_ids_and_chance_come_from_outside() -> None:
    assert found(unforeseeable, "domain", "actions") == []


@pytest.mark.parametrize(
    "code",
    [
        "datetime.now(UTC)", "datetime.datetime.utcnow()", "date.today()", "uuid.uuid4()", "random.random()",
        "import random", "import uuid_utils as ids", "from uuid import uuid4", "from secrets import token_hex",
        "import time", "os.urandom(8)", "default_factory = datetime.now",
    ],
)  # fmt: skip
def test_a_clock_or_chance_is_found(code: str) -> None:
    assert in_sample(unforeseeable, code) == [1]


@pytest.mark.parametrize("code", ["from datetime import UTC, datetime", "work.now", "call.time", "clock.now()"])
def test_a_time_that_is_passed_in_is_fine(code: str) -> None:
    assert in_sample(unforeseeable, code) == []


# --- layers


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([LINT_IMPORTS, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)


def test_imports_go_one_way() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


def test_an_import_the_wrong_way_is_found(tmp_path: Path) -> None:
    for package, code in (("domain", "import actions"), ("db", ""), ("actions", ""), ("graph", "")):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text(code)
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    done = lint_imports(tmp_path)
    assert done.returncode != 0
    assert "domain is not allowed to import actions" in done.stdout
