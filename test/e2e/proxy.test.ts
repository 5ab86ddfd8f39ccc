/** Behind a proxy: the one of the environment is used, and named when it is what stands in the way. */
import assert from 'node:assert/strict'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { run } from '../cli/spawn.ts'
import { integration, key } from '../support/integration.ts'

async function listening(context: TestContext, server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  context.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('a sync goes through the proxy of the environment', async (context) => {
  const { sandbox, cwd, env, rows } = await integration(context)
  const asked = new Set<string | undefined>()
  // Whatever host is asked for, it is the sandbox that answers.
  const proxy = createServer((incoming, outgoing) => {
    asked.add(incoming.headers.host)
    const { pathname, search } = new URL(incoming.url ?? '', sandbox.url)
    const onward = request(
      sandbox.url + pathname + search,
      { headers: { ...incoming.headers, host: new URL(sandbox.url).host } },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      },
    )
    onward.end()
  })
  const HTTP_PROXY = await listening(context, proxy)
  const args = ['sync', '--name', 'acme', '--to', 'duckdb:./acme.duckdb', '--tables', 'customers']
  const { code, stderr } = await run(args, {
    cwd,
    // A live key would not be sent unencrypted.
    env: {
      ...env,
      STRIPE_API_KEY: 'rk_test_0123456789abcdefghij',
      HTTP_PROXY,
      STRIPE_API_BASE: 'http://stripe.example',
    },
  })
  assert.equal(code, 0, stderr)
  assert.deepEqual([...asked], ['stripe.example'])
  assert.notEqual((await rows('select count(*) from acme.customers'))[0]?.[0], '0')
})

test('a proxy that refuses is named, without its password', async (context) => {
  const proxy = createServer()
  proxy.on('connect', (_request, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'))
  const address = await listening(context, proxy)
  const { host } = new URL(address)
  const { code, stderr } = await run(['check', '--name', 'acme', '--to', 'memory:x'], {
    cwd: process.cwd(),
    env: {
      STRIPE_API_KEY: key,
      STRIPE_API_BASE: 'https://stripe.example',
      HTTPS_PROXY: `http://someone:secret@${host}`,
    },
  })
  assert.equal(code, 2)
  assert.match(stderr, new RegExp(`cannot connect to stripe.example through the proxy ${host} `))
  assert.match(stderr, /HTTPS_PROXY/)
  assert.doesNotMatch(stderr, /secret/)
})
