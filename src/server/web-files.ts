/** The web app's files, as they were built: `dist/web`. */
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import type { Context, MiddlewareHandler } from 'hono'
import type { Env } from './declare.ts'

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

/** Endings of copies that were compressed when they were built, the smaller first. */
const encodings = [
  ['.br', 'br'],
  ['.gz', 'gzip'],
] as const

/**
 * Serves the files of a folder, which are read once: names that were never there can't be asked for. Any other path
 * that a browser opens is one of the app's pages, and gets `index.html`. What has its hash in its name stays for ever.
 */
export async function webFiles(folder: string): Promise<MiddlewareHandler<Env>> {
  const files = await read(folder)
  const index = files.get('/index.html')
  return async (c, next) => {
    if (c.req.method !== 'GET' && c.req.method !== 'HEAD') return next()
    const found = files.get(c.req.path)
    if (found && c.req.path !== '/index.html') {
      return send(c, files, c.req.path, found, /-[\w-]{8,}\.\w+$/.test(c.req.path) ? forever : shortly)
    }
    const page = !c.req.path.startsWith('/assets/') && c.req.header('accept')?.includes('text/html')
    return index && page ? send(c, files, '/index.html', index, 'no-cache') : next()
  }
}

const forever = 'public, max-age=31536000, immutable'
const shortly = 'public, max-age=3600'

type Files = ReadonlyMap<string, Buffer<ArrayBuffer>>

async function read(folder: string): Promise<Files> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return new Map(
    await Promise.all(
      paths.map(async (path) => {
        const name = `/${relative(folder, path).split(sep).join('/')}`
        return [name, Buffer.from(await readFile(path))] as const
      }),
    ),
  )
}

function send(
  c: Context<Env>,
  files: Files,
  name: string,
  plain: Buffer<ArrayBuffer>,
  caching: string,
): Response {
  const taken = c.req.header('accept-encoding') ?? ''
  const [ending, encoding] =
    encodings.find(([ending, name_]) => taken.includes(name_) && files.has(name + ending)) ?? []
  return c.body(ending === undefined ? plain : (files.get(name + ending) ?? plain), 200, {
    'content-type': types[extname(name)] ?? 'application/octet-stream',
    'cache-control': caching,
    vary: 'accept-encoding',
    ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
  })
}
