import assert from 'node:assert/strict'
import { test } from 'node:test'
import { redact } from './redact.ts'

test('keys, given secrets and passwords in addresses are blotted out', () => {
  const examples = {
    'key rk_live_0123456789abcdef refused': 'key rk_live_… refused',
    'into postgres://me:p%40ss:w@db.example.com:5432/x in 3 s':
      'into postgres://me:…@db.example.com:5432/x in 3 s',
    '{"warehouse":"postgres://me:secret@h/x?sslmode=require"}':
      '{"warehouse":"postgres://me:…@h/x?sslmode=require"}',
    'postgres://me@h/x?password=secret&reader=bi': 'postgres://me@h/x?password=…&reader=bi',
    'postgres://me@h/x, mail a@b.c, 12:30': 'postgres://me@h/x, mail a@b.c, 12:30',
    'http://127.0.0.1:12111/v1?mail=a@b.c': 'http://127.0.0.1:12111/v1?mail=a@b.c',
  }
  for (const [text, expected] of Object.entries(examples)) assert.equal(redact(text), expected)
  assert.equal(redact('say hunter22 again', ['hunter22']), 'say [key] again')
})
