"""The data set: companies with products, chains, sessions and a history of events, made inside the database."""

import asyncio
from dataclasses import dataclass

from db import migrate
from db.engine import engine_for
from tests.servers import MariaDB

VIEWER = 1
"""The user who asks: a member, with the editor's role, of every company."""

PER_INDUSTRY = 20


@dataclass(frozen=True, slots=True)
class Size:
    """`events` are those of one product."""

    companies: int = 500
    products: int = 5
    events: int = 60
    chains: int = 6
    sessions: int = 12


def load(server: MariaDB, name: str, size: Size) -> str:
    """Makes the database, and says its URL."""
    url = server.create_database(name)
    asyncio.run(_migrate(url))
    server.execute(f"{QUICKLY}; {_rows(size)}; {ANALYZE}", name)
    return url


async def _migrate(url: str) -> None:
    async with engine_for(url) as engine:
        await migrate.upgrade(engine)


def restart_journeys(server: MariaDB, name: str) -> None:
    """Every company back to the first stage, so that each has five moves before it again."""
    server.execute(
        "UPDATE companies SET partner_journey_stage = 'discovery', journey_started_at = NULL, "
        "journey_milestones = NULL",
        name,
    )


def _rows(size: Size) -> str:
    # Ids of children follow from their parents', so that every table can be made from the companies alone.
    numbers = {"companies": size.companies, "products": size.products, "chains": size.chains}
    numbers |= {"sessions": size.sessions, "events": size.events, "per_industry": PER_INDUSTRY, "viewer": VIEWER}
    statements = (PEOPLE, COMPANIES, MEMBERS, PRODUCTS, EVENTS, CHAINS, SESSIONS, READY)
    return ";".join(statement % numbers for statement in statements)


# One of several texts by a number: `ELT(1 + n MOD 3, 'a', 'b', 'c')`.
STAGE = "'discovery', 'pre_list', 'launch', 'post_launch', 'scale', 'co_sell'"

QUICKLY = "SET time_zone = '+00:00', unique_checks = 0, foreign_key_checks = 0"
PEOPLE = """
INSERT INTO users (id, name, email, created_at) VALUES
  (%(viewer)d, 'Vera Viewer', 'vera@bench.example', '2025-01-01'), (2, 'Otto Owner', 'otto@bench.example', '2025-01-01')
"""
COMPANIES = f"""
INSERT INTO companies (id, user_id, name, website, industry, country, description, created_at, updated_at,
  partner_journey_stage, journey_started_at, journey_milestones, partner_tier, aws_partner_id)
SELECT seq, 2, CONCAT('Company ', LPAD(seq, 6, '0')), CONCAT('https://www.company-', seq, '.example'),
  CONCAT('Industry ', (seq - 1) DIV %(per_industry)d), ELT(1 + seq MOD 5, 'DE', 'FR', 'IE', 'SE', 'US'),
  CONCAT('Company ', seq, ' builds software that watches over fleets of machines, and sells it to operators abroad.'),
  '2025-01-01' + INTERVAL seq HOUR, '2026-01-01' + INTERVAL seq MINUTE,
  ELT(1 + seq MOD 6, {STAGE}), '2025-02-01' + INTERVAL seq HOUR,
  '{{"discovery":"2025-02-01T00:00:00Z"}}', ELT(1 + seq MOD 4, 'standard', 'select', 'advanced', 'premier'),
  CONCAT('APN-', 100000 + seq)
FROM seq_1_to_%(companies)d
"""
MEMBERS = """
INSERT INTO company_members (company_id, user_id, role, created_at)
SELECT companies.id, users.id, IF(users.id = %(viewer)d, 'editor', 'owner'), '2025-01-01' FROM companies, users
"""
PRODUCTS = """
INSERT INTO products (id, company_id, name, description, marketplace_type, created_at, launch_status,
  launch_readiness_score, blocking_issues_count, aws_product_code, target_launch_date)
SELECT (c.id - 1) * %(products)d + n.seq, c.id, CONCAT('Product ', n.seq, ' of ', c.id),
  'Finds what is about to break, and says so in time.', ELT(1 + n.seq MOD 3, 'saas', 'ami', 'container'),
  '2025-03-01' + INTERVAL c.id HOUR, ELT(1 + n.seq MOD 4, 'development', 'pre_launch', 'ga', 'growth'),
  (c.id * 7 + n.seq * 13) MOD 101, n.seq MOD 3, CONCAT('prod-', c.id, '-', n.seq),
  IF(n.seq MOD 2, '2026-09-01' + INTERVAL c.id MOD 90 DAY, NULL)
FROM companies c, seq_1_to_%(products)d n
"""
# Oldest first over all products, as they happen: one product's history is scattered over the table.
EVENTS = f"""
INSERT INTO partner_journey_events (company_id, product_id, user_id, event_type, from_stage, to_stage,
  related_entity_type, related_entity_id, event_data, triggered_by, agent_id, created_at)
SELECT p.company_id, p.id, 2,
  ELT(1 + (p.id + n.seq) MOD 5, 'content_generated', 'compliance_check', 'stage_transition', 'milestone_achieved',
    'blocker_added'),
  IF((p.id + n.seq) MOD 5 = 2, ELT(1 + n.seq MOD 6, {STAGE}), NULL),
  IF((p.id + n.seq) MOD 5 = 2, ELT(1 + (n.seq + 1) MOD 6, {STAGE}), NULL),
  'workflow_chain', p.company_id, '{{"summary":"What an agent found out, and what came of it"}}',
  ELT(1 + n.seq MOD 3, 'user', 'agent', 'system'), IF(n.seq MOD 3 = 1, 'agent-7', NULL),
  '2026-06-01' - INTERVAL n.seq * 31 + p.id MOD 29 MINUTE
FROM products p, seq_1_to_%(events)d n ORDER BY n.seq DESC, p.id
"""
STEP = '{"step_num":%d,"template_slug":"template-%d","required":true,"status":"pending","max_attempts":3}'
STEPS = ",".join(STEP % (number, number) for number in range(1, 6))
# About 300 bytes.
CONTEXT = (
    '{"steps":{"template-1":{"output":{"content_id":7,"title":"Security answers, for review","summary":"All 42 '
    'questions are answered; 3 need a second look by the security lead"}}},"goal":"Get the listing ready for the '
    'first review","audience":["CTO","Head of Alliances"],"language":"en","score":0.87}'
)
CHAINS = f"""
INSERT INTO workflow_chains (chain_id, user_id, company_id, product_id, name, chain_type, status, current_step,
  total_steps, steps_config, chain_context, started_at, created_at, updated_at)
SELECT CONCAT('chain-', c.id, '-', n.seq), 2, c.id, (c.id - 1) * %(products)d + 1 + n.seq MOD %(products)d,
  CONCAT('Chain ', n.seq, ' of company ', c.id),
  ELT(1 + n.seq MOD 4, 'listing_creation', 'co_sell_prep', 'content_campaign', 'custom'),
  ELT(1 + n.seq MOD 6, 'draft', 'in_progress', 'paused', 'completed', 'failed', 'completed'), n.seq MOD 5, 5,
  '[{STEPS}]', '{CONTEXT}', '2026-01-01' + INTERVAL c.id HOUR, '2026-01-01' + INTERVAL n.seq DAY, '2026-03-01'
FROM companies c, seq_1_to_%(chains)d n
"""
SESSIONS = f"""
INSERT INTO agent_sessions (session_id, user_id, company_id, product_id, journey_stage, agent_type, status,
  messages_count, tokens_used, successful_outcome, outcome_type, session_context, started_at)
SELECT CONCAT('session-', c.id, '-', n.seq), 2, c.id, (c.id - 1) * %(products)d + 1 + n.seq MOD %(products)d,
  ELT(1 + n.seq MOD 6, {STAGE}), ELT(1 + n.seq MOD 3, 'content_strategist', 'market_analyst', 'technical_builder'),
  ELT(1 + n.seq MOD 4, 'active', 'paused', 'completed', 'completed'), n.seq * 3, n.seq * 1000 + c.id,
  IF(n.seq MOD 4 < 2, NULL, n.seq MOD 4 = 2), IF(n.seq MOD 4 < 2, NULL, 'draft_ready'),
  '{{"goal":"Get the listing ready"}}', '2026-02-01' + INTERVAL n.seq * 7 + c.id HOUR
FROM companies c, seq_1_to_%(sessions)d n
"""
# Every gate of every company is open: what is measured is a move, not its refusal.
READY = """
UPDATE companies SET gtm_goals = '{"primary":"list"}',
  partner_tier = IF(partner_tier = 'standard', 'select', partner_tier);
UPDATE products SET launch_status = 'ga', launch_readiness_score = 90, blocking_issues_count = 0,
  target_launch_date = '2026-01-01', listing_live_date = '2026-01-01' WHERE id MOD %(products)d = 1 MOD %(products)d;
INSERT INTO partner_journey_events (company_id, product_id, user_id, event_type, event_data, triggered_by, created_at)
SELECT company_id, id, 2, 'listing_published', '{}', 'webhook', '2026-01-01' FROM products
WHERE id MOD %(products)d = 1 MOD %(products)d;
INSERT INTO compliance_reports (company_id, product_id, report_type, status, created_at)
SELECT company_id, id, 'listing', 'passed', UTC_TIMESTAMP() FROM products
WHERE id MOD %(products)d = 1 MOD %(products)d;
INSERT INTO compliance_reports (company_id, report_type, status, valid_until, created_at)
SELECT id, 'ftr', 'passed', UTC_DATE() + INTERVAL 1 YEAR, UTC_TIMESTAMP() FROM companies;
INSERT INTO marketplace_entitlements (company_id, status, created_at)
SELECT id, 'active', UTC_TIMESTAMP() FROM companies;
INSERT INTO user_openai (user_id, company_id, content_purpose, used_in_submission, created_at)
SELECT 2, id, 'co_sell_materials', 1, '2026-01-01' FROM companies
"""
ANALYZE = "ANALYZE TABLE companies, company_members, products, partner_journey_events, workflow_chains, agent_sessions"
