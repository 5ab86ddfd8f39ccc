/** What all object storage has in common: names below a prefix, copies on this machine, a probe. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ConfigError } from '../../../core/errors.ts'
import type { OpenOptions } from '../../../core/model.ts'
import { manifestPrefix } from '../manifest.ts'
import type { Store } from '../store.ts'

/** One service, with full keys of objects. Errors are those that `Store` throws. */
export interface Objects {
  list(prefix: string): Promise<readonly string[]>
  read(key: string): Promise<Buffer | undefined>
  /** With `isNew`, false when there is an object already: the service must decide that. */
  put(key: string, content: string, isNew: boolean): Promise<boolean>
  upload(key: string, path: string): Promise<void>
  download(key: string, path: string): Promise<void>
  remove(keys: readonly string[]): Promise<void>
  close(): void
}

/** `s3://bucket/prefix`: the bucket (a container, elsewhere) and the prefix, without slashes at its ends. */
export function bucketAndPrefix(place: string): { readonly bucket: string; readonly prefix: string } {
  const [, scheme = '', bucket = '', path = ''] = /^([a-z0-9]+):\/\/([^/]+)\/?(.*)$/i.exec(place) ?? []
  if (bucket === '') {
    throw new ConfigError(`${JSON.stringify(place)} names no bucket`, {
      cure: `write ${scheme === '' ? 's3' : scheme}://bucket/prefix`,
    })
  }
  return { bucket, prefix: path.replaceAll(/^\/+|\/+$/g, '') }
}

const below = (prefix: string, name: string) => (prefix === '' ? name : `${prefix}/${name}`)

/** The store of an integration below `place`. */
export function objectStore(
  objects: Objects,
  place: string,
  { integration, workDir }: Pick<OpenOptions, 'integration' | 'workDir'>,
): Store {
  const { prefix } = bucketAndPrefix(place)
  const key = (name: string) => `${below(prefix, integration)}/${name}`
  return {
    root: `${place.replace(/\/+$/, '')}/${integration}`,
    scratch: join(workDir, 'files', 'new'),
    async check() {
      const probe = key(`_check-${randomBytes(6).toString('hex')}`)
      try {
        const first = await objects.put(probe, '', true)
        if (first && !(await objects.put(probe, '', true))) return
        throw new ConfigError(
          `${place} overwrites what it was told not to (a conditional write), so that two runs could mix`,
          {
            cure: 'use a version of the storage that supports conditional writes',
          },
        )
      } finally {
        await objects.remove([probe])
      }
    },
    async list(of) {
      const names = await objects.list(key(of))
      return names.map((name) => name.slice(key('').length))
    },
    read: (name) => objects.read(key(name)),
    async put(name, content) {
      await objects.put(key(name), content, false)
    },
    putNew: (name, content) => objects.put(key(name), content, true),
    putFile: (name, path) => objects.upload(key(name), path),
    async local(name, cache) {
      if (existsSync(cache)) return cache
      await mkdir(dirname(cache), { recursive: true })
      const part = `${cache}.${randomBytes(6).toString('hex')}`
      try {
        await objects.download(key(name), part)
        await rename(part, cache)
      } finally {
        await rm(part, { force: true })
      }
      return cache
    },
    remove: (names) => objects.remove(names.map(key)),
    async [Symbol.asyncDispose]() {
      objects.close()
    },
  }
}

/** Names of what has manifests below the prefix. */
export async function integrationsBelow(objects: Objects, place: string): Promise<readonly string[]> {
  const { prefix } = bucketAndPrefix(place)
  const start = prefix === '' ? '' : `${prefix}/`
  const names = (await objects.list(start)).flatMap((key) => {
    const [name = '', ...rest] = key.slice(start.length).split('/')
    return rest.join('/').startsWith(manifestPrefix) ? [name] : []
  })
  return [...new Set(names)]
}
