import { Button, Collapse, Stack, TextInput, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { ChevronDown, ExternalLink } from 'lucide-react'
import { streamsQuery } from '../../api/catalog.ts'
import { AccountsField, accountsTrouble } from '../../fields/accounts-field.tsx'
import { KeyField } from '../../fields/key-field.tsx'
import type { Account } from './draft.ts'
import { keyPage } from './key-page.ts'
import { useDraft } from './use-draft.tsx'
import classes from './wizard.module.css'

interface Props {
  readonly busy: boolean
  readonly onCheck: (account: Account) => void
}

/** Asks for the key, says how to get one, and has it checked. */
export function KeyForm({ busy, onCheck }: Props) {
  const { draft, apiKey, setApiKey, change } = useDraft()
  const { account } = draft
  const streams = useQuery(streamsQuery)
  const [more, { toggle }] = useDisclosure(
    account.kind === 'key' &&
      ([account.account, account.context, account.api_base].some(Boolean) || account.accounts !== 'own'),
  )
  if (account.kind !== 'key') return null
  const wrong = account.account === '' ? accountsTrouble(account.accounts) : null
  const set = (part: Partial<typeof account>) => change({ account: { ...account, ...part }, check: null })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (wrong === null) onCheck(account)
      }}
    >
      <Stack gap="md" maw={560} mb="md">
        <p className={classes.hint}>
          Stripe offers no access to its API by e-mail and password: you enter those on Stripe's own page,
          where you make a key that may only read.{' '}
          <a href={keyPage(streams.data ?? [])} target="_blank" rel="noreferrer">
            Create this key <ExternalLink size={12} aria-hidden />
          </a>{' '}
          and copy it here. It is stored encrypted and never shown again.
        </p>
        <KeyField
          label="Restricted or secret key"
          value={apiKey}
          onChange={(key) => {
            setApiKey(key)
            if (draft.check) change({ check: null })
          }}
        />
        <UnstyledButton onClick={toggle} aria-expanded={more} fz="sm" c="dimmed">
          Connected accounts, organisations, another address <ChevronDown size={12} aria-hidden />
        </UnstyledButton>
        <Collapse expanded={more}>
          <Stack gap="md">
            {account.account === '' && (
              <AccountsField
                value={account.accounts}
                error={wrong ?? undefined}
                onChange={(accounts) => set({ accounts })}
              />
            )}
            <TextInput
              label="Only one connected account"
              description="Read with the key of its platform; the integration is then that account's alone"
              placeholder="acct_…"
              value={account.account}
              onChange={(event) => set({ account: event.currentTarget.value.trim() })}
            />
            <TextInput
              label="Account of an organisation"
              description="Read with the organisation's key"
              placeholder="acct_…"
              value={account.context}
              onChange={(event) => set({ context: event.currentTarget.value.trim() })}
            />
            <TextInput
              label="Address of the API"
              placeholder="https://api.stripe.com"
              value={account.api_base}
              onChange={(event) => set({ api_base: event.currentTarget.value.trim() })}
            />
          </Stack>
        </Collapse>
        <div>
          <Button type="submit" loading={busy}>
            Check the key
          </Button>
        </div>
      </Stack>
    </form>
  )
}
