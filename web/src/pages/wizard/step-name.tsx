import { Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { HistoryField } from '../../fields/history-field.tsx'
import { ScheduleField } from '../../fields/schedule-field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Foot } from './foot.tsx'
import { nameTrouble } from './names.ts'
import { NamesPreview } from './names-preview.tsx'
import { historyTrouble, scheduleTrouble } from './steps.ts'
import { useDraft } from './use-draft.tsx'
import classes from './wizard.module.css'

/** Name, frequency, history. */
export function StepName() {
  const { draft, change } = useDraft()
  const [told, setTold] = useState(false)
  const wrongName = told || draft.name !== '' ? nameTrouble(draft.name) : null
  return (
    <>
      <Panel>
        <div className={classes.grid}>
          <TextInput
            label="Integration name"
            description="Names the tables in the warehouse, and can't be changed later"
            required
            autoFocus
            autoComplete="off"
            spellCheck={false}
            placeholder="acme"
            classNames={{ input: 'mono' }}
            value={draft.name}
            error={wrongName}
            onChange={(event) => change({ name: event.currentTarget.value.trim() })}
          />
          <NamesPreview name={draft.name} />
          <ScheduleField
            value={draft.schedule}
            error={told ? scheduleTrouble(draft) : null}
            onChange={(schedule) => change({ schedule })}
          />
          <HistoryField
            value={draft.history}
            error={told ? historyTrouble(draft) : null}
            onChange={(history) => change({ history, estimates: [] })}
          />
          <Textarea
            label="Description"
            description="For your colleagues; optional"
            autosize
            minRows={2}
            maxLength={500}
            value={draft.description}
            onChange={(event) => change({ description: event.currentTarget.value })}
          />
        </div>
      </Panel>
      <Foot step="name" onRefused={() => setTold(true)} />
    </>
  )
}
