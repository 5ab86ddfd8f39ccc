import type { Verification, VerificationSum } from '../../api/types.ts'
import { counted, exact } from '../../ui/format.ts'
import { Time } from '../../ui/time.tsx'
import { TroubleNote } from '../../ui/trouble-note.tsx'

/** What a verification says in one line, and what to do about it. */
export function Verdict({ one }: { readonly one: Verification }) {
  const { status, found, error } = one
  if (status === 'queued') return <Waiting one={one} />
  if (error) {
    const tone = status === 'running' || status === 'incomplete' ? 'warn' : 'bad'
    return <TroubleNote tone={tone} title={error.message} cure={error.cure} />
  }
  if (status === 'cancelled') {
    const cure = one.repair ? 'What it had repaired by then stays.' : undefined
    return <TroubleNote tone="info" title="It was stopped before its end" cure={cure} />
  }
  if (!found) return null
  if (status === 'different') return <Different found={found} repair={one.repair} />
  if (status === 'incomplete') return <Incomplete found={found} />
  if (status !== 'equal') return null
  const also = [
    ...(found.repaired > 0
      ? [`${counted(found.repaired, 'row')} differed and ${found.repaired === 1 ? 'was' : 'were'} repaired.`]
      : []),
    ...(found.moved > found.repaired
      ? [`${counted(found.moved, 'row')} changed since the last run; the next one brings them.`]
      : []),
  ]
  return (
    <TroubleNote
      tone="good"
      title={`All ${counted(found.rows, 'row')} agree with Stripe`}
      cure={also.length > 0 ? also.join(' ') : undefined}
    />
  )
}

function Waiting({ one }: { readonly one: Verification }) {
  const { waits_for, error, not_before } = one
  const what = {
    run: 'It waits until the run that goes on has ended',
    account: 'It waits until another verification of the account has ended',
  }
  if (waits_for) return <TroubleNote tone="info" title={what[waits_for]} />
  if (!error) return <TroubleNote tone="info" title="It is queued; a worker takes it in a moment" />
  return (
    <TroubleNote
      tone="warn"
      title={error.message}
      cure={
        <>
          {error.cure} It is tried again {not_before ? <Time at={not_before} ago /> : 'at once'}.
        </>
      }
    />
  )
}

function Different({ found, repair }: { readonly found: VerificationSum; readonly repair: boolean }) {
  const kinds = [
    [found.missing, 'missing'],
    [found.extra, 'too many'],
    [found.stale, 'with other values'],
  ] as const
  const parts = kinds.filter(([count]) => count > 0).map(([count, what]) => `${exact(count)} ${what}`)
  const wrong = found.missing + found.extra + found.stale
  return (
    <TroubleNote
      title={`${counted(wrong, 'row')} ${wrong === 1 ? 'is' : 'are'} not as in Stripe: ${parts.join(', ')}`}
      cure={
        repair
          ? 'The repair did not mend all of them; a full refresh of the table reads it whole again.'
          : 'Verify again with repair: it writes them anew.'
      }
    />
  )
}

function Incomplete({ found: { tables, tables_not_checked: left } }: { readonly found: VerificationSum }) {
  const were = left === 1 ? 'was' : 'were'
  return (
    <TroubleNote
      tone="warn"
      title={
        left === 0
          ? 'Some accounts could not be read'
          : `${exact(left)} of ${counted(tables, 'table')} ${were} not looked at whole`
      }
      cure="The reason stands with each. What was looked at is as in Stripe."
    />
  )
}
