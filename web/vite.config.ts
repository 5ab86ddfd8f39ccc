import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { themeCss } from './theme-css.ts'

/** Where `npm run dev` of this folder finds the service. */
const service = process.env.SLUICE_URL ?? 'http://127.0.0.1:8080'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), themeCss()],
  // Never inlined: the policy of the service lets scripts, styles and fonts come from files of its own only.
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    manifest: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1_000,
    // What many pages have is one file, not fifty: each has headers of a kilobyte, and a way of its own.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'all-pages', minShareCount: 14, priority: 2 },
            { name: 'many-pages', minShareCount: 6, priority: 1 },
            { name: 'some-pages', minShareCount: 4, priority: 0 },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': { target: service, changeOrigin: false } } },
})
