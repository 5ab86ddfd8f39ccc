import { Link } from '@tanstack/react-router'
import { Check } from 'lucide-react'
import { firstMissing, missingOf, type Step, steps } from './steps.ts'
import { useDraft } from './use-draft.tsx'
import classes from './wizard.module.css'

/** All steps; those that can be reached are links. */
export function Rail({ current }: { readonly current: Step }) {
  const { draft } = useDraft()
  const at = steps.findIndex(({ id }) => id === current)
  return (
    <nav aria-label="Steps">
      <ol className={classes.rail}>
        {steps.map(({ id, title }, index) => {
          const reachable = firstMissing(id, draft) === null
          const done = reachable && index < at && missingOf(id, draft) === null
          const inner = (
            <>
              <span className={classes.dot} data-done={done || undefined}>
                {done ? <Check size={12} aria-label="done" /> : index + 1}
              </span>
              {title}
            </>
          )
          return (
            <li key={id}>
              {reachable ? (
                <Link
                  to="/integrations/new"
                  search={{ step: id }}
                  className={classes.link}
                  aria-current={id === current ? 'step' : undefined}
                >
                  {inner}
                </Link>
              ) : (
                <span className={classes.link}>{inner}</span>
              )}
            </li>
          )
        })}
      </ol>
    </nav>
  )
}
