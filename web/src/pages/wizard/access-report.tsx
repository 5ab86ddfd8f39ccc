import { ExternalLink } from 'lucide-react'
import type { SourceCheck } from '../../api/types.ts'
import { counted } from '../../ui/format.ts'
import { Panel } from '../../ui/panel.tsx'
import { Status } from '../../ui/status.tsx'
import { TroubleNote } from '../../ui/trouble-note.tsx'
import classes from './access-report.module.css'

/** Whose the key is, and what it may read. */
export function AccessReport({ check }: { readonly check: SourceCheck }) {
  const { account, streams, key_url } = check
  const readable = streams.filter(({ status }) => status === 'ok')
  const others = streams.filter(({ status }) => status !== 'ok')
  return (
    <Panel
      title={account.name ?? account.id}
      about={
        <>
          <span className="mono">{account.id}</span> · {account.livemode ? 'live mode' : 'test mode'}
        </>
      }
      actions={<Status status="ok" label={`${counted(readable.length, 'table')} can be read`} pill />}
    >
      {others.length === 0 ? (
        <p className={classes.fine}>The key may read every table.</p>
      ) : (
        <>
          {key_url && (
            <TroubleNote
              tone="warn"
              title={`${counted(others.length, 'table')} can't be read with this key`}
              cure={
                <>
                  The others are replicated all the same.{' '}
                  <a href={key_url} target="_blank" rel="noreferrer">
                    Make a key that may read them <ExternalLink size={12} aria-hidden />
                  </a>
                </>
              }
            />
          )}
          <details className={classes.list}>
            <summary>{counted(others.length, 'table')} that can't be read</summary>
            <ul>
              {others.map(({ stream, status, reason, permission }) => (
                <li key={stream}>
                  <code>{stream}</code>
                  <Status status={status} />
                  <span>{permission ?? reason}</span>
                </li>
              ))}
            </ul>
          </details>
        </>
      )}
    </Panel>
  )
}
