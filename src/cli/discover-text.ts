/** The catalog, for a person. */
import type { Discovered } from '../app/discover.ts'
import { counted } from './progress/words.ts'
import { textTable } from './table.ts'

/** A line per table. */
export function streamsText(streams: readonly Discovered[]): string {
  const probed = streams.some(({ access }) => access !== undefined)
  const rows = streams.map((stream) => [
    stream.name,
    stream.core ? 'core' : stream.standard ? 'all' : 'by name',
    stream.parent ? `with ${stream.parent}` : stream.reading,
    stream.permission ?? '',
    ...(probed ? [accessText(stream)] : []),
    stream.table.columns.length,
  ])
  const header = ['table', 'selection', 'reading', 'permission', ...(probed ? ['access'] : []), 'columns']
  return `${textTable(header, rows)}\n\n${counted(streams.length, 'table')}`
}

/** One table with its columns. */
export function columnsText(stream: Discovered): string {
  const { access, table } = stream
  const rows = table.columns.map(({ name, type }) => [name, type, table.key.includes(name) ? 'key' : ''])
  return [
    `${stream.name}: ${stream.description}`,
    ...(stream.docs ? [stream.docs] : []),
    ...(stream.permission ? [`permission ${stream.permission}`] : []),
    ...(access ? [`access ${accessText(stream)}${access.reason ? `: ${access.reason}` : ''}`] : []),
    '',
    textTable(['column', 'type', ''], rows),
  ].join('\n')
}

function accessText({ access }: Discovered): string {
  return (access?.status ?? '').replaceAll('_', ' ')
}
