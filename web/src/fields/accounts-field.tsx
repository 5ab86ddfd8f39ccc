import { Select } from '@mantine/core'
import type { Source } from '../api/types.ts'
import { later } from '../ui/later.tsx'

const AccountIds = later(async () => (await import('./account-ids.tsx')).AccountIds)

const choices = [
  { value: 'own', label: "The key's own account" },
  { value: 'connected', label: 'All accounts connected to it, as they come and go' },
  { value: 'all', label: 'Its own, and all connected to it' },
  { value: 'named', label: 'Accounts that are named' },
] as const

interface Props {
  readonly value: Source['accounts']
  readonly error?: string | undefined
  readonly onChange: (accounts: Source['accounts']) => void
}

/** Which accounts of a platform or an organisation are read, into the same tables. */
export function AccountsField({ value, error, onChange }: Props) {
  const named = typeof value !== 'string'
  return (
    <>
      <Select
        label="Accounts"
        description="A platform's connected accounts, or an organisation's, are read into the same tables, each row with its _account_id"
        data={choices.map((choice) => ({ ...choice }))}
        value={named ? 'named' : value}
        error={named ? undefined : error}
        onChange={(choice) => {
          if (choice === 'named') onChange([])
          else if (choice === 'own' || choice === 'connected' || choice === 'all') onChange(choice)
        }}
      />
      {named && <AccountIds value={value} error={error} onChange={onChange} />}
    </>
  )
}

/** Why the choice can't be, or null. */
export function accountsTrouble(value: Source['accounts']): string | null {
  if (typeof value === 'string') return null
  if (value.length === 0) return 'Name at least one account'
  const wrong = value.find((id) => !/^acct_[A-Za-z0-9_]+$/.test(id))
  return wrong === undefined ? null : `${wrong} is no id of an account: they begin with acct_`
}
