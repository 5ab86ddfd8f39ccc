/**
 * Loaded before every test file: one that leaves something open (a server whose `after` was never reached, since `before`
 * threw) would wait for it for ever. It says what is open, and is red.
 */
export {}

/** Milliseconds that the file's own `after` may still take. */
const patience = 60_000

// Not in the runner, and not in what a test starts with its own options.
if (process.env.NODE_TEST_CONTEXT && /\.test\.ts$/.test(process.argv[1] ?? '')) {
  const { after } = await import('node:test')
  after(() => {
    const tell = () => {
      const open = process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap')
      console.error(`its tests are over, and this is still open: ${open.join(', ') || 'a pipe'}`)
      process.exit(1)
    }
    setTimeout(tell, patience).unref()
  })
}
