import { DraftProvider } from './use-draft.tsx'
import { WizardFrame } from './wizard-frame.tsx'

/** An integration in six steps: name, account, warehouse, tables, fields, review. */
export function Wizard() {
  return (
    <DraftProvider>
      <WizardFrame />
    </DraftProvider>
  )
}
