/** TypeScript's types of the API, from its OpenAPI document: schemas, and of each operation what it takes and answers. */

/** As much of JSON Schema as the document has. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>

interface Operation {
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly required?: boolean
    readonly schema: Schema
  }[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

/** The whole file. Throws for a part of JSON Schema that it does not know: better no types than wrong ones. */
export function apiTypes({ paths, components }: Document): string {
  const schemas = Object.entries(components.schemas).map(([name, schema]) => `  ${name}: ${typeOf(schema)}`)
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => `  '${method.toUpperCase()} ${path}': ${operationType(operation)}`,
    ),
  )
  return [
    '// Generated from test/golden/openapi.json by `npm run api-types`.',
    'export interface Schemas {',
    ...schemas,
    '}',
    '',
    '/** By method and path. */',
    'export interface Operations {',
    ...operations,
    '}',
    '',
  ].join('\n')
}

function operationType({ parameters = [], requestBody, responses }: Operation): string {
  const of = (place: string) => {
    const found = parameters.filter((parameter) => parameter.in === place)
    const fields = found.map(
      ({ name, required, schema }) => `${key(name)}${required ? '' : '?'}: ${typeOf(schema)}`,
    )
    return fields.length === 0 ? 'never' : `{ ${fields.join('; ')} }`
  }
  const good = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1]
  const answer = good?.content?.['application/json']?.schema
  const body = requestBody?.content['application/json']?.schema
  return `{ path: ${of('path')}; query: ${of('query')}; body: ${body ? typeOf(body) : 'never'}; answer: ${answer ? typeOf(answer) : 'undefined'} }`
}

export function typeOf(schema: Schema): string {
  const { $ref, anyOf, oneOf, type } = schema
  if ($ref !== undefined) return `Schemas['${$ref.replace('#/components/schemas/', '')}']`
  if ('const' in schema) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  const members = anyOf ?? oneOf
  if (members) return members.map(typeOf).join(' | ')
  if (Array.isArray(type)) return type.map((one) => typeOf({ ...schema, type: one })).join(' | ')
  if (type === 'object') return objectType(schema)
  if (type === 'array') return `(${schema.items ? typeOf(schema.items) : 'unknown'})[]`
  if (type === 'integer' || type === 'number') return 'number'
  if (type === 'string' || type === 'boolean' || type === 'null') return type
  if (type === undefined) return 'unknown'
  throw new Error(`a schema of the type ${type}`)
}

function objectType({ properties = {}, required = [], additionalProperties }: Schema): string {
  const fields = Object.entries(properties).map(
    ([name, schema]) => `${key(name)}${required.includes(name) ? '' : '?'}: ${typeOf(schema)}`,
  )
  if (fields.length > 0) return `{ ${fields.join('; ')} }`
  const values = typeof additionalProperties === 'object' ? typeOf(additionalProperties) : 'unknown'
  return `Record<string, ${values}>`
}

const key = (name: string) => (/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name))
