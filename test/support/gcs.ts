/**
 * A server that speaks as much of Google Cloud Storage's JSON API as a store needs, in memory: objects with generations,
 * uploads in one request and in sessions, preconditions, lists in pages, checksums. Credentials are not asked for,
 * as with any emulator.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CRC32C } from '@google-cloud/storage'

export interface GcsServer extends AsyncDisposable {
  readonly url: string
  readonly objects: Map<string, Buffer>
  /** Asked before each request is answered, and after what it asks was done; may answer in its place. */
  fault: ((request: GcsRequest, moment: 'before' | 'after') => Fault | undefined) | undefined
}

export interface GcsRequest {
  readonly method: string
  /** Empty for lists. */
  readonly key: string
  readonly query: URLSearchParams
}

/** `drop` breaks the connection; a number is a status. */
export type Fault = 'drop' | 403 | 429 | 503

type Answer = (response: ServerResponse) => void

/** Small, so that lists have several pages. */
const pageSize = 7

export async function gcsServer(options: {
  readonly bucket: string
  readonly ignoresConditions?: boolean
}): Promise<GcsServer> {
  const objects = new Map<string, Buffer>()
  const sessions = new Map<string, { readonly key: string; readonly parts: Buffer[] }>()
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy())
  })
  const state: Pick<GcsServer, 'fault'> = { fault: undefined }

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://gcs')
    const found = /^(\/upload)?\/storage\/v1\/b\/([^/]+)\/o(?:\/([^/]+))?$/.exec(pathname)
    const [, upload, bucket, name] = found ?? []
    const method = request.method ?? ''
    const session = sessions.get(query.get('upload_id') ?? '')
    const key = session?.key ?? decodeURIComponent(name ?? '') ?? ''
    const asked: GcsRequest = { method, key: key || (query.get('name') ?? ''), query }
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const broken = (fault: Fault | undefined) => {
      if (fault === 'drop') request.socket.destroy()
      else if (fault !== undefined) refuse(response, fault, 'a fault')
      return fault !== undefined
    }
    if (broken(state.fault?.(asked, 'before'))) return
    if (!found || bucket !== options.bucket) {
      return refuse(response, 404, 'The specified bucket does not exist.')
    }
    const done = upload ? uploaded(request, asked, body) : act(asked)
    if (broken(state.fault?.(asked, 'after'))) return
    done(response)
  }

  /** Objects that are not there have the generation 0. */
  const isForbidden = ({ key, query }: GcsRequest) =>
    query.get('ifGenerationMatch') === '0' && objects.has(key) && !options.ignoresConditions

  function stored(key: string, content: Buffer): Answer {
    objects.set(key, content)
    return (response) => json(response, { name: key, size: `${content.length}`, crc32c: checksum(content) })
  }

  function uploaded({ headers }: IncomingMessage, asked: GcsRequest, body: Buffer): Answer {
    const { method, key, query } = asked
    if (isForbidden(asked)) return (response) => refuse(response, 412, 'conditionNotMet')
    const type = query.get('uploadType')
    if (method === 'POST' && type === 'multipart') {
      const [, boundary = ''] = /boundary="?([^";]+)/.exec(headers['content-type'] ?? '') ?? []
      return stored(key, lastPart(body, boundary))
    }
    const id = query.get('upload_id') ?? `session-${sessions.size + 1}`
    if (method === 'POST' && type === 'resumable') {
      sessions.set(id, { key, parts: [] })
      const url = `http://${headers.host}/upload/storage/v1/b/${options.bucket}/o?uploadType=resumable&upload_id=${id}`
      return (response) => response.writeHead(200, { location: url, 'content-length': 0 }).end()
    }
    const session = sessions.get(id)
    if (method !== 'PUT' || !session) return (response) => refuse(response, 404, 'no such session')
    session.parts.push(body)
    const content = Buffer.concat(session.parts)
    const [, , last, whole] = /^bytes (\d+)-(\d+|\*)\/(\d+|\*)$/.exec(headers['content-range'] ?? '') ?? []
    const isWhole = last === '*' || whole === undefined || Number(whole) === content.length
    if (isWhole) return stored(session.key, content)
    return (response) => response.writeHead(308, { range: `bytes=0-${content.length - 1}` }).end()
  }

  function act({ method, key, query }: GcsRequest): Answer {
    if (key === '') return (response) => json(response, page(query))
    const found = objects.get(key)
    if (!found) return (response) => refuse(response, 404, `No such object: ${options.bucket}/${key}`)
    if (method === 'DELETE') {
      objects.delete(key)
      return (response) => response.writeHead(204).end()
    }
    return (response) =>
      response
        .writeHead(200, {
          'content-length': found.length,
          'x-goog-hash': `crc32c=${checksum(found)}`,
          'x-goog-stored-content-encoding': 'identity',
        })
        .end(found)
  }

  function page(query: URLSearchParams) {
    const after = Buffer.from(query.get('pageToken') ?? '')
    const all = [...objects.keys()]
      .filter((key) => key.startsWith(query.get('prefix') ?? ''))
      .map((key) => Buffer.from(key))
      .filter((key) => after.length === 0 || Buffer.compare(key, after) > 0)
      .sort(Buffer.compare)
      .map(String)
    const some = all.slice(0, pageSize)
    const items = some.map((name) => ({ name }))
    return all.length > some.length ? { items, nextPageToken: some.at(-1) } : { items }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

/** The content of the last part of a body of several (RFC 2046). */
function lastPart(body: Buffer, boundary: string): Buffer {
  const end = body.lastIndexOf(`\r\n--${boundary}--`)
  const start = body.lastIndexOf(`--${boundary}\r\n`, end - 1)
  return body.subarray(body.indexOf('\r\n\r\n', start) + 4, end)
}

function checksum(content: Buffer): string {
  const sum = new CRC32C()
  sum.update(content)
  return sum.toString()
}

function json(response: ServerResponse, body: unknown) {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function refuse(response: ServerResponse, code: number, message: string) {
  response.writeHead(code, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ error: { code, message, errors: [{ message, reason: message }] } }))
}
