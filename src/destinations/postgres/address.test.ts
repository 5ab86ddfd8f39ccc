import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from '../../core/errors.ts'
import { parseAddress } from './address.ts'

const home = { PGSSLROOTCERT: 'system' }

test('addresses are read as libpq reads them', () => {
  const { tls: _, ...all } = parseAddress('postgres://me:p%40ss%2F@db.example.com:6543/shop?reader=bi', home)
  assert.deepEqual(all, {
    host: 'db.example.com',
    port: 6543,
    user: 'me',
    password: 'p@ss/',
    database: 'shop',
    sslMode: 'prefer',
    connectTimeout: 15_000,
    reader: 'bi',
    shown: 'postgres://me:…@db.example.com:6543/shop?reader=bi',
  })
  const socket = parseAddress('postgresql:///shop?host=/var/run/postgresql', {
    ...home,
    PGUSER: 'me',
    PGPASSWORD: 'x',
  })
  assert.deepEqual(
    [socket.host, socket.port, socket.user, socket.password, socket.database, socket.tls],
    ['/var/run/postgresql', 5432, 'me', 'x', 'shop', undefined],
  )
  assert.equal(parseAddress('postgres://me@%2Ftmp/shop', home).host, '/tmp')
  assert.equal(parseAddress('postgres://me@[::1]/shop', home).host, '::1')
  assert.equal(parseAddress('postgres://me@h', home).database, 'me')
})

test('what the modes of TLS check', () => {
  const checks = (mode: string) => {
    const { tls } = parseAddress(`postgres://me@h/d?sslmode=${mode}`, home)
    return tls && [tls.rejectUnauthorized, tls.checkServerIdentity === undefined]
  }
  assert.deepEqual(checks('disable'), undefined)
  assert.deepEqual(checks('prefer'), [false, false])
  assert.deepEqual(checks('require'), [false, false])
  assert.deepEqual(checks('verify-ca'), [true, false])
  assert.deepEqual(checks('verify-full'), [true, true])
})

test('what is wrong is named with its cure, and the password never', () => {
  const wrong: Readonly<Record<string, RegExp>> = {
    'postgres://me:secret@h/d?sslmod=require': /unknown setting sslmod/,
    'postgres://me:secret@h/d?sslmode=always': /there is no sslmode always/,
    'postgres://me:secret@h:port/d': /is no address of a PostgreSQL database/,
    'postgres://me:secret@h1,h2:5432:x/d': /is no address of a PostgreSQL database/,
    'postgres://me:secret@h/100%': /a % must be followed/,
    'postgres://me:secret@h/d?connect_timeout=soon': /soon is no number of seconds/,
    'postgres://me@h/d?password=secret&sslrootcert=/nowhere.pem':
      /the file \/nowhere.pem of sslrootcert cannot be read/,
  }
  for (const [address, message] of Object.entries(wrong)) {
    assert.throws(
      () => parseAddress(address, {}),
      (error) => {
        assert.ok(error instanceof ConfigError, address)
        assert.match(error.message, message)
        assert.ok(error.cure && !`${error.message}${error.cure}`.includes('secret'))
        return true
      },
    )
  }
})
