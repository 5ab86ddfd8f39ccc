import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Integration } from '../../api/types.ts'
import { KeyField } from '../../fields/key-field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { TroubleNote } from '../../ui/trouble-note.tsx'
import classes from './settings.module.css'
import { sourceEdit } from './source-edit.ts'
import { useEdit } from './use-edit.ts'

/** Another key for the same account. */
export function KeySettings({ one }: { readonly one: Integration }) {
  const [key, setKey] = useState('')
  const { busy, problem, save } = useEdit(one)
  const { source, account } = one
  if (source.kind !== 'key') return null
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
            source: sourceEdit(source, { api_key: key.trim() }),
          }).then(() => setKey(''))
        }}
      >
        {problem && <TroubleNote title={problem.message} cure={problem.cure} />}
        <KeyField label="New key" value={key} onChange={setKey} />
        <div>
          <Button type="submit" variant="default" loading={busy}>
            Check and replace
          </Button>
        </div>
      </form>
    </Panel>
  )
}
