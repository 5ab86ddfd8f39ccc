import { Button, Select, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { destinationsQuery } from '../../api/destinations.ts'
import type { Integration } from '../../api/types.ts'
import { ScheduleField } from '../../fields/schedule-field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { TroubleNote } from '../../ui/trouble-note.tsx'
import { scheduleTrouble } from '../wizard/steps.ts'
import classes from './settings.module.css'
import { useEdit } from './use-edit.ts'

/** Description, frequency, warehouse. */
export function GeneralSettings({ one }: { readonly one: Integration }) {
  const [description, setDescription] = useState(one.description)
  const [schedule, setSchedule] = useState(one.schedule)
  const [warehouse, setWarehouse] = useState(one.destination?.id ?? null)
  const warehouses = useQuery(destinationsQuery)
  const { busy, problem, save } = useEdit(one)
  const wrong = scheduleTrouble({ schedule })
  return (
    <Panel title="General">
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault()
          if (wrong === null)
            void save({
              description,
              schedule,
              ...(warehouse && warehouse !== one.destination?.id ? { destination_id: warehouse } : {}),
            })
        }}
      >
        {problem && <TroubleNote title={problem.message} cure={problem.cure} />}
        <ScheduleField value={schedule} error={wrong} onChange={setSchedule} />
        <Select
          label="Warehouse"
          description="In another one, the next run begins anew; the tables in this one stay"
          data={(warehouses.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={warehouse}
          onChange={setWarehouse}
        />
        <Textarea
          label="Description"
          autosize
          minRows={2}
          maxLength={500}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
        />
        <div>
          <Button type="submit" loading={busy}>
            Save
          </Button>
        </div>
      </form>
    </Panel>
  )
}
