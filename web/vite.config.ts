import { defineConfig } from 'vite'

export default defineConfig({
  base: '/static/graphiql/',
  server: { fs: { allow: ['..'] } },
  // monaco-graphql's worker loads prettier lazily, and only ES workers can be split.
  worker: { format: 'es' },
  build: {
    outDir: '../graph/static/graphiql',
    emptyOutDir: true,
    chunkSizeWarningLimit: 4096, // Monaco
    // Hundreds of lines about "use client" in dependencies would hide real warnings.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
})
