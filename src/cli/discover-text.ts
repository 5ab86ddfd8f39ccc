/** The catalog, for a person. */
import type { Discovered } from '../app/discover.ts'
import { counted } from './progress/words.ts'
import { textTable } from './table.ts'

/** A line per table. */
export function streamsText(streams: readonly Discovered[]): string {
  const probed = streams.some(({ access }) => access !== undefined)
  const rows = streams.map((stream) => [
    stream.name,
    stream.unreadable ? 'not a table' : stream.core ? 'core' : stream.standard ? 'all' : 'by name',
    stream.unreadable ? '' : stream.parent ? `with ${stream.parent}` : stream.reading,
    stream.permission ?? '',
    ...(probed ? [accessText(stream)] : []),
    stream.table.columns.length,
  ])
  const header = ['table', '--tables', 'reading', 'permission', ...(probed ? ['access'] : []), 'columns']
  const readable = streams.filter(({ unreadable }) => !unreadable).length
  const others = streams.length - readable
  return [
    textTable(header, rows),
    '',
    `${counted(readable, 'table')}${others > 0 ? `, and ${counted(others, 'list')} of Stripe that cannot be one` : ''}`,
    '',
    ...legend,
  ].join('\n')
}

const legend = [
  '--tables: core is read unless you say otherwise, all comes with --tables all (core included), by name only when',
  '  you name it; sluice discover <table> says why one is not a table.',
  'reading: window is read in parallel, in slices of time; walk page after page; with … together with that table.',
]

/** One table with its columns. */
export function columnsText(stream: Discovered): string {
  const { access, table, withheld = [], fields = {} } = stream
  const note = (name: string) =>
    table.key.includes(name)
      ? 'key'
      : withheld.includes(name)
        ? 'a secret: left out unless named in --fields'
        : ''
  const rows = table.columns.map(({ name, type }) => [
    name,
    type,
    [note(name), firstWords(fields[name] ?? '')].filter(Boolean).join('; '),
  ])
  return [
    `${stream.name}: ${stream.description}`,
    ...(stream.docs ? [stream.docs] : []),
    ...(stream.unreadable ? [`not a table: ${stream.unreadable}`] : []),
    ...(stream.permission ? [`permission ${stream.permission}`] : []),
    ...(access ? [`access ${accessText(stream)}${access.reason ? `: ${access.reason}` : ''}`] : []),
    '',
    textTable(['column', 'type', ''], rows),
  ].join('\n')
}

function accessText({ access }: Discovered): string {
  return (access?.status ?? '').replaceAll('_', ' ')
}

/** What has room beside the other columns. */
function firstWords(text: string): string {
  const [sentence = ''] = text.split(/(?<=[.!?]) /)
  return sentence.length <= 100 ? sentence : `${sentence.slice(0, 99).replace(/\s+\S*$/, '')}…`
}
