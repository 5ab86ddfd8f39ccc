/** Which event types carry which objects. */
import ts from 'typescript'
import { objectNames } from './types.ts'

/** Event types by the `object` value of what they carry: `invoice` → `['invoice.created', …]`, sorted. */
export function eventsByObject(
  source: ts.SourceFile,
  checker: ts.TypeChecker,
): ReadonlyMap<string, readonly string[]> {
  const events = new Map<string, string[]>()
  for (const statement of source.statements) {
    if (!ts.isInterfaceDeclaration(statement) || !/.Event$/.test(statement.name.text)) continue
    const declared = checker.getTypeAtLocation(statement)
    const type = propertyType(declared, 'type', checker)
    const data = propertyType(declared, 'data', checker)
    const carried = data && propertyType(data, 'object', checker)
    if (!type?.isStringLiteral() || !carried) continue
    for (const object of objectNames(carried, checker)) {
      events.set(object, [...(events.get(object) ?? []), type.value].sort())
    }
  }
  return events
}

function propertyType(type: ts.Type, name: string, checker: ts.TypeChecker): ts.Type | undefined {
  const property = type.getProperty(name)
  return property && checker.getTypeOfSymbol(property)
}
