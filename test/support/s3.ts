/**
 * A server that speaks as much of S3 as a store needs, in memory: objects by path, conditional writes, uploads in
 * parts, lists in pages. It holds what it is told to the letter: a request that is not signed with its key is refused,
 * a body that is shorter than announced is no object.
 */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface S3Server extends AsyncDisposable {
  readonly url: string
  readonly objects: Map<string, Buffer>
  /** Asked before each request is answered, and after what it asks was done; may answer in its place. */
  fault: ((request: S3Request, moment: 'before' | 'after') => Fault | undefined) | undefined
}

export interface S3Request {
  readonly method: string
  readonly key: string
  readonly query: URLSearchParams
}

/** `drop` breaks the connection; a number is a status. */
export type Fault = 'drop' | 500 | 503

export const s3Key = { id: 'AKIATESTTESTTESTTEST', secret: 'a secret of the test server' }

/** Small, so that lists have several pages. */
const pageSize = 7

export async function s3Server(options: {
  readonly bucket: string
  readonly ignoresConditions?: boolean
}): Promise<S3Server> {
  const objects = new Map<string, Buffer>()
  const uploads = new Map<string, Map<number, Buffer>>()
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy())
  })
  const state: Pick<S3Server, 'fault'> = { fault: undefined }

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '/', 'http://s3')
    const [, bucket = '', ...path] = decodeURIComponent(url.pathname).split('/')
    const asked: S3Request = { method: request.method ?? '', key: path.join('/'), query: url.searchParams }
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const broken = (fault: Fault | undefined) => {
      if (fault === 'drop') request.socket.destroy()
      else if (fault !== undefined) refuse(response, fault, fault === 503 ? 'SlowDown' : 'InternalError')
      return fault !== undefined
    }
    if (broken(state.fault?.(asked, 'before'))) return
    if (!request.headers.authorization?.includes(`Credential=${s3Key.id}/`))
      return refuse(response, 403, 'AccessDenied')
    if (bucket !== options.bucket) return refuse(response, 404, 'NoSuchBucket')
    const sent = request.headers['content-length']
    if (sent !== undefined && Number(sent) !== body.length) return refuse(response, 400, 'IncompleteBody')
    const done = act(asked, body, request.headers['if-none-match'] === '*')
    if (broken(state.fault?.(asked, 'after'))) return
    done(response)
  }

  function act(
    { method, key, query }: S3Request,
    body: Buffer,
    onlyNew: boolean,
  ): (response: ServerResponse) => void {
    const upload = query.get('uploadId')
    if (method === 'PUT' && upload !== null) {
      const parts = uploads.get(upload)
      if (!parts) return (response) => refuse(response, 404, 'NoSuchUpload')
      parts.set(Number(query.get('partNumber')), body)
      return (response) => response.writeHead(200, { etag: etag(body) }).end()
    }
    if (method === 'POST' && query.has('uploads')) {
      const id = `upload-${uploads.size + 1}`
      uploads.set(id, new Map())
      return (response) =>
        xml(
          response,
          `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
        )
    }
    if (method === 'POST' && upload !== null) {
      const parts = [...(uploads.get(upload) ?? [])].sort(([a], [b]) => a - b)
      const named = [...body.toString().matchAll(/<PartNumber>(\d+)</g)].map(([, number]) => Number(number))
      if (named.join() !== parts.map(([number]) => number).join())
        return (response) => refuse(response, 400, 'InvalidPart')
      objects.set(key, Buffer.concat(parts.map(([, part]) => part)))
      uploads.delete(upload)
      return (response) =>
        xml(
          response,
          `<CompleteMultipartUploadResult><Key>${text(key)}</Key></CompleteMultipartUploadResult>`,
        )
    }
    if (method === 'DELETE') {
      if (upload !== null) uploads.delete(upload)
      else objects.delete(key)
      return (response) => response.writeHead(204).end()
    }
    if (method === 'PUT') {
      if (onlyNew && objects.has(key) && !options.ignoresConditions)
        return (response) => refuse(response, 412, 'PreconditionFailed')
      objects.set(key, body)
      return (response) => response.writeHead(200, { etag: etag(body) }).end()
    }
    if (key === '') return (response) => xml(response, page(query))
    const found = objects.get(key)
    if (!found) return (response) => refuse(response, 404, 'NoSuchKey')
    return (response) =>
      response.writeHead(200, { 'content-length': found.length, etag: etag(found) }).end(found)
  }

  function page(query: URLSearchParams): string {
    const after = query.get('continuation-token') ?? ''
    const bytes = (key: string) => Buffer.from(key)
    const all = [...objects.keys()]
      .filter(
        (key) =>
          key.startsWith(query.get('prefix') ?? '') &&
          (after === '' || Buffer.compare(bytes(key), bytes(after)) > 0),
      )
      .sort((a, b) => Buffer.compare(bytes(a), bytes(b)))
    const some = all.slice(0, pageSize)
    const more = all.length > some.length
    return `<ListBucketResult><IsTruncated>${more}</IsTruncated>${some
      .map((key) => `<Contents><Key>${text(key)}</Key></Contents>`)
      .join(
        '',
      )}${more ? `<NextContinuationToken>${text(some.at(-1) ?? '')}</NextContinuationToken>` : ''}</ListBucketResult>`
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

const etag = (body: Buffer) => `"${createHash('md5').update(body).digest('hex')}"`
const text = (value: string) => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

function xml(response: ServerResponse, body: string) {
  response.writeHead(200, { 'content-type': 'application/xml' }).end(`<?xml version="1.0"?>${body}`)
}

function refuse(response: ServerResponse, status: number, code: string) {
  response.writeHead(status, { 'content-type': 'application/xml' })
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`)
}
