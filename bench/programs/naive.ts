/**
 * The client that everybody writes first: a page of 100, the next one after its last object, one request at
 * a time. With `children`, also its objects' own lists. It loads nothing: what it reads is only counted.
 */
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { Pool } from 'undici'

export interface NaiveOptions {
  readonly url: string
  readonly key: string
  readonly path: string
  /** Stops after so many objects. */
  readonly objects: number
  /** `lines`: each object's `/v1/…/{id}/lines` is read as well. */
  readonly children?: string
  /** Only where the object says that it has more of them than came with it. */
  readonly onlyLong?: boolean
}

export interface NaiveResult {
  readonly objects: number
  readonly children: number
  readonly requests: number
  readonly seconds: number
}

interface List {
  readonly data: readonly ({ readonly id: string } & Readonly<Record<string, unknown>>)[]
  readonly has_more: boolean
}

const unzip = promisify(gunzip)
const options = JSON.parse(process.argv[2] ?? '{}') as NaiveOptions
const pool = new Pool(options.url, { connections: 1 })
let requests = 0

const began = performance.now()
let children = 0
const objects = await walk(options.path, options.objects, async (page) => {
  if (options.children === undefined) return
  for (const object of page.data) {
    const here = object[options.children] as List | undefined
    if (options.onlyLong && here?.has_more === false) children += here.data.length
    else children += await walk(`${options.path}/${object.id}/${options.children}`, Number.POSITIVE_INFINITY)
  }
})
const seconds = (performance.now() - began) / 1000
await pool.close()
console.log(JSON.stringify({ objects, children, requests, seconds } satisfies NaiveResult))

async function walk(path: string, most: number, each?: (page: List) => Promise<void>): Promise<number> {
  let seen = 0
  let after = ''
  for (;;) {
    const page = await get(`${path}?limit=100${after}`)
    seen += page.data.length
    await each?.(page)
    const last = page.data.at(-1)
    if (!page.has_more || last === undefined || seen >= most) return seen
    after = `&starting_after=${last.id}`
  }
}

async function get(path: string): Promise<List> {
  requests++
  const headers = { authorization: `Bearer ${options.key}`, 'accept-encoding': 'gzip' }
  const reply = await pool.request({ method: 'GET', path, headers })
  const bytes = Buffer.from(await reply.body.arrayBuffer())
  const body = reply.headers['content-encoding'] === 'gzip' ? await unzip(bytes) : bytes
  if (reply.statusCode !== 200) throw new Error(`GET ${path}: ${reply.statusCode} ${body}`)
  return JSON.parse(body.toString()) as List
}
