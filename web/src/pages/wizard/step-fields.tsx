import { FieldsByTable } from '../../selection/fields-by-table.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Foot } from './foot.tsx'
import { useDraft } from './use-draft.tsx'
import classes from './wizard.module.css'

export function StepFields() {
  const { draft, change } = useDraft()
  return (
    <>
      <p className={classes.lead}>
        All fields are copied unless you say otherwise. A hash still joins and groups as the value would; a
        field left out never reaches the disk.
      </p>
      <Panel flush>
        <FieldsByTable value={draft.tables ?? []} onChange={(tables) => change({ tables })} />
      </Panel>
      <Foot step="fields" />
    </>
  )
}
