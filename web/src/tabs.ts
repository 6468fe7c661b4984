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

const MAX_TABS = 40
const FALLBACK = `# Ctrl-Space completes, Ctrl-Enter runs.
query WhatIsThis {
  __typename
}
`

// A subscription shows nothing until something happens: nothing to open with.
const examples = Object.keys(queries)
  .filter(path => !/^subscription\b/m.test(queries[path]!))
  .sort()
  .slice(0, MAX_TABS)
  .map(path => ({
    query: queries[path]!,
    variables: variables[path.replace(/\.graphql$/, '.variables.json')] ?? null,
  }))

const first = examples[0] ?? { query: FALLBACK, variables: null }

export const tabs = examples.length ? examples : [first]

// GraphiQL fills its editors from these two keys, and from the first default tab only its query:
// without them that tab would open, and reload, without its variables.
if (localStorage.getItem('graphiql:tabState') === null) {
  localStorage.setItem('graphiql:query', first.query)
  localStorage.setItem('graphiql:variables', first.variables ?? '')
}
