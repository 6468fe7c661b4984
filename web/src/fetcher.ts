import type { GraphiQLProps } from 'graphiql'
import { getOperationAST, parse } from 'graphql'
import { createClient } from 'graphql-sse'

const KEY = 'partner-graph:token'

/** Returns whether a token was taken; it must not stay in the address bar or the history. */
export function takeTokenFromHash(): boolean {
  // URLSearchParams reads "+" as a space, but bearer tokens may hold one.
  const token = new URLSearchParams(location.hash.slice(1).replaceAll('+', '%2B')).get('token')
  if (!token) return false
  sessionStorage.setItem(KEY, token)
  history.replaceState(history.state, '', location.pathname + location.search)
  return true
}

// GraphiQL's own fetcher merges headers by exact spelling, so "authorization" typed in the header
// editor would be sent beside our "Authorization"; Headers.set replaces it whatever the case.
export const fetcher: GraphiQLProps['fetcher'] = async (params, options) => {
  const headers = new Headers()
  const token = sessionStorage.getItem(KEY)
  if (token) headers.set('Authorization', `Bearer ${token}`)
  for (const [name, value] of Object.entries(options?.headers ?? {})) headers.set(name, String(value))

  if (listens(params.query, params.operationName)) {
    const client = createClient({ url: '/graphql', headers: Object.fromEntries(headers), retryAttempts: 0 })
    return client.iterate({ ...params, operationName: params.operationName ?? undefined })
  }
  headers.set('Content-Type', 'application/json')
  headers.set('Accept', 'application/graphql-response+json, application/json;q=0.9')
  const response = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify(params) })
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch {
    // A proxy's HTML error page, for example: show it rather than a JSON parse error.
    throw new Error(`HTTP ${response.status} ${response.statusText}\n${text.slice(0, 2000)}`)
  }
}

function listens(query: string, name?: string | null): boolean {
  try {
    return getOperationAST(parse(query), name)?.operation === 'subscription'
  } catch {
    return false
  }
}
