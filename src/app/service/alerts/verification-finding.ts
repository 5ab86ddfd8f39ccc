import type { EndedVerification } from '../../../store/alerts/verifications.ts'
import type { Finding } from './findings.ts'
import { said } from './messages.ts'

/** What there is to tell of a verification that has ended: tables that differ, or that it came to no end. */
export function verificationFinding(one: EndedVerification): Finding {
  const { integration, status, error, cure, tables } = one
  const wrong = tables.filter((table) => table.status === 'different')
  const well = tables.filter((table) => table.status === 'equal' || table.status === 'moved')
  // The whole has no name of its own.
  const isFailed = status === 'failed'
  return {
    event: 'verification_failed',
    begun: [...wrong.map(({ stream }) => stream), ...(isFailed ? [''] : [])],
    ended: [...well.map(({ stream }) => stream), ...(isFailed || status === 'cancelled' ? [] : [''])],
    message: (begun, ended) => [
      ...(begun.has('')
        ? [
            said('began', `A verification of ${integration} failed`, [
              error ?? 'No reason is known.',
              ...(cure ? [cure] : []),
            ]),
          ]
        : []),
      ...(wrong.some(({ stream }) => begun.has(stream))
        ? [
            said(
              'began',
              `${integration} is not as Stripe: ${wrong.map(({ stream }) => stream).join(', ')}`,
              wrong.map(lineOf),
            ),
          ]
        : []),
      ...(ended.size === 0 ? [] : [said('ended', endOf(integration, [...ended.keys()]))]),
    ],
  }
}

function lineOf({ stream, missing, extra, stale }: EndedVerification['tables'][number]): string {
  const counts = [
    [missing, 'missing'],
    [extra, 'too many'],
    [stale, 'with other values'],
  ] as const
  const parts = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)
  return `${stream}: ${parts.join(', ')}`
}

function endOf(integration: string, ended: readonly string[]): string {
  const tables = ended.filter(Boolean)
  if (tables.length === 0) return `A verification of ${integration} came to its end again`
  return `${integration} is as Stripe again: ${tables.join(', ')}`
}
