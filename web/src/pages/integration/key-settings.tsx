import { Button, PasswordInput } from '@mantine/core'
import { useState } from 'react'
import type { Integration } from '../../api/types.ts'
import { Panel } from '../../ui/panel.tsx'
import { TroubleNote } from '../../ui/trouble-note.tsx'
import classes from './settings.module.css'
import { useEdit } from './use-edit.ts'

/** Another key for the same account. */
export function KeySettings({ one }: { readonly one: Integration }) {
  const [key, setKey] = useState('')
  const { busy, problem, save } = useEdit(one)
  const { source, account } = one
  if (source.kind === 'demo') return null
  return (
    <Panel
      title="Stripe key"
      about={
        <>
          The one in use ends with <code>{source.key_last4}</code>. Another one must be of the same account,{' '}
          <code>{account.id}</code>; it is checked before it takes the place of this one.
        </>
      }
    >
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault()
          void save({
            source: {
              kind: 'key',
              api_key: key.trim(),
              ...(source.account ? { account: source.account } : {}),
              ...(source.context ? { context: source.context } : {}),
              ...(source.accounts === 'own' ? {} : { accounts: source.accounts }),
              ...(source.api_base ? { api_base: source.api_base } : {}),
              rate_percent: source.rate_percent,
              ...(source.max_reads_per_month ? { max_reads_per_month: source.max_reads_per_month } : {}),
            },
          }).then(() => setKey(''))
        }}
      >
        {problem && <TroubleNote title={problem.message} cure={problem.cure} />}
        <PasswordInput
          label="New key"
          placeholder="rk_live_…"
          required
          autoComplete="off"
          classNames={{ innerInput: 'mono' }}
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
        />
        <div>
          <Button type="submit" variant="default" loading={busy}>
            Check and replace
          </Button>
        </div>
      </form>
    </Panel>
  )
}
