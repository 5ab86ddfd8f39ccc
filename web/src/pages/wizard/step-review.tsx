import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { destinationsQuery } from '../../api/destinations.ts'
import { createIntegration } from '../../api/integrations.ts'
import { scheduleText } from '../../fields/schedule-text.ts'
import { counted } from '../../ui/format.ts'
import { notifyDone } from '../../ui/notify.ts'
import { Panel } from '../../ui/panel.tsx'
import { TroubleNote } from '../../ui/trouble-note.tsx'
import { useSubmit } from '../../ui/use-submit.ts'
import type { Draft } from './draft.ts'
import { Foot } from './foot.tsx'
import classes from './review.module.css'
import { historyInput, severalOf, sourceInput } from './source-input.ts'
import { useDraft } from './use-draft.tsx'

/** All that was said, and what will happen. */
export function StepReview() {
  const { draft, apiKey, forget } = useDraft()
  const { busy, problem, submit } = useSubmit()
  const warehouse = useQuery(destinationsQuery).data?.find(({ id }) => id === draft.destination_id)
  const client = useQueryClient()
  const navigate = useNavigate()

  const create = (reuseName: boolean) =>
    submit(async () => {
      const source = sourceInput(draft.account, apiKey)
      if (!source || !draft.destination_id) return
      const made = await createIntegration({
        name: draft.name,
        description: draft.description,
        schedule: draft.schedule,
        history: historyInput(draft.history),
        source,
        destination_id: draft.destination_id,
        selection: { tables: [...(draft.tables ?? [])], deletes: 'soft', new_fields: 'reload' },
        reuse_name: reuseName,
      })
      forget()
      await client.invalidateQueries({ queryKey: ['integrations'] })
      notifyDone(`${made.name} is created; it is pending until its first run has loaded data`)
      await navigate({ to: '/integrations/$id', params: { id: made.id } })
    })

  return (
    <>
      <Panel>
        <dl className={classes.review}>
          {rows(draft, warehouse ? `${warehouse.name} (${warehouse.address})` : '').map(
            ([term, fact, step]) => (
              <div key={term}>
                <dt>{term}</dt>
                <dd>{fact}</dd>
                <dd>
                  <Link to="/integrations/new" search={{ step }} aria-label={`Change: ${term}`}>
                    Change
                  </Link>
                </dd>
              </div>
            ),
          )}
        </dl>
      </Panel>
      {problem && (
        <TroubleNote
          title={problem.message}
          cure={problem.cure}
          action={
            /deleted/.test(problem.fields.name ?? '') && (
              <Button variant="default" onClick={() => void create(true)}>
                Take the name again
              </Button>
            )
          }
        />
      )}
      <Foot
        step="review"
        last={
          <Button loading={busy} onClick={() => void create(false)}>
            Create the integration
          </Button>
        }
      />
    </>
  )
}

function rows(draft: Draft, warehouse: string) {
  const { history, check } = draft
  const tables = draft.tables ?? []
  const some = tables.filter(({ fields, drop }) => fields !== null || drop.length > 0).length
  const hashed = tables.reduce((sum, { hash }) => sum + hash.length, 0)
  return [
    ['Name', `${draft.name}: tables ${draft.name}.${tables[0]?.name ?? 'invoices'}, …`, 'name'],
    ['Frequency', scheduleText(draft.schedule), 'name'],
    [
      'History',
      history.kind === 'all'
        ? 'all of it'
        : history.kind === 'years'
          ? `the last ${counted(history.years ?? 0, 'year')}`
          : `since ${history.day}`,
      'name',
    ],
    [
      'Account',
      `${check?.account.name ?? check?.account.id ?? ''} (${check?.account.livemode ? 'live' : 'test'} mode)${others(draft.account)}`,
      'stripe',
    ],
    ['Warehouse', warehouse, 'warehouse'],
    ['Tables', `${counted(tables.length, 'table')}: ${tables.map(({ name }) => name).join(', ')}`, 'tables'],
    [
      'Fields',
      `${some === 0 ? 'all of every table' : `a choice in ${counted(some, 'table')}`}${hashed > 0 ? `, ${hashed} as hashes` : ''}`,
      'fields',
    ],
  ] as const
}

/** What is read besides the account, or in its place. */
function others(account: Draft['account']): string {
  if (account.kind !== 'key' || !severalOf(account)) return ''
  if (account.accounts === 'connected') return ': all accounts connected to it'
  if (account.accounts === 'all') return ', and all accounts connected to it'
  return typeof account.accounts === 'string' ? '' : `: ${account.accounts.join(', ')}`
}
