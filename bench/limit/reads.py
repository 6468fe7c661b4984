"""The queries: one statement per level."""

from functools import lru_cache
from typing import Any

from asyncmy.cursors import Cursor

from bench.data import VIEWER
from bench.limit import rows as r

Variables = dict[str, Any]
Answer = dict[str, Any]
Keys = tuple[int, ...]

# The same conditions as db/scope.py, by company, and for rows that may have lost theirs.
MINE = f"IN (SELECT company_id FROM company_members WHERE user_id = {VIEWER})"
OWN = f"(company_id {MINE} OR company_id IS NULL AND user_id = {VIEWER})"

POINT = f"""SELECT id, name, industry, country, partner_journey_stage, partner_tier, journey_started_at, version
FROM companies WHERE id = %s AND id {MINE}"""
WHOLE_COMPANY = f"""SELECT id, name, website, industry, country, description, partner_journey_stage,
journey_started_at, partner_tier, aws_partner_id, created_at, updated_at, version
FROM companies WHERE id = %s AND id {MINE}"""
COMPANIES = f"SELECT id, name FROM companies WHERE industry IN (%s) AND id {MINE} ORDER BY name, id LIMIT 20"
PRODUCTS = f"SELECT {r.PRODUCT_COLUMNS} FROM products WHERE company_id IN (%s) AND company_id {MINE} ORDER BY name, id"
SOME_PRODUCTS = f"SELECT id, name FROM products WHERE company_id {MINE} ORDER BY name, id LIMIT %s"
# With LIMIT for each parent, what is read does not grow with the history, as under a window function it would.
NEWEST_OF_COMPANY = f"""SELECT company_id, {r.EVENT_COLUMNS} FROM partner_journey_events
WHERE company_id = %s AND company_id {MINE} ORDER BY created_at DESC, id DESC LIMIT 25"""
NEWEST_OF_PRODUCT = f"""(SELECT product_id, {r.EVENT_COLUMNS} FROM partner_journey_events
WHERE product_id = %s AND company_id {MINE} ORDER BY created_at DESC, id DESC LIMIT 10)"""
CHAINS = f"SELECT {r.CHAIN_COLUMNS} FROM workflow_chains WHERE company_id IN (%s) AND {OWN}"
SESSIONS = f"SELECT {r.SESSION_COLUMNS} FROM agent_sessions WHERE company_id IN (%s) AND {OWN}"
ALL_CHAINS = f"{CHAINS} ORDER BY created_at DESC, id DESC"
ALL_SESSIONS = f"{SESSIONS} ORDER BY started_at DESC, id DESC"
OPEN_CHAINS = f"{CHAINS} AND status IN ('draft', 'in_progress', 'paused') ORDER BY created_at DESC, id DESC"
ACTIVE_SESSIONS = f"{SESSIONS} AND status IN ('active', 'paused') ORDER BY started_at DESC, id DESC"


@lru_cache(maxsize=1024)
def _of_each(statement: str, number: int) -> str:
    return " UNION ALL ".join([statement] * number)


@lru_cache(maxsize=1024)
def _in(statement: str, number: int) -> str:
    return statement.replace("(%s)", f"({','.join(['%s'] * number)})")


async def point(cursor: Cursor, variables: Variables) -> Answer:
    await cursor.execute(POINT, (r.decode(variables["id"]),))
    found = await cursor.fetchone()
    if found is None:
        return {"company": None}
    key, name, industry, country, stage, tier, started, version = found
    company = {
        "id": r.encode(r.COMPANY, key),
        "name": name,
        "industry": industry,
        "country": country,
        "partnerJourneyStage": r.STAGES[stage],
        "partnerTier": r.TIERS[tier],
        "journeyStartedAt": started,
        "version": version,
    }
    return {"company": company}


async def nested(cursor: Cursor, variables: Variables) -> Answer:
    industries = variables["industry"]
    await cursor.execute(_in(COMPANIES, len(industries)), industries)
    companies = await cursor.fetchall()
    keys = tuple(row[0] for row in companies)
    if not keys:
        return {"companies": {"nodes": []}}
    products = await _products(cursor, keys)
    chains = _empty(keys)
    await cursor.execute(_in(ALL_CHAINS, len(keys)), keys)
    r.add_chains(chains, await cursor.fetchall())
    sessions = _empty(keys)
    await cursor.execute(_in(ALL_SESSIONS, len(keys)), keys)
    r.add_sessions(sessions, await cursor.fetchall())
    nodes = [
        {
            "id": r.encode(r.COMPANY, key),
            "name": name,
            "products": {"nodes": products[key]},
            "chains": {"nodes": chains[key]},
            "sessions": {"nodes": sessions[key]},
        }
        for key, name in companies
    ]
    return {"companies": {"nodes": nodes}}


async def context(cursor: Cursor, variables: Variables) -> Answer:
    key = r.decode(variables["id"])
    await cursor.execute(WHOLE_COMPANY, (key,))
    found = await cursor.fetchone()
    if found is None:
        return {"company": None}
    keys = (key,)
    company = _whole_company(found)
    company["products"] = {"nodes": (await _products(cursor, keys))[key]}
    await cursor.execute(NEWEST_OF_COMPANY, (key,))
    r.add_events(events := _empty(keys), await cursor.fetchall())
    await cursor.execute(OPEN_CHAINS, keys)
    r.add_chains(chains := _empty(keys), await cursor.fetchall())
    await cursor.execute(ACTIVE_SESSIONS, keys)
    r.add_sessions(sessions := _empty(keys), await cursor.fetchall())
    company |= {"events": {"nodes": events[key]}, "chains": {"nodes": chains[key]}}
    company["sessions"] = {"nodes": sessions[key]}
    return {"company": company}


async def parents(cursor: Cursor, variables: Variables) -> Answer:
    await cursor.execute(SOME_PRODUCTS, (variables["first"],))
    products = await cursor.fetchall()
    events = await _newest(cursor, tuple(row[0] for row in products))
    nodes = [{"id": r.encode(r.PRODUCT, key), "name": name, "events": {"nodes": events[key]}} for key, name in products]
    return {"products": {"nodes": nodes}}


async def _products(cursor: Cursor, companies: Keys) -> dict[int, list[r.Shown]]:
    await cursor.execute(_in(PRODUCTS, len(companies)), companies)
    products = await cursor.fetchall()
    shown = _empty(companies)
    r.add_products(shown, products, await _newest(cursor, tuple(row[1] for row in products)))
    return shown


async def _newest(cursor: Cursor, products: Keys) -> dict[int, list[r.Shown]]:
    shown = _empty(products)
    if products:
        await cursor.execute(_of_each(NEWEST_OF_PRODUCT, len(products)), products)
        r.add_events(shown, await cursor.fetchall())
    return shown


def _whole_company(row: r.Row) -> dict[str, Any]:
    key, name, site, industry, country, words, stage, started, tier, partner, created, updated, version = row
    return {
        "id": r.encode(r.COMPANY, key),
        "name": name,
        "website": site,
        "industry": industry,
        "country": country,
        "description": words,
        "partnerJourneyStage": r.STAGES[stage],
        "journeyStartedAt": started,
        "partnerTier": r.TIERS[tier],
        "awsPartnerId": partner,
        "createdAt": created,
        "updatedAt": updated,
        "version": version,
    }


def _empty(keys: Keys) -> dict[int, list[r.Shown]]:
    return {key: [] for key in keys}
