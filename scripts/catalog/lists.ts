/** Finds every list method of the `stripe` package: its path in the JavaScript, its types in the declarations. */
import { globSync, readFileSync } from 'node:fs'
import ts from 'typescript'

export interface ListMethod {
  /** As in the package: `/v1/invoices/{id}/lines`. */
  readonly path: string
  readonly description: string
  /** Type of one item; a union where the list mixes objects. */
  readonly item: ts.Type
  /** Type of the query parameters. */
  readonly params: ts.Type | undefined
}

export interface StripePackage {
  readonly checker: ts.TypeChecker
  readonly lists: readonly ListMethod[]
  readonly apiVersion: string
  /** Declarations of `resources/Events.d.ts`: one interface per event type. */
  readonly events: ts.SourceFile
}

/**
 * Reads the declarations below `folder` (`node_modules/stripe/esm`). Lists of API v1 only, in order of their paths.
 * Throws when the package is not built the way this script knows: better no catalog than half a one.
 */
export function readPackage(folder: string): StripePackage {
  const scripts = globSync(`${folder}/resources/**/*.js`).filter((file) => !file.includes('/V2/'))
  const found = scripts.flatMap((file) => listCalls(file).map((call) => ({ ...call, file })))
  const declarations = found.map(({ file }) => declarationOf(file))
  const eventsFile = `${folder}/resources/Events.d.ts`
  const program = ts.createProgram([...new Set([...declarations, eventsFile])], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ['node'],
    skipLibCheck: true,
    strict: true,
    noEmit: true,
  })
  const checker = program.getTypeChecker()
  const events = program.getSourceFile(eventsFile)
  if (!events) throw new Error(`${eventsFile} is missing`)
  const lists = found.map(({ file, path, className, method }): ListMethod => {
    const source = program.getSourceFile(declarationOf(file))
    const declared = source?.statements.find(
      (node): node is ts.ClassDeclaration => ts.isClassDeclaration(node) && node.name?.text === className,
    )
    const member = declared?.members.find(
      (node): node is ts.MethodDeclaration => ts.isMethodDeclaration(node) && node.name.getText() === method,
    )
    const result = member?.type
    if (
      !member ||
      !result ||
      !ts.isTypeReferenceNode(result) ||
      result.typeName.getText() !== 'ApiListPromise'
    ) {
      throw new Error(`${className}.${method} in ${file} has no declared ApiListPromise`)
    }
    const item = result.typeArguments?.[0]
    if (!item) throw new Error(`${className}.${method}: what does the list hold?`)
    const params = member.parameters.find((parameter) => parameter.name.getText() === 'params')
    return {
      path,
      description: docOf(checker.getSymbolAtLocation(member.name), checker),
      item: checker.getTypeFromTypeNode(item),
      params: params?.type ? checker.getTypeFromTypeNode(params.type) : undefined,
    }
  })
  const version = readFileSync(`${folder}/apiVersion.js`, 'utf8').match(/ApiVersion = '([^']+)'/)?.[1]
  if (!version) throw new Error('the package does not say its API version')
  return {
    checker,
    lists: lists.sort((a, b) => (a.path < b.path ? -1 : 1)),
    apiVersion: version,
    events,
  }
}

/** The doc comment of a symbol, as one line. */
export function docOf(symbol: ts.Symbol | undefined, checker: ts.TypeChecker): string {
  if (!symbol) return ''
  return ts.displayPartsToString(symbol.getDocumentationComment(checker)).replaceAll(/\s+/g, ' ').trim()
}

const declarationOf = (script: string) => script.replace(/\.js$/, '.d.ts')

interface ListCall {
  readonly className: string
  readonly method: string
  readonly path: string
}

/** Every `this._makeRequest('GET', path, …, {methodType: 'list'})` of one compiled resource file. */
function listCalls(file: string): ListCall[] {
  const text = readFileSync(file, 'utf8')
  if (!text.includes("methodType: 'list'")) return []
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true)
  const calls: ListCall[] = []
  const visit = (node: ts.Node, className: string, method: string): void => {
    if (ts.isClassDeclaration(node)) className = node.name?.text ?? ''
    if (ts.isMethodDeclaration(node)) method = node.name.getText()
    if (ts.isCallExpression(node) && node.expression.getText() === 'this._makeRequest') {
      const [verb, path, , , spec] = node.arguments
      const isList =
        verb?.getText() === "'GET'" &&
        spec !== undefined &&
        ts.isObjectLiteralExpression(spec) &&
        spec.properties.some((property) => property.getText() === "methodType: 'list'")
      if (isList && path) calls.push({ className, method, path: pathText(path) })
    }
    ts.forEachChild(node, (child) => visit(child, className, method))
  }
  visit(source, '', '')
  return calls.filter(({ path }) => path.startsWith('/v1/'))
}

/** `'/v1/invoices'` as it is; each `${encodeURIComponent(id)}` of a template as `{id}`. */
function pathText(node: ts.Expression): string {
  if (ts.isStringLiteralLike(node)) return node.text
  if (!ts.isTemplateExpression(node)) throw new Error(`a path that is no literal: ${node.getText()}`)
  return node.templateSpans.reduce((text, span) => {
    const name = span.expression.getText().match(/^encodeURIComponent\((\w+)\)$/)?.[1]
    if (!name) throw new Error(`a path part that is no parameter: ${span.getText()}`)
    return `${text}{${name}}${span.literal.text}`
  }, node.head.text)
}
