import { useState } from 'react'
import type { Integration } from '../../api/types.ts'
import { runChoices, ScheduleField } from '../../fields/schedule-field.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { useEdit } from '../integration/use-edit.ts'
import { scheduleTrouble } from '../wizard/steps.ts'
import { RequestsField } from './requests-field.tsx'

interface Props {
  readonly one: Integration
  readonly onClose: () => void
}

const offered = ['manual', '1440', '10080', 'other', 'cron']
const choices = offered.flatMap((value) => runChoices.find((choice) => choice.value === value) ?? [])

/** When it is compared by itself, and with how many requests. */
export function VerifySchedule({ one, onClose }: Props) {
  const [schedule, setSchedule] = useState(one.verify.schedule)
  const [most, setMost] = useState(one.verify.max_requests)
  const { busy, problem, save } = useEdit(one, 'Saved')
  const wrong = scheduleTrouble({ schedule })
  return (
    <Dialog onClose={onClose} title="Verify by a schedule">
      <DialogForm
        action="Save"
        busy={busy}
        problem={problem}
        onSubmit={() => {
          if (wrong === null) void save({ verify: { schedule, max_requests: most } }, onClose)
        }}
        onCancel={onClose}
      >
        <ScheduleField
          label="How often"
          description="All tables are compared, and nothing is repaired. An alert tells of what is found."
          choices={choices}
          value={schedule}
          error={wrong}
          onChange={setSchedule}
        />
        {schedule.kind !== 'manual' && (
          <RequestsField
            description="Each time; about one for 100 objects. Empty: as many as it takes."
            value={most}
            onChange={setMost}
          />
        )}
      </DialogForm>
    </Dialog>
  )
}
