import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { BlobServiceClient } from '@azure/storage-blob'
import { ConfigError } from '../../src/core/errors.ts'
import { usual } from '../../src/destinations/files/plan.ts'
import { openFiles } from '../../src/destinations/files.ts'
import { conformance } from '../conformance/suite.ts'
import { fetchedPackage } from '../support/fetched.ts'
import { temporaryFolder } from '../support/folder.ts'

// Azurite's own account and key, which are published.
const account = 'devstoreaccount1'
const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='

const program = join(fetchedPackage('azurite', '3.35.0'), 'dist/src/blob/main.js')
const args = [
  '--inMemoryPersistence',
  '--blobHost',
  '127.0.0.1',
  '--blobPort',
  '0',
  '--skipApiVersionCheck',
  '--silent',
  '--disableTelemetry',
]
const azurite = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
let service: BlobServiceClient
let containers = 0

before(async () => {
  const port = await new Promise<string>((resolve, reject) => {
    let said = ''
    azurite.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const [, port] = /listens on http:\/\/127\.0\.0\.1:(\d+)/i.exec(said) ?? []
      if (port !== undefined) resolve(port)
    })
    azurite.once('exit', (code) => reject(new Error(`azurite ended with ${code}: ${said}`)))
  })
  const endpoint = `http://127.0.0.1:${port}/${account}`
  process.env.AZURE_STORAGE_CONNECTION_STRING = `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};BlobEndpoint=${endpoint};`
  service = BlobServiceClient.fromConnectionString(process.env.AZURE_STORAGE_CONNECTION_STRING)
})
after(() => azurite.kill())

conformance('azure, parquet', async () => {
  const container = `lake${++containers}`
  await service.createContainer(container)
  const folder = await temporaryFolder()
  const options = {
    workDir: folder.path,
    signal: new AbortController().signal,
    report() {},
  }
  return {
    open: (other = '') =>
      openFiles(`az://${container}/prefix`, { ...options, integration: `${other}acme` }, usual),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
})

test('azure: what the user must change is told with its cure', async () => {
  await using folder = await temporaryFolder()
  const options = {
    integration: 'acme',
    workDir: folder.path,
    signal: new AbortController().signal,
    report() {},
  }
  const open = (address: string) => openFiles(address, options, usual)
  await using nowhere = await open('az://nowhere/x')
  await assert.rejects(
    nowhere.check(),
    (error) => error instanceof ConfigError && /no such container/.test(error.message),
  )
  const connection = process.env.AZURE_STORAGE_CONNECTION_STRING
  delete process.env.AZURE_STORAGE_CONNECTION_STRING
  try {
    await assert.rejects(open('az://lake/x'), /no credentials for az:\/\/lake/)
  } finally {
    process.env.AZURE_STORAGE_CONNECTION_STRING = connection
  }
})
