import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Integration } from '../../api/types.ts'
import { AccountsField, accountsTrouble } from '../../fields/accounts-field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { TroubleNote } from '../../ui/trouble-note.tsx'
import classes from './settings.module.css'
import { sourceEdit } from './source-edit.ts'
import { useEdit } from './use-edit.ts'

/** Which accounts are read. An integration that was made for one account of a platform stays with it. */
export function AccountsSettings({ one }: { readonly one: Integration }) {
  const [accounts, setAccounts] = useState(one.source.accounts)
  const { busy, problem, save } = useEdit(one)
  if (one.source.kind !== 'key' || one.source.account !== null) return null
  const wrong = accountsTrouble(accounts)
  return (
    <Panel
      title="Accounts"
      about="Accounts that are no longer read keep their rows in the warehouse, as they were when they were last read."
    >
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault()
          if (wrong === null) void save({ source: sourceEdit(one.source, { accounts }) })
        }}
      >
        {problem && <TroubleNote title={problem.message} cure={problem.cure} />}
        <AccountsField value={accounts} error={wrong ?? undefined} onChange={setAccounts} />
        <div>
          <Button
            type="submit"
            variant="default"
            loading={busy}
            disabled={wrong !== null || JSON.stringify(accounts) === JSON.stringify(one.source.accounts)}
          >
            Save the accounts
          </Button>
        </div>
      </form>
    </Panel>
  )
}
