/** Reads a file of `sluice apply`: YAML, of which JSON is a part. What is wrong is told with its line and column. */
import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { ConfigError } from '../../../core/errors.ts'
import { nearest } from '../../../core/nearest.ts'
import { type ConfigFile, configFile } from './file.ts'

type Path = readonly PropertyKey[]

export interface ReadConfig {
  readonly config: ConfigFile
  /** `sluice.yaml:12:5` of what stands under the path, or of the nearest thing around it. */
  where(path: Path): string
}

/** `name` is what errors call the file. Throws one `ConfigError` that names everything that is wrong. */
export function readConfig(text: string, name: string): ReadConfig {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${name}:${line}:${col}`
  }
  if (document.errors.length > 0) {
    throw wrong(document.errors.map(({ pos, message }) => `${at(pos[0])}: ${message}`))
  }
  const where = (path: Path) => at(offsetOf(document, path))
  const parsed = configFile.safeParse(document.toJS() ?? {})
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap((issue) => told(issue, []))
    throw wrong(problems.map(({ path, message }) => `${where(path)}: ${labelled(path, message)}`))
  }
  return { config: parsed.data, where }
}

/** Everything that is wrong with a file, in one error. */
export function wrong(problems: readonly string[]): ConfigError {
  return new ConfigError(problems.join('; '))
}

interface Problem {
  readonly path: Path
  readonly message: string
}

function told(issue: z.core.$ZodIssue, above: Path): readonly Problem[] {
  const path = [...above, ...issue.path]
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: unknown(key, path) }))
  }
  if (issue.code === 'invalid_union') {
    // Of several shapes the one that was meant is that whose faults lie deepest.
    const branches = issue.errors.map((issues) => issues.flatMap((one) => told(one, path)))
    const depth = (problems: readonly Problem[]) =>
      Math.max(...problems.map((problem) => problem.path.length))
    const meant = branches.toSorted((a, b) => depth(b) - depth(a))[0]
    if (meant && depth(meant) > path.length) return meant
    const all = new Set(branches.flat().map(({ message }) => message))
    return [{ path, message: all.size > 0 ? [...all].join(', or ') : kinds(path) }]
  }
  if (issue.code === 'invalid_key') return issue.issues.flatMap((one) => told(one, path))
  return [{ path, message: issue.message.replace(/^Invalid input: /, '') }]
}

const kinds = (path: Path) =>
  path.includes('schedule') ? 'is every, cron or manual' : 'is key, or left out, or demo'

/** What may stand where an unknown word does. */
function unknown(key: string, path: Path): string {
  const known = allowed(configFile, path)
  const meant = nearest(key, known)
  return `is unknown${meant ? `; did you mean ${meant}?` : `; known are ${known.join(', ')}`}`
}

function allowed(schema: unknown, path: Path): readonly string[] {
  const [head, ...rest] = path
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return allowed(schema.unwrap(), path)
  }
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => allowed(option, path))
  if (schema instanceof z.ZodObject) {
    if (head === undefined) return Object.keys(schema.shape)
    const next: unknown = schema.shape[String(head)]
    return next === undefined ? [] : allowed(next, rest)
  }
  if (head === undefined) return []
  if (schema instanceof z.ZodRecord) return allowed(schema.valueType, rest)
  if (schema instanceof z.ZodArray) return allowed(schema.element, rest)
  return []
}

function labelled(path: Path, message: string): string {
  return path.length === 0 ? message : `${path.join('.')} ${message}`
}

function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true)
    const last = path[length - 1]
    if (isMap(parent)) {
      // The key, which is what an unknown word is, and where a person looks first.
      const pair = parent.items.find(({ key }) => isNode(key) && String(key) === String(last))
      if (pair && isNode(pair.key) && pair.key.range) return pair.key.range[0]
    }
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return document.contents?.range?.[0] ?? 0
}
