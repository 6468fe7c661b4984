import { fileURLToPath } from 'node:url'

import graphql from '@graphql-eslint/eslint-plugin'

const schema = fileURLToPath(new URL('../schema.graphql', import.meta.url))

// ESLint ignores files outside its base path, which with --config is the working directory:
// `npm run lint:schema` therefore runs from the repository's root.
export default [
  {
    files: ['schema.graphql'],
    plugins: { '@graphql-eslint': graphql },
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema } },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      ...graphql.configs['flat/schema-recommended'].rules,
      ...graphql.configs['flat/schema-relay'].rules,
      // Connections offer `nodes` beside `edges`, and payloads list their `errors`.
      '@graphql-eslint/relay-edge-types': ['error', { listTypeCanWrapOnlyEdgeType: false }],
      // Entities are nodes, and nodes have ids by interface. What else there is are values (entries of JSON documents,
      // errors, pages): an id would promise an identity that they do not have.
      '@graphql-eslint/strict-id-in-types': 'off',
    },
  },
]
