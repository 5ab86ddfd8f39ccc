/**
 * Plants one bug at a time in a copy of the tree and shows which test goes red (`npm run test:planted`); words of a
 * bug's name narrow it. Ends with an error when a bug survives, or when the source no longer has the text to edit.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import type { Bug } from './planted/bug.ts'
import { bugs } from './planted/bugs.ts'

const root = new URL('..', import.meta.url).pathname
const left = new Set(['node_modules', '.git', 'dist'])
const wanted = process.argv.slice(2).join(' ').toLowerCase()
const chosen = bugs.filter(({ name }) => name.toLowerCase().includes(wanted))

const copy = mkdtempSync(join(tmpdir(), 'sluice-planted-'))
process.on('exit', () => rmSync(copy, { recursive: true, force: true }))
cpSync(root, copy, { recursive: true, filter: (path) => !left.has(relative(root, path)) })
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))

/** The source with the bug in it, by file. Throws when a text is not there exactly once, or what comes is no code. */
function planted({ name, edits }: Bug): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  for (const { file, find, put } of edits) {
    const text = texts.get(file) ?? readFileSync(join(root, file), 'utf8')
    const parts = text.split(find)
    if (parts.length !== 2) {
      throw new Error(`"${name}": ${file} has ${parts.length - 1} times what it should have once:\n${find}`)
    }
    texts.set(file, parts.join(put))
  }
  for (const text of texts.values()) stripTypeScriptTypes(text)
  return texts
}

/** What the tests of the file (those of one name, if there is one) say in the copy, if they are red. */
function redness(file: string, named?: string): string | undefined {
  const only = named === undefined ? [] : [`--test-name-pattern=${named}`]
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--test', '--test-timeout=300000', ...only, file],
    { cwd: copy, encoding: 'utf8', env: { ...process.env, NODE_TEST_CONTEXT: undefined } },
  )
  if (!/^ℹ tests [1-9]/m.test(stdout)) throw new Error(`${file} has no tests named ${named ?? 'anything'}`)
  return status === 0 ? undefined : stdout.slice(stdout.indexOf('✖ failing tests'))
}

const sources = new Map(chosen.map((bug) => [bug, planted(bug)]))
const used = new Map(
  chosen.flatMap(({ tests, named }) =>
    tests.map((file) => [`${file} ${named ?? ''}`, { file, named }] as const),
  ),
)
for (const [what, { file, named }] of used) {
  const red = redness(file, named)
  if (red !== undefined) throw new Error(`${what} is red without any bug:\n${red}`)
  process.stderr.write(`green without a bug: ${what}\n`)
}

const survivors: string[] = []
process.stdout.write('| bug | caught by | seconds |\n|---|---|---|\n')
for (const [bug, texts] of sources) {
  const started = performance.now()
  for (const [file, text] of texts) writeFileSync(join(copy, file), text)
  const caught = bug.tests.find((file) => redness(file, bug.named) !== undefined)
  for (const file of texts.keys()) writeFileSync(join(copy, file), readFileSync(join(root, file), 'utf8'))
  if (caught === undefined) survivors.push(bug.name)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  process.stdout.write(`| ${bug.name} | ${caught ?? '**nothing**'} | ${seconds} |\n`)
}
if (survivors.length > 0) {
  process.stderr.write(`${survivors.length} of ${chosen.length} bugs survive: ${survivors.join('; ')}\n`)
  process.exitCode = 1
}
