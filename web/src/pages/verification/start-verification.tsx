import { Checkbox, MultiSelect, Radio } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import type { Integration } from '../../api/types.ts'
import { startVerification } from '../../api/verifications.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { useSubmit } from '../../ui/use-submit.ts'
import { RequestsField } from './requests-field.tsx'
import classes from './start-verification.module.css'

interface Props {
  readonly one: Integration
  readonly onClose: () => void
}

/** What is compared, with how many requests, and whether it is mended: each spelled out. */
export function StartVerification({ one, onClose }: Props) {
  const [some, setSome] = useState(false)
  const [tables, setTables] = useState<readonly string[]>([])
  const [most, setMost] = useState<number | null>(null)
  const [repair, setRepair] = useState(false)
  const { busy, problem, submit } = useSubmit()
  const client = useQueryClient()
  const start = () =>
    submit(async () => {
      await startVerification(one.id, {
        tables: some ? [...tables] : null,
        repair,
        max_requests: most,
      })
      await client.invalidateQueries({ queryKey: ['integrations'] })
      onClose()
    })
  return (
    <Dialog onClose={onClose} size="lg" title="Compare with Stripe">
      <DialogForm
        action={repair ? 'Verify and repair' : 'Verify'}
        icon={<ShieldCheck size={14} aria-hidden />}
        busy={busy}
        problem={problem}
        disabled={some && tables.length === 0}
        onSubmit={() => void start()}
        onCancel={onClose}
      >
        <p className={classes.about}>
          The objects are read from Stripe again, and every row and column is compared. What differs is asked
          about twice before it is called wrong. Runs that are due meanwhile wait until it has ended.
        </p>
        <Radio.Group
          label="Tables"
          value={some ? 'some' : 'all'}
          onChange={(value) => setSome(value === 'some')}
        >
          <Radio mt={6} size="sm" value="all" label={`All ${one.selection.tables.length}`} />
          <Radio
            mt="xs"
            size="sm"
            value="some"
            label="Some of them"
            description="A table within another one (lines of invoices) is compared along with it"
          />
        </Radio.Group>
        {some && (
          <MultiSelect
            aria-label="Which tables"
            placeholder={tables.length === 0 ? 'Choose tables' : ''}
            data={one.selection.tables.map(({ name }) => name)}
            limit={100}
            searchable
            clearable
            clearButtonProps={{ 'aria-label': 'Clear' }}
            value={[...tables]}
            error={problem?.fields.tables}
            onChange={setTables}
          />
        )}
        <RequestsField
          description="About one for 100 objects. Empty: as many as it takes. What is not looked at when they are used up is told, table by table."
          value={most}
          error={problem?.fields.max_requests}
          onChange={setMost}
        />
        <Checkbox
          size="sm"
          label="Repair what differs"
          description="Writes the rows that are missing or have other values anew, and marks those that Stripe does not have as deleted. Then it reads the warehouse again. Nothing is changed in Stripe."
          checked={repair}
          onChange={(event) => setRepair(event.currentTarget.checked)}
        />
      </DialogForm>
    </Dialog>
  )
}
