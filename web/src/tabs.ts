const queries = import.meta.glob<string>('../../operations/*.graphql', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const variables = import.meta.glob<string>('../../operations/*.variables.json', {
  query: '?raw',
  import: 'default',
  eager: true,
})

const MAX_TABS = 8
const FALLBACK = `# Ctrl-Space completes, Ctrl-Enter runs.
query WhatIsThis {
  __typename
}
`

const examples = Object.keys(queries)
  .sort()
  .slice(0, MAX_TABS)
  .map(path => ({
    query: queries[path]!,
    variables: variables[path.replace(/\.graphql$/, '.variables.json')] ?? null,
  }))

export const tabs = examples.length ? examples : [{ query: FALLBACK, variables: null }]

// GraphiQL fills the editors from the first default tab, but forgets its variables; later visits
// must keep what GraphiQL stored.
export const firstVisit = localStorage.getItem('graphiql:tabState') === null
