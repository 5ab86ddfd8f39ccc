import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { ArrowLeft, ArrowRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { missingOf, type Step, steps } from './steps.ts'
import { useDraft } from './use-draft.tsx'
import classes from './wizard.module.css'

interface Props {
  readonly step: Step
  /** Called when something is missing: what is wrong is then shown beside the fields. */
  readonly onRefused?: () => void
  /** In place of the button to the next step. */
  readonly last?: ReactNode
  readonly busy?: boolean
}

/** Back and on. */
export function Foot({ step, onRefused, last, busy = false }: Props) {
  const { draft } = useDraft()
  const navigate = useNavigate()
  const index = steps.findIndex(({ id }) => id === step)
  const [before, after] = [steps[index - 1], steps[index + 1]]
  const missing = missingOf(step, draft)
  const go = (to: Step) => void navigate({ to: '/integrations/new', search: { step: to } })
  function refuse() {
    onRefused?.()
    // When it is said beside the field, who goes by keyboard stands in it.
    requestAnimationFrame(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
  }
  return (
    <div className={classes.foot}>
      {before ? (
        <Button
          variant="default"
          leftSection={<ArrowLeft size={14} aria-hidden />}
          onClick={() => go(before.id)}
        >
          Back
        </Button>
      ) : (
        <Button variant="default" onClick={() => void navigate({ to: '/' })}>
          Cancel
        </Button>
      )}
      {missing && !onRefused && <span className={classes.missing}>{missing}</span>}
      {last ??
        (after && (
          <Button
            loading={busy}
            rightSection={<ArrowRight size={14} aria-hidden />}
            disabled={missing !== null && !onRefused}
            onClick={() => (missing === null ? go(after.id) : refuse())}
          >
            Continue
          </Button>
        ))}
    </div>
  )
}
