import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { access, bySession, suffices } from './access.ts'
import { apiRoutes } from './api.ts'
import { deeds, untold } from './deeds.ts'
import { apiDocument } from './document.ts'
import { repeatable } from './idempotency.ts'

/** Declaring routes asks nothing of the use cases. */
const api = apiRoutes({} as never)
const declared = api.openAPIRegistry.definitions.flatMap((definition) =>
  definition.type === 'route' ? [definition.route] : [],
)

test('the OpenAPI document is the golden one; SLUICE_GOLDEN=write makes it anew', () => {
  const document = apiDocument(api)
  const info = { ...(document.info as object), version: '0' }
  const text = `${JSON.stringify({ ...document, info }, null, 1)}\n`
  const golden = new URL('../../test/golden/openapi.json', import.meta.url)
  if (process.env.SLUICE_GOLDEN === 'write') writeFileSync(golden, text)
  assert.equal(text, readFileSync(golden, 'utf8'))
})

test('every operation has a name of its own and a role, and no role is for an operation that is gone', () => {
  const names = declared.map(({ operationId }) => operationId ?? '')
  assert.equal(new Set(names).size, names.length)
  assert.deepEqual(names.toSorted(), Object.keys(access).toSorted())
})

test('every route is declared: none answers that the document does not know', () => {
  const served = api.routes.filter(({ method }) => method !== 'ALL')
  const known = new Set(
    declared.map(({ method, path }) => `${method.toUpperCase()} ${path.replaceAll(/\{(.+?)\}/g, ':$1')}`),
  )
  assert.deepEqual(
    served.map(({ method, path }) => `${method} ${path}`).filter((route) => !known.has(route)),
    [],
  )
})

test('every reference in the document leads somewhere', () => {
  const document = apiDocument(api)
  const { schemas } = document.components as { readonly schemas: Readonly<Record<string, unknown>> }
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref = '']) => ref)
  assert.ok(refs.length > 50)
  for (const ref of refs) assert.ok(ref.replace('#/components/schemas/', '') in schemas, ref)
  // A schema that is only another name says nothing.
  for (const [name, schema] of Object.entries(schemas)) assert.ok(!('$ref' in (schema as object)), name)
})

test('each role may do what the ones below it may', () => {
  assert.ok(suffices('admin', 'editor') && suffices('editor', 'viewer') && suffices('viewer', 'anyone'))
  assert.ok(!suffices('viewer', 'editor') && !suffices('editor', 'admin'))
})

test('whatever changes something is written into the audit log', () => {
  const changing = declared
    .filter(({ method }) => method !== 'get')
    .map(({ operationId = '' }) => operationId)
  assert.deepEqual(
    changing.filter((operation) => !(operation in deeds) && !untold.has(operation)),
    [],
    'give it a place in deeds.ts',
  )
  const names = new Set(declared.map(({ operationId }) => operationId))
  for (const operation of [...Object.keys(deeds), ...untold, ...bySession, ...repeatable]) {
    assert.ok(names.has(operation), `${operation} is gone`)
  }
})
