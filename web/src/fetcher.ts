import type { GraphiQLProps } from 'graphiql'

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
  const headers = new Headers({
    'Content-Type': 'application/json',
    Accept: 'application/graphql-response+json, application/json;q=0.9',
  })
  const token = sessionStorage.getItem(KEY)
  if (token) headers.set('Authorization', `Bearer ${token}`)
  for (const [name, value] of Object.entries(options?.headers ?? {})) headers.set(name, String(value))

  const response = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify(params) })
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch {
    // A proxy's HTML error page, for example: show it rather than a JSON parse error.
    throw new Error(`HTTP ${response.status} ${response.statusText}\n${text.slice(0, 2000)}`)
  }
}
