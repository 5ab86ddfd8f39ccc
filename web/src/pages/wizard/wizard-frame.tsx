import { useNavigate, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef } from 'react'
import { Page } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/skeleton-rows.tsx'
import { LeaveGuard } from './leave-guard.tsx'
import { Rail } from './rail.tsx'
import { firstMissing, type Step, steps } from './steps.ts'
import { useDraft } from './use-draft.tsx'
import classes from './wizard.module.css'

/** Each is loaded when it is first opened. */
const views = {
  name: lazy(async () => ({ default: (await import('./step-name.tsx')).StepName })),
  stripe: lazy(async () => ({ default: (await import('./step-stripe.tsx')).StepStripe })),
  warehouse: lazy(async () => ({ default: (await import('./step-warehouse.tsx')).StepWarehouse })),
  tables: lazy(async () => ({ default: (await import('./step-tables.tsx')).StepTables })),
  fields: lazy(async () => ({ default: (await import('./step-fields.tsx')).StepFields })),
  review: lazy(async () => ({ default: (await import('./step-review.tsx')).StepReview })),
} satisfies Record<Step, unknown>

/** The steps at the side, one of them open. A step whose predecessors lack something leads back to the first of these. */
export function WizardFrame() {
  const { draft } = useDraft()
  const { step = 'name' } = useSearch({ from: '/inside/integrations/new' })
  const navigate = useNavigate()
  const before = firstMissing(step, draft)
  useEffect(() => {
    if (before) void navigate({ to: '/integrations/new', search: { step: before }, replace: true })
  }, [before, navigate])

  const heading = useRef<HTMLHeadingElement>(null)
  const last = useRef(step)
  useEffect(() => {
    // Who goes on by keyboard or listens is led to the new step.
    if (last.current !== step) heading.current?.focus()
    last.current = step
  }, [step])

  const View = views[before ?? step]
  const index = steps.findIndex(({ id }) => id === step)
  return (
    <Page title="Connect Stripe" above="New integration">
      <LeaveGuard />
      <div className={classes.wizard}>
        <Rail current={step} />
        <section className={classes.step} aria-labelledby="step-title">
          <p className={classes.count}>
            Step {index + 1} of {steps.length}
          </p>
          <h2 id="step-title" ref={heading} tabIndex={-1} className={classes.title}>
            {steps[index]?.title}
          </h2>
          <Suspense fallback={<SkeletonRows />}>
            <View />
          </Suspense>
        </section>
      </div>
    </Page>
  )
}
