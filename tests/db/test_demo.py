"""The demo data must hold what the rules promise: whoever reads it takes it for the real thing."""

import asyncio
import json
import re
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Enum, Table, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from db import migrate
from db.base import Base
from db.demo import DemoSummary, NotEmpty, load
from db.demo.names import company_names
from db.engine import create_engine
from db.queries.facts import company_facts
from db.queries.waiting import waiting
from db.reader import Reader
from db.scope import Scope
from domain.documents import (
    ActualPerformance,
    AutoFixResult,
    Blocker,
    GapTopic,
    NextActions,
    PopularQuery,
    PrerequisiteTask,
    Step,
    SuggestedAddition,
)
from domain.enums import BlockerStatus, JourneyStage
from domain.next_actions import recommend
from domain.policy import DEFAULT

pytestmark = pytest.mark.slow

NOW = datetime(2026, 3, 11, 9, 30, 15, tzinfo=UTC)
# A time and whatever follows it up to the end of the text.
ISO_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[^\"]*")
STAGES = [stage.value for stage in JourneyStage]
TERMINAL = ("completed", "skipped", "waived")
MAY_BE_AHEAD = {
    "expires_at",
    "estimated_completion",
    "next_check_scheduled_at",
    "target_launch_date",
    "valid_until",
    "predicted_ready_date",
}

Row = dict[str, Any]
Rows = dict[str, list[Row]]


async def make_database(path: Path) -> AsyncEngine:
    engine = create_engine(f"sqlite+aiosqlite:///{path}")
    await migrate.upgrade(engine)
    return engine


async def read(engine: AsyncEngine) -> Rows:
    async with engine.connect() as connection:
        return {
            table.name: [
                dict(row)
                for row in (await connection.execute(select(table).order_by(*table.primary_key.columns))).mappings()
            ]
            for table in Base.metadata.sorted_tables
        }


async def loaded(path: Path, **options: Any) -> Rows:
    engine = await make_database(path)
    try:
        await load(engine, **options)
        return await read(engine)
    finally:
        await engine.dispose()


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    engine = await make_database(tmp_path / "demo.db")
    yield engine
    await engine.dispose()


@pytest.fixture(scope="module", params=[NOW, NOW + timedelta(days=47, hours=9)], ids=["a Wednesday", "a Monday"])
def rows(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    return asyncio.run(loaded(tmp_path_factory.mktemp("demo") / "demo.db", now=request.param)) | {"now": request.param}


def by(rows: list[Row], column: str) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return groups


def history(rows: Rows) -> dict[int, list[Row]]:
    events = sorted(rows["partner_journey_events"], key=lambda event: (event["created_at"], event["id"]))
    return by(events, "company_id")


def stored_blockers(company: Row) -> list[Blocker]:
    return [Blocker.model_validate(blocker) for stage in company["blockers"].values() for blocker in stage]


async def test_load_tells_what_it_wrote_and_how_far_it_is(engine: AsyncEngine) -> None:
    heard: list[tuple[str, int, int]] = []
    summary = await load(engine, companies=3, now=NOW, on_progress=lambda *step: heard.append(step))

    assert isinstance(summary, DemoSummary)
    assert summary.companies == summary.rows["companies"] == 3
    assert {table: total for table, done, total in heard if done == total} == summary.rows
    assert {table: len(rows) for table, rows in (await read(engine)).items() if rows} == summary.rows


async def test_load_refuses_a_database_with_companies(engine: AsyncEngine) -> None:
    await load(engine, companies=2, now=NOW)
    before = await read(engine)

    with pytest.raises(NotEmpty):
        await load(engine, companies=2, now=NOW)
    assert await read(engine) == before


async def test_same_arguments_same_rows(tmp_path: Path) -> None:
    first = await loaded(tmp_path / "first.db", now=NOW)
    second = await loaded(tmp_path / "second.db", now=NOW)
    assert first == second


async def test_more_companies_are_told_as_well(tmp_path: Path) -> None:
    rows = await loaded(tmp_path / "many.db", companies=90, now=NOW)
    assert len(rows["companies"]) == 90
    assert_folds(rows)


def test_company_names_stay_apart_and_in_order() -> None:
    many = company_names(2000)
    assert len(set(many)) == 2000
    assert company_names(40) == many[:40]


def test_every_enum_value_occurs(rows: Rows) -> None:
    missing = [
        f"{table.name}.{column.name}={value}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Enum)
        for value in column.type.enums
        if rows[table.name] and value not in {row[column.name] for row in rows[table.name]}
    ]
    assert missing == []
    seen = {step["status"] for chain in rows["workflow_chains"] for step in chain["steps_config"]}
    assert seen == {"pending", "running", "waiting_input", "completed", "failed", "skipped", "waived"}
    assert {blocker.status for company in rows["companies"] for blocker in stored_blockers(company)} == {*BlockerStatus}


def test_every_reference_leads_somewhere(rows: Rows) -> None:
    ids = {name: {row.get("id") for row in table} for name, table in rows.items() if name != "now"}
    chains = {chain["chain_id"] for chain in rows["workflow_chains"]}
    sessions = {session["session_id"] for session in rows["agent_sessions"]}
    soft = {
        "companies.user_id": ids["users"],
        "agent_sessions.company_id": ids["companies"],
        "agent_sessions.product_id": ids["products"],
        "context_snapshots.company_id": ids["companies"],
        "context_snapshots.product_id": ids["products"],
        "context_snapshots.workflow_chain_id": chains,
        "context_snapshots.agent_session_id": sessions,
        "user_openai.workflow_chain_id": chains,
        "user_openai.parent_generation_id": ids["user_openai"],
        "compliance_reports.remediation_chain_id": chains,
        "compliance_reports.assigned_to": ids["users"],
        "compliance_report_items.remediation_generation_id": ids["user_openai"],
        "performance_predictions.content_id": ids["user_openai"],
        "demo_requests.company_id": ids["companies"],
        "session_handoffs.decided_by": ids["users"],
    }
    for name, known in soft.items():
        table, column = name.split(".")
        values = {row[column] for row in rows[table]} - {None}
        assert values, f"{name} is never used"
        assert values <= known, name


def test_nothing_but_plans_lies_ahead(rows: Rows) -> None:
    now: datetime = rows["now"]  # type: ignore[assignment]
    for table in Base.metadata.sorted_tables:
        for row in rows[table.name]:
            for column, value in row.items():
                if column in MAY_BE_AHEAD:
                    continue
                if isinstance(value, datetime):
                    assert value <= now, (table.name, column, row)
                elif isinstance(value, date):
                    assert value <= now.date(), (table.name, column, row)


def test_a_row_is_not_older_than_what_it_belongs_to(rows: Rows) -> None:
    born = {company["id"]: company["created_at"] for company in rows["companies"]}
    made = {product["id"]: product["created_at"] for product in rows["products"]}
    for table in ("products", "partner_journey_events", "workflow_chains", "user_openai", "compliance_reports"):
        for row in rows[table]:
            assert row["created_at"] >= born[row["company_id"]], (table, row)
            assert row.get("product_id") is None or row["created_at"] >= made[row["product_id"]], (table, row)


def assert_folds(rows: Rows) -> None:
    events = history(rows)
    for company in rows["companies"]:
        stage, milestones = "discovery", {}
        for event in events[company["id"]]:
            if event["event_type"] != "stage_transition":
                continue
            data = event["event_data"]
            source, target = STAGES.index(event["from_stage"]), STAGES.index(event["to_stage"])
            assert event["from_stage"] == stage
            assert data["kind"] == ("regress" if target < source else "advance" if target == source + 1 else "skip")
            assert data["skipped_stages"] == STAGES[source + 1 : target]
            if data["kind"] != "advance" or data["forced"]:
                assert len(data["reason"]) >= 10
                assert event["triggered_by"] == "user"
            if target > source:
                milestones[stage] = event["created_at"].strftime("%Y-%m-%dT%H:%M:%SZ")
            else:
                milestones = {name: at for name, at in milestones.items() if STAGES.index(name) < target}
            stage = event["to_stage"]
        assert (stage, milestones) == (company["partner_journey_stage"], company["journey_milestones"])


def test_transitions_fold_to_stage_and_milestones(rows: Rows) -> None:
    assert_folds(rows)
    kinds = Counter(
        event["event_data"]["kind"]
        for event in rows["partner_journey_events"]
        if event["event_type"] == "stage_transition"
    )
    assert kinds.keys() == {"advance", "regress", "skip"}
    assert any(event["event_data"].get("forced") for event in rows["partner_journey_events"])


def test_blockers_and_their_events_agree(rows: Rows) -> None:
    events = history(rows)
    dependencies = reopened = waived = 0
    for company in rows["companies"]:
        told_of = [event for event in events[company["id"]] if "blocker_id" in event["event_data"]]
        resolved = {e["event_data"]["blocker_id"]: e for e in told_of if e["event_type"] == "blocker_resolved"}
        # Of one that came back, the first time counts.
        added = {e["event_data"]["blocker_id"]: e for e in reversed(told_of) if e["event_type"] == "blocker_added"}
        reopened += sum(event["event_data"].get("reopened", False) for event in told_of)
        waived += sum(event["event_data"].get("waived", False) for event in told_of)
        blockers = stored_blockers(company)
        known = {blocker.id for blocker in blockers}
        assert {blocker.id for blocker in blockers if blocker.status == "open"} == added.keys() - resolved.keys()
        for blocker in blockers:
            told = added[blocker.id]
            assert (told["created_at"], told["product_id"]) == (blocker.added_at, blocker.product_id)
            assert (told["event_data"]["code"], told["event_data"]["severity"]) == (blocker.code, blocker.severity)
            assert set(blocker.blocked_by) <= known - {blocker.id}
            dependencies += len(blocker.blocked_by)
            if blocker.status != "open":
                assert resolved[blocker.id]["created_at"] == blocker.resolved_at > blocker.added_at
                assert resolved[blocker.id]["event_data"]["resolution"] == blocker.resolution
    assert dependencies
    assert reopened
    assert waived


def test_agents_are_named_and_nobody_else_is(rows: Rows) -> None:
    system = next(user["id"] for user in rows["users"] if user["email"] == "system@partner-graph.example")
    for event in rows["partner_journey_events"]:
        assert (event["agent_id"] is not None) == (event["triggered_by"] == "agent")
        assert (event["user_id"] == system) == (event["triggered_by"] in ("system", "webhook"))


async def test_advice_is_what_the_rules_give_and_some_is_put_off(engine: AsyncEngine) -> None:
    await load(engine, now=NOW)
    everyone, now = Scope(0, everything=True), NOW.replace(microsecond=0)
    stored = {row["id"]: row["next_recommended_actions"] for row in (await read(engine))["companies"]}
    async with Reader(engine) as reader:
        facts = await company_facts(reader.fetch, list(stored), everyone, now)
        waits = await waiting(reader.fetch, list(stored), everyone)
    put_off = 0
    for key, raw in stored.items():
        document = NextActions.model_validate(raw)
        assert recommend(facts[key], waits[key], DEFAULT, now, document.dismissed).stored() == raw
        put_off += len(document.dismissed)
    assert 0 < put_off < len(stored)


def test_money_and_deals_follow_what_has_to_come_first(rows: Rows) -> None:
    for events in history(rows).values():
        submitted, opportunities, customers = set(), set(), set()
        for event in events:
            data = event["event_data"]
            match event["event_type"]:
                case "mdf_submitted":
                    submitted.add(data["application_id"])
                case "mdf_approved":
                    submitted.remove(data["application_id"])
                case "co_sell_initiated":
                    opportunities.add(data["opportunity_id"])
                case "deal_registered":
                    opportunities.remove(data["opportunity_id"])
                case "first_customer":
                    assert event["product_id"] not in customers
                    customers.add(event["product_id"])


def test_listings_and_their_events_agree(rows: Rows) -> None:
    published = [event for event in rows["partner_journey_events"] if event["event_type"] == "listing_published"]
    told = {event["product_id"]: event["created_at"].date() for event in published}
    assert len(told) == len(published)
    assert told == {row["id"]: row["listing_live_date"] for row in rows["products"] if row["listing_live_date"]}
    for product in rows["products"]:
        if product["launch_status"] in ("ga", "growth", "mature"):
            assert product["id"] in told
            assert product["launch_readiness_score"] >= 80
        if product["launch_status"] in ("soft_launch", "ga", "growth", "mature"):
            assert product["aws_product_code"]
    codes = [row["aws_product_code"] for row in rows["products"] if row["aws_product_code"]]
    assert len(codes) == len(set(codes))
    assert any(row["target_launch_date"] < rows["now"].date() for row in unreleased(rows))  # type: ignore[attr-defined]


def unreleased(rows: Rows) -> list[Row]:
    return [row for row in rows["products"] if row["target_launch_date"] and not row["listing_live_date"]]


def test_blocking_issues_are_counted_right(rows: Rows) -> None:
    items = by(rows["compliance_report_items"], "compliance_report_id")
    reports = by(rows["compliance_reports"], "product_id")
    companies = {company["id"]: company for company in rows["companies"]}
    for product in rows["products"]:
        latest = max(reports[product["id"]], key=lambda report: (report["created_at"], report["id"]), default=None)
        findings = items[latest["id"]] if latest else []
        count = sum(
            item["result"] == "FAIL"
            and item["severity"] in ("critical", "high")
            and item["state"] not in ("verified", "waived")
            for item in findings
        )
        count += sum(
            (blocker.product_id, blocker.status) == (product["id"], "open") and blocker.severity in ("critical", "high")
            for blocker in stored_blockers(companies[product["company_id"]])
        )
        assert product["blocking_issues_count"] == count
        assert product["last_compliance_check_at"] == (latest and latest["created_at"])
    assert any(product["blocking_issues_count"] for product in rows["products"])


def test_reports_add_up(rows: Rows) -> None:
    items = by(rows["compliance_report_items"], "compliance_report_id")
    chains = {chain["chain_id"]: chain for chain in rows["workflow_chains"]}
    for report in rows["compliance_reports"]:
        failed = [item for item in items[report["id"]] if item["result"] == "FAIL"]
        assert (report["status"] == "failed") == bool(failed)
        for fix in report["auto_fix_results"] or ():
            assert AutoFixResult.model_validate(fix).item_id in {item["id"] for item in failed}
        if report["remediation_chain_id"]:
            slugs = {item["remediation_template_slug"] for item in failed} - {None}
            steps = chains[report["remediation_chain_id"]]["steps_config"]
            assert {step["template_slug"] for step in steps} == slugs
    for column, expected in {
        "result": {"PASS", "FAIL", "NOT_EXECUTED", "EXEMPTION"},
        "severity": {"critical", "high", "medium", "low"},
        "state": {"open", "remediating", "awaiting_recheck", "verified", "waived"},
    }.items():
        assert {item[column] for item in rows["compliance_report_items"]} == expected


def test_chains_agree_with_their_steps(rows: Rows) -> None:
    contents = {content["id"]: content for content in rows["user_openai"]}
    for chain in rows["workflow_chains"]:
        steps = [Step.model_validate(step) for step in chain["steps_config"]]
        assert [step.step_num for step in steps] == list(range(1, chain["total_steps"] + 1))
        open_steps = [step for step in steps if step.status not in TERMINAL]
        assert chain["current_step"] == (open_steps[0].step_num if open_steps else len(steps))
        assert (chain["status"] == "completed") == (not open_steps) == (chain["completed_at"] is not None)
        outputs = (chain["chain_context"] or {"steps": {}})["steps"]
        assert outputs.keys() == {step.template_slug for step in steps if step.status == "completed"}
        for step in steps:
            assert all(number < step.step_num for number in step.depends_on)
            assert (step.output_id is not None) == (step.status == "completed")
            assert (step.lease is not None) == (step.status == "running")
            assert (step.error is not None) == (step.status == "failed")
            assert step.required or step.status != "waived"
            assert not step.required or step.status != "skipped"
            if step.output_id:
                content = contents[step.output_id]
                assert content["workflow_chain_id"] == chain["chain_id"]
                assert content["company_id"] == chain["company_id"]


def test_one_live_chain_a_kind_and_product(rows: Rows) -> None:
    live = Counter(
        (chain["company_id"], chain["product_id"], chain["chain_type"])
        for chain in rows["workflow_chains"]
        if chain["status"] in ("in_progress", "paused")
    )
    assert max(live.values()) == 1


def test_events_and_sessions_belong_to_the_chains_they_are_tied_to(rows: Rows) -> None:
    chains = {chain["id"]: chain for chain in rows["workflow_chains"]}
    events = {event["id"]: event for event in rows["partner_journey_events"]}
    sessions = {session["id"]: session for session in rows["agent_sessions"]}
    for link in rows["journey_event_chains"]:
        event, chain = events[link["event_id"]], chains[link["chain_id"]]
        assert event["company_id"] == chain["company_id"]
        if link["relation"] == "started":
            assert event["created_at"] <= chain["created_at"]
        else:
            assert event["created_at"] >= chain["created_at"]
    for link in rows["workflow_chain_sessions"]:
        chain, session = chains[link["chain_id"]], sessions[link["session_id"]]
        assert (session["company_id"], session["product_id"]) == (chain["company_id"], chain["product_id"])
        assert 1 <= link["step_num"] <= chain["total_steps"]


def test_handoffs_leave_both_sides_in_order(rows: Rows) -> None:
    sessions = {session["id"]: session for session in rows["agent_sessions"]}
    snapshots = {snapshot["id"]: snapshot for snapshot in rows["context_snapshots"]}
    for handoff in rows["session_handoffs"]:
        source = sessions[handoff["from_session_id"]]
        live = handoff["status"] in ("pending", "accepted")
        assert handoff["live_source_id"] == (source["id"] if live else None)
        assert handoff["to_agent_type"] != source["agent_type"]
        assert snapshots[handoff["snapshot_id"]]["snapshot_type"] == "handoff"
        assert snapshots[handoff["snapshot_id"]]["agent_session_id"] == source["session_id"]
        if handoff["status"] == "accepted":
            target = sessions[handoff["to_session_id"]]
            assert (source["status"], source["outcome_type"]) == ("completed", "handed_off")
            assert source["successful_outcome"] is None
            assert source["handoff_to_agent"] == target["agent_type"] == handoff["to_agent_type"]
            assert source["ended_at"] == target["started_at"] == handoff["decided_at"]
            assert target["session_context"]["_handoff"]["handoff_id"] == handoff["id"]
        elif handoff["status"] == "pending":
            assert source["status"] == "paused"
            assert handoff["expires_at"] > rows["now"]  # type: ignore[operator]
        else:
            assert handoff["decided_at"]
            assert handoff["to_session_id"] is None
    assert max(handoff["hop"] for handoff in rows["session_handoffs"]) >= 2


def test_sessions_end_as_their_status_says(rows: Rows) -> None:
    for session in rows["agent_sessions"]:
        assert (session["ended_at"] is not None) == (session["status"] in ("completed", "abandoned"))
        assert session["ended_at"] is None or session["ended_at"] >= session["started_at"]
        assert session["successful_outcome"] is None or session["outcome_type"]
        assert session["user_satisfaction"] in (None, 1, 2, 3, 4, 5)


def test_only_the_last_rework_is_used(rows: Rows) -> None:
    parents = {content["parent_generation_id"] for content in rows["user_openai"]} - {None}
    used = {content["id"] for content in rows["user_openai"] if content["used_in_submission"]}
    assert parents
    assert used
    assert not parents & used


def test_json_documents_have_their_shapes(rows: Rows) -> None:
    for company in rows["companies"]:
        if company["next_recommended_actions"]:
            NextActions.model_validate(company["next_recommended_actions"])
    for product in rows["products"]:
        for task in product["prerequisite_tasks"] or ():
            PrerequisiteTask.model_validate(task)
    for base in rows["platform_knowledge_bases"]:
        for column, shape in {
            "popular_queries": PopularQuery,
            "gap_topics": GapTopic,
            "suggested_additions": SuggestedAddition,
        }.items():
            assert [shape.model_validate(item) for item in base[column]]
    for prediction in rows["performance_predictions"]:
        if prediction["actual_performance"]:
            actual = ActualPerformance.model_validate(prediction["actual_performance"])
            assert actual.conversions <= actual.exposures
    short = [task for product in rows["products"] for task in product["prerequisite_tasks"] or () if "id" not in task]
    assert all(task.keys() == {"task", "status", "due_date"} for task in short)
    assert short


def test_times_in_documents_are_whole_seconds_in_utc(rows: Rows) -> None:
    for table in Base.metadata.sorted_tables:
        for row in rows[table.name]:
            for value in row.values():
                if isinstance(value, dict | list):
                    for found in ISO_TIME.findall(json.dumps(value)):
                        assert found[19:] == "Z", (table.name, found)


def test_every_experiment_has_one_control(rows: Rows) -> None:
    for arms in by(rows["performance_predictions"], "experiment_key").values():
        assert len(arms) > 1
        assert sum(arm["is_control"] for arm in arms) == 1


def test_history_is_as_long_as_promised(rows: Rows) -> None:
    sizes = [len(events) for events in history(rows).values()]
    assert 35 <= sum(sizes) / len(sizes) <= 60
    chains, sessions = by(rows["workflow_chains"], "company_id"), by(rows["agent_sessions"], "company_id")
    for company in rows["companies"][1:]:
        assert 4 <= len(sessions[company["id"]]) <= 10
        assert len(chains[company["id"]]) <= 5
        if company["partner_journey_stage"] != "discovery":
            assert len(chains[company["id"]]) >= 2


def test_the_demo_people_have_their_parts(rows: Rows) -> None:
    users = {user["name"]: user for user in rows["users"]}
    assert (users["Dana Demo"]["id"], users["Dana Demo"]["email"]) == (1, "dana@partner-graph.example")
    members = by(rows["company_members"], "user_id")
    [lee] = members[users["Lee Limited"]["id"]]
    assert lee["role"] == "viewer"
    for name in users.keys() - {"Dana Demo", "Lee Limited", "Partner Graph System"}:
        assert len(members[users[name]["id"]]) > 1


async def test_the_showcase_goes_five_levels_deep(engine: AsyncEngine) -> None:
    await load(engine, companies=1, now=NOW)
    table: dict[str, Table] = dict(Base.metadata.tables)
    product, event, chain = table["products"], table["partner_journey_events"], table["workflow_chains"]
    link, work, session = table["journey_event_chains"], table["workflow_chain_sessions"], table["agent_sessions"]
    path = (
        select(product.c.id, func.count(session.c.id.distinct()))
        .join(event, event.c.product_id == product.c.id)
        .join(link, link.c.event_id == event.c.id)
        .join(chain, chain.c.id == link.c.chain_id)
        .join(work, work.c.chain_id == chain.c.id)
        .join(session, session.c.id == work.c.session_id)
        .where(product.c.company_id == 1)
        .group_by(product.c.id)
    )
    async with engine.connect() as connection:
        reached = (await connection.execute(path)).all()
        started = select(func.count()).select_from(link).where(link.c.relation == "started")
        assert await connection.scalar(started)
    assert len(reached) > 1

    rows = await read(engine)
    [company] = rows["companies"]
    assert company["partner_journey_stage"] == "launch"
    statuses = {blocker.status for blocker in stored_blockers(company)}
    assert {BlockerStatus.OPEN, BlockerStatus.RESOLVED} <= statuses
    assert any(handoff["hop"] == 2 for handoff in rows["session_handoffs"])
    assert {snapshot["snapshot_type"] for snapshot in rows["context_snapshots"]} == {
        "auto",
        "manual",
        "milestone",
        "handoff",
    }
