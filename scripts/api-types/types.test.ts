import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apiTypes, typeOf } from './types.ts'

test('schemas become types', () => {
  assert.equal(typeOf({ anyOf: [{ type: 'integer' }, { type: 'null' }] }), 'number | null')
  assert.equal(typeOf({ type: 'array', items: { enum: ['a', 'b'] } }), '("a" | "b")[]')
  assert.equal(
    typeOf({ type: 'object', properties: { a: { type: 'string' }, 'b-c': {} }, required: ['a'] }),
    '{ a: string; "b-c"?: unknown }',
  )
  assert.equal(
    typeOf({ type: 'object', additionalProperties: { $ref: '#/components/schemas/Run' } }),
    "Record<string, Schemas['Run']>",
  )
  assert.throws(() => typeOf({ type: 'file' }), /a schema of the type file/)
})

test('an operation says what it takes and answers', () => {
  const text = apiTypes({
    components: { schemas: {} },
    paths: {
      '/a/{id}': {
        get: {
          parameters: [
            { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
            { name: 'q', in: 'query', schema: { type: 'string' } },
          ],
          responses: { 200: { content: { 'application/json': { schema: { type: 'boolean' } } } } },
        },
      },
    },
  })
  assert.match(
    text,
    /'GET \/a\/\{id\}': \{ path: \{ id: string \}; query: \{ q\?: string \}; body: never; answer: boolean \}/,
  )
})
