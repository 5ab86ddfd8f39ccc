/** A folder of this machine, or one that is mounted. Needs hard links: they make a name only once. */
import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import {
  access,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { ConfigError, TransientError } from '../../../core/errors.ts'
import { manifestPrefix } from '../manifest.ts'
import type { Store } from '../store.ts'
import type { StoreKind } from '../stores.ts'

/** Of files that are being written; each name is used once. */
const scratchName = '_tmp'

export const folder: StoreKind = {
  settings: [],
  open: async ({ place }, { integration }) => folderStore(place, integration),
  async integrations({ place }) {
    const root = resolve(place)
    const entries = await explained(root, () => readdir(root, { withFileTypes: true })).catch((error) => {
      if (codeOf(error) === 'ENOENT') return []
      throw error
    })
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
    const found: string[] = []
    for (const name of names) if (await isFolder(join(root, name, manifestPrefix))) found.push(name)
    return found.sort()
  },
}

/** The store at `folder/integration`. Throws `ConfigError` when there is something else under the name. */
function folderStore(folder: string, integration: string): Store {
  const root = join(resolve(folder), integration)
  const scratch = join(root, scratchName)
  const at = (name: string) => join(root, name)

  async function written(content: string, flush: boolean): Promise<string> {
    await mkdir(scratch, { recursive: true })
    const path = join(scratch, `${Date.now()}-${randomBytes(12).toString('hex')}`)
    await writeFile(path, content, { flush })
    return path
  }

  return {
    root,
    scratch,
    check: () => explained(root, () => tryWriting(root)),
    list: (prefix) => explained(root, () => filesBelow(root, prefix)),
    read: (name) =>
      explained(root, async () => {
        try {
          return await readFile(at(name))
        } catch (error) {
          if (codeOf(error) === 'ENOENT') return undefined
          throw error
        }
      }),
    put: (name, content) =>
      explained(root, async () => {
        await mkdir(dirname(at(name)), { recursive: true })
        await rename(await written(content, false), at(name))
      }),
    putNew: (name, content) =>
      explained(root, async () => {
        await makeFolder(dirname(at(name)))
        const path = await written(content, true)
        try {
          if (!(await linked(path, at(name)))) return false
        } finally {
          await rm(path, { force: true })
        }
        await syncFolder(dirname(at(name)))
        return true
      }),
    putFile: (name, path) =>
      explained(root, async () => {
        await makeFolder(dirname(at(name)))
        const file = await open(path, 'r+')
        await file.sync().finally(() => file.close())
        await rename(path, at(name))
        await syncFolder(dirname(at(name)))
      }),
    local: async (name) => at(name),
    remove: (names) =>
      explained(root, async () => {
        for (const name of names) {
          await rm(at(name), { force: true })
          // A folder that is left empty goes too, unless somebody just put something into it.
          await rmdir(dirname(at(name))).catch(() => {})
        }
      }),
    async [Symbol.asyncDispose]() {},
  }
}

async function filesBelow(root: string, prefix: string): Promise<readonly string[]> {
  const folder = join(root, prefix.slice(0, prefix.lastIndexOf('/') + 1))
  const found: string[] = []
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error) => {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  })
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const name = relative(root, join(entry.parentPath, entry.name)).split(sep).join('/')
    if (name.startsWith(prefix)) found.push(name)
  }
  return found.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

/** In the nearest folder that is there: nothing is made but one file, which is linked and removed. */
async function tryWriting(root: string): Promise<void> {
  let folder = root
  while (!(await isFolder(folder))) folder = dirname(folder)
  await access(folder, constants.W_OK)
  const path = join(folder, `.sluice-check-${randomBytes(6).toString('hex')}`)
  try {
    await writeFile(path, '')
    await linked(path, `${path}-link`)
  } finally {
    await rm(path, { force: true })
    await rm(`${path}-link`, { force: true })
  }
}

/** False when the name is taken. */
async function linked(path: string, name: string): Promise<boolean> {
  try {
    await link(path, name)
    return true
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return false
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(codeOf(cause) ?? '')) throw cause
    throw new ConfigError(`the file system of ${name} has no hard links, which keep two runs apart`, {
      cure: 'name a folder on another file system, or object storage (s3://, az://, gs://)',
      cause,
    })
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT' && dirname(path) !== path) return false
    throw error
  }
  throw new ConfigError(`${path} is a file, not a folder`, { cure: 'name another folder' })
}

/** With its parents, each of them durable. */
async function makeFolder(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true })
  if (first === undefined) return
  for (let made = path; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made))
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  await folder.sync().finally(() => folder.close())
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException | undefined)?.code

async function explained<T>(root: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const because = (message: string, cure: string) => new ConfigError(message, { cure, cause })
    switch (codeOf(cause)) {
      case 'EACCES':
      case 'EPERM':
      case 'EROFS':
        throw because(
          `${root} cannot be written: no permission`,
          'make it writable for this user, or name another',
        )
      case 'ENOTDIR':
      case 'EEXIST':
        throw because(`${root} lies where there is a file, not a folder`, 'name another folder')
      case 'ENOSPC':
      case 'EDQUOT':
        throw new TransientError(`no space left for ${root}`, {
          cure: 'free some space and run again; everything loaded until now is safe',
          cause,
        })
    }
    throw cause
  }
}
