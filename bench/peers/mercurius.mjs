// Mercurius with graphql-jit and its loaders, over mysql2: the same reads on the same rows.
import { readFileSync } from 'node:fs'
import Fastify from 'fastify'
import mercurius from 'mercurius'
import mysql from 'mysql2/promise'

const VIEWER = 1
const MINE = `IN (SELECT company_id FROM company_members WHERE user_id = ${VIEWER})`
const OWN = `(company_id ${MINE} OR company_id IS NULL AND user_id = ${VIEWER})`

const url = new URL(process.env.PARTNER_GRAPH_DATABASE_URL)
const pool = mysql.createPool({
  socketPath: url.searchParams.get('unix_socket'),
  user: url.username,
  database: url.pathname.slice(1),
  connectionLimit: Number(process.env.PARTNER_GRAPH_POOL_SIZE),
  charset: 'utf8mb4',
  dateStrings: true,
})
const read = async (sql, values) => (await pool.query(sql, values))[0]

const COMPANY = `id, name, website, industry, country, description, partner_journey_stage AS partnerJourneyStage,
  journey_started_at AS journeyStartedAt, partner_tier AS partnerTier, aws_partner_id AS awsPartnerId,
  created_at AS createdAt, updated_at AS updatedAt, version`
const PRODUCT = `company_id AS parent, id, name, marketplace_type AS marketplaceType, launch_status AS launchStatus,
  launch_readiness_score AS launchReadinessScore, blocking_issues_count AS blockingIssuesCount,
  target_launch_date AS targetLaunchDate, version`
const EVENT = `id, event_type AS eventType, from_stage AS fromStage, to_stage AS toStage,
  related_entity_type AS relatedEntityType, triggered_by AS triggeredBy, agent_id AS agentId, created_at AS createdAt`
const CHAIN = `company_id AS parent, id, name, chain_type AS chainType, status, current_step AS currentStep,
  total_steps AS totalSteps, chain_context AS chainContext, updated_at AS updatedAt`
const SESSION = `company_id AS parent, id, session_id AS sessionId, agent_type AS agentType, status,
  messages_count AS messagesCount, tokens_used AS tokensUsed, successful_outcome AS successfulOutcome,
  started_at AS startedAt`

const encode = (kind, key) => Buffer.from(`${kind}:${key}`).toString('base64url')
const decode = (id) => Number(Buffer.from(id, 'base64url').toString().split(':')[1])
const id = (kind) => (row) => encode(kind, row.id)
const upper = (name) => (row) => row[name] && row[name].toUpperCase()

/** A loader of a list of children: one statement for all parents; the rows of each hang on its `parent`. */
const children = (statement) => ({
  async loader(queries) {
    const groups = new Map(queries.map(({ obj }) => [obj.id, []]))
    const { sql, values } = statement([...groups.keys()], queries[0].params)
    for (const row of await read(sql, values)) groups.get(row.parent).push(row)
    return queries.map(({ obj }) => ({ nodes: groups.get(obj.id) }))
  },
  opts: { cache: false },
})

const newest = (column) =>
  children((keys, { first }) => ({
    sql: keys
      .map(
        () => `(SELECT ${column} AS parent, ${EVENT} FROM partner_journey_events WHERE ${column} = ?
          AND company_id ${MINE} ORDER BY created_at DESC, id DESC LIMIT ${Number(first)})`,
      )
      .join(' UNION ALL '),
    values: keys,
  }))

const filtered = (columns, table, order) =>
  children((keys, { filter }) => {
    const states = filter?.status?.map((name) => name.toLowerCase())
    const sql = `SELECT ${columns} FROM ${table} WHERE company_id IN (?) AND ${OWN}
      ${states ? 'AND status IN (?)' : ''} ORDER BY ${order} DESC, id DESC`
    return { sql, values: states ? [keys, states] : [keys] }
  })

const loaders = {
  Company: {
    products: children((keys) => ({
      sql: `SELECT ${PRODUCT} FROM products WHERE company_id IN (?) AND company_id ${MINE} ORDER BY name, id`,
      values: [keys],
    })),
    events: newest('company_id'),
    chains: filtered(CHAIN, 'workflow_chains', 'created_at'),
    sessions: filtered(SESSION, 'agent_sessions', 'started_at'),
  },
  Product: { events: newest('product_id') },
}

const resolvers = {
  DateTime: { serialize: (text) => `${text.replace(' ', 'T')}Z` },
  Date: { serialize: (text) => text },
  // The driver has parsed it.
  JSON: { serialize: (value) => value },
  Query: {
    company: async (_, ask) =>
      (await read(`SELECT ${COMPANY} FROM companies WHERE id = ? AND id ${MINE}`, [decode(ask.id)]))[0],
    companies: async (_, { first, filter }) => {
      const sql = `SELECT ${COMPANY} FROM companies WHERE industry IN (?) AND id ${MINE} ORDER BY name, id LIMIT ?`
      return { nodes: await read(sql, [filter.industry, first]) }
    },
  },
  Company: {
    id: id('Company'),
    partnerJourneyStage: upper('partnerJourneyStage'),
    partnerTier: upper('partnerTier'),
  },
  Product: { id: id('Product'), launchStatus: upper('launchStatus') },
  JourneyEvent: { id: id('JourneyEvent'), eventType: upper('eventType'), triggeredBy: upper('triggeredBy') },
  WorkflowChain: { id: id('WorkflowChain'), chainType: upper('chainType'), status: upper('status') },
  AgentSession: {
    id: id('AgentSession'),
    agentType: upper('agentType'),
    status: upper('status'),
    successfulOutcome: (row) => (row.successfulOutcome === null ? null : row.successfulOutcome === 1),
  },
}

const app = Fastify()
const schema = readFileSync(new URL('./schema.graphql', import.meta.url), 'utf8')
app.register(mercurius, { schema, resolvers, loaders, jit: 1 })
const address = await app.listen({ host: '127.0.0.1', port: 0 })
console.log(`Mercurius   ${address}/graphql`)
