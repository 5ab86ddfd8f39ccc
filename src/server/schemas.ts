/**
 * Schemas of the OpenAPI document: written by zod, whose JSON Schema is the dialect of OpenAPI 3.1. What has an id
 * (`meta({ id })`) stands once, under components; twice, where what is given differs from what is answered (a default
 * may be left out of the former and is in the latter).
 */
import { z } from 'zod'

export type Json = Record<string, unknown>
type Io = 'input' | 'output'

export interface Schemas {
  /** Refers to components by `input:Name` and `output:Name`, until `linked`. */
  of(type: z.ZodType, io: Io): Json
  /** With references as the document has them; when all schemas were collected. */
  linked<T>(part: T): T
  components(): Json
}

export function collectSchemas(): Schemas {
  const found = { input: new Map<string, Json>(), output: new Map<string, Json>() }
  const nameOf = (io: Io, id: string, differing: ReadonlySet<string>) =>
    io === 'input' && differing.has(id) ? `${id}Given` : id
  const linkedBy = <T>(part: T, differing: ReadonlySet<string>): T =>
    mapRefs(part, (ref) => {
      const [io, id = ''] = ref.split(':') as [Io, string?]
      return `#/components/schemas/${nameOf(io, id, differing)}`
    })
  return {
    of(type, io) {
      const { $schema: _, $defs: defs = {}, ...schema } = jsonSchema(type, io)
      const local = (part: Json) => mapRefs(part, (ref) => `${io}:${ref.replace('#/$defs/', '')}`)
      for (const [id, definition] of Object.entries(defs as Record<string, Json>)) {
        found[io].set(id, local(withoutId(definition)))
      }
      const { id } = type.meta() ?? {}
      if (id === undefined) return local(schema)
      // A schema may come as a mere reference to itself among the definitions: then it is there already.
      if (schema.$ref === undefined) found[io].set(id, local(withoutId(schema)))
      return { $ref: `${io}:${id}` }
    },
    linked: (part) => linkedBy(part, differences(found)),
    components() {
      const differing = differences(found)
      const named = (['output', 'input'] as const).flatMap((io) =>
        [...found[io]].map(
          ([id, schema]) => [nameOf(io, id, differing), linkedBy(schema, differing)] as const,
        ),
      )
      return Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)))
    },
  }
}

/** Ids of what is not the same when it is given and when it is answered, by itself or by what it refers to. */
function differences(found: Readonly<Record<Io, ReadonlyMap<string, Json>>>): ReadonlySet<string> {
  const both = [...found.input].flatMap(([id, given]) => {
    const answered = found.output.get(id)
    return answered ? [{ id, given, answered }] : []
  })
  const plain = (schema: Json) => JSON.stringify(mapRefs(schema, (ref) => ref.replace(/^.*:/, '')))
  const differing = new Set(
    both.filter(({ given, answered }) => plain(given) !== plain(answered)).map(({ id }) => id),
  )
  for (let size = -1; size !== differing.size; ) {
    size = differing.size
    for (const { id, given } of both) {
      mapRefs(given, (ref) => {
        if (differing.has(ref.replace(/^.*:/, ''))) differing.add(id)
        return ref
      })
    }
  }
  return differing
}

function jsonSchema(type: z.ZodType, io: Io): Json {
  return z.toJSONSchema(type, {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema: schema }) => {
      // Answers may grow, and a client must not be told that they won't.
      if (io === 'output' && schema.additionalProperties === false) delete schema.additionalProperties
      // What the format says already, and the bounds of what a number can hold.
      if (schema.format !== undefined) delete schema.pattern
      if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum
      if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum
    },
  }) as Json
}

function withoutId({ id: _, $id: __, ...schema }: Json): Json {
  return schema
}

function mapRefs<T>(part: T, to: (ref: string) => string): T {
  return JSON.parse(JSON.stringify(part), (key, value: unknown) =>
    key === '$ref' && typeof value === 'string' ? to(value) : value,
  ) as T
}
