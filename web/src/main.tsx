import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import './style.css'

import { GraphiQL } from 'graphiql'
import { createRoot } from 'react-dom/client'

import { fetcher, takeTokenFromHash } from './fetcher'
import { tabs } from './tabs'

takeTokenFromHash()
// Following a new token link in the same window only changes the hash; reload to introspect again.
addEventListener('hashchange', () => {
  if (takeTokenFromHash()) location.reload()
})

createRoot(document.getElementById('root')!).render(
  <GraphiQL
    fetcher={fetcher}
    defaultTabs={tabs}
    defaultQuery=""
    inputValueDeprecation
    schemaDescription
  >
    <GraphiQL.Logo>Partner Graph</GraphiQL.Logo>
  </GraphiQL>,
)
