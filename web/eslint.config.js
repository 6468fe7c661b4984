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
      // These are wrappers without an identity of their own; every entity needs `id: ID!`.
      '@graphql-eslint/strict-id-in-types': [
        'error',
        { exceptions: { types: ['PageInfo'], suffixes: ['Connection', 'Edge', 'Payload', 'Error'] } },
      ],
    },
  },
]
