/** The OpenAPI document as a page to be read: no scripts, nothing from elsewhere. */
import { createHash } from 'node:crypto'
import { html, raw } from 'hono/html'
import type { Json } from './schemas.ts'

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2.5rem; }
summary { cursor: pointer; padding: .25rem 0; }
details > :not(summary) { margin-left: 1.25rem; }
code, b { font-family: ui-monospace, monospace; font-size: .92em; }
table { border-collapse: collapse; }
td { padding: .15rem .75rem .15rem 0; vertical-align: top; }
small { opacity: .7; }
nav a { margin-right: .5rem; }
`

/** Lets the page have its styles, and nothing else. */
export const docsStyle = `'sha256-${createHash('sha256').update(style).digest('base64')}'`

interface Operation {
  readonly tags: readonly string[]
  readonly operationId: string
  readonly summary: string
  readonly 'x-role': string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Json }>> }
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Record<string, { schema?: Json }> }>
  >
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required: boolean
  readonly description?: string
  readonly schema: Json
}

export function docsPage(document: Json): string {
  const { info, paths, components } = document as {
    readonly info: { readonly title: string; readonly version: string; readonly description: string }
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
    readonly components: { readonly schemas: Readonly<Record<string, Json>> }
  }
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
  )
  const groups = Map.groupBy(operations, ({ tags: [tag = ''] }) => tag)
  return String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title} API</title>
<style>${raw(style)}</style>
</head>
<body>
<h1>${info.title} API <small>${info.version}</small></h1>
<p>${info.description} The document itself: <a href="/api/v1/openapi.json">openapi.json</a>.</p>
<nav>${[...groups.keys()].map((tag) => html`<a href="#${tag}">${tag}</a> `)}<a href="#schemas">schemas</a></nav>
${[...groups].map(
  ([tag, members]) => html`<h2 id="${tag}">${tag}</h2>
${members.map(operationPart)}`,
)}
<h2 id="schemas">schemas</h2>
${Object.entries(components.schemas).map(
  ([name, schema]) => html`<details id="schema-${name}"><summary>${name}</summary>${rows(schema)}</details>
`,
)}
</body>
</html>
`)
}

function operationPart(operation: Operation & { readonly path: string; readonly method: string }) {
  const { method, path, operationId, summary, parameters = [], requestBody, responses } = operation
  const body = requestBody?.content['application/json']?.schema
  return html`<details id="${operationId}"><summary><b>${method.toUpperCase()}</b> <code>${path}</code> ${summary}</summary>
<p>For: ${operation['x-role']}.</p>
${
  parameters.length === 0
    ? ''
    : html`<table>${parameters.map(
        ({ name, in: place, required, description = '', schema }) => html`<tr><td><code>${name}</code></td>
<td>${place}${required ? '' : ', optional'}</td><td>${typeOf(schema)}</td><td>${description}</td></tr>`,
      )}</table>`
}
${body ? html`<p>Body: ${typeOf(body)}</p>` : ''}
${Object.entries(responses).map(
  ([status, { description, content = {} }]) =>
    html`<p>${status}: ${description}${Object.entries(content).map(
      ([type, { schema }]) => html` — ${schema ? typeOf(schema) : ''} <small>${type}</small>`,
    )}</p>`,
)}
</details>
`
}

function rows(schema: Json) {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Json>)
  if (properties.length === 0) return html`<p>${typeOf(schema)}</p>`
  const required = new Set((schema.required ?? []) as string[])
  return html`<table>${properties.map(
    ([
      name,
      property,
    ]) => html`<tr><td><code>${name}</code></td><td>${required.has(name) ? '' : 'optional'}</td>
<td>${typeOf(property)}</td><td>${property.description ?? ''}</td></tr>`,
  )}</table>`
}

/** In a few words; a component as a link. */
function typeOf(schema: Json): ReturnType<typeof html> | string {
  const {
    $ref,
    enum: values,
    const: only,
    anyOf,
    oneOf,
    items,
    type,
    format,
  } = schema as {
    readonly $ref?: string
    readonly enum?: readonly unknown[]
    readonly const?: unknown
    readonly anyOf?: readonly Json[]
    readonly oneOf?: readonly Json[]
    readonly items?: Json
    readonly type?: string | readonly string[]
    readonly format?: string
  }
  if ($ref !== undefined) {
    const name = $ref.replace(/^.*\//, '')
    return html`<a href="#schema-${name}">${name}</a>`
  }
  if (values) return values.map(String).join(' | ')
  if (only !== undefined) return JSON.stringify(only)
  const some = anyOf ?? oneOf
  if (some) return html`${some.map((one, at) => html`${at > 0 ? ' | ' : ''}${typeOf(one)}`)}`
  if (items) return html`list of ${typeOf(items)}`
  const fields = Object.keys((schema.properties ?? {}) as object)
  if (fields.length > 0) return `{ ${fields.join(', ')} }`
  return [[type].flat().join(' or ') || 'anything', ...(format ? [`(${format})`] : [])].join(' ')
}
