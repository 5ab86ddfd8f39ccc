import { nameTrouble } from './names.ts'
import classes from './wizard.module.css'

/** What the name will create. */
export function NamesPreview({ name }: { readonly name: string }) {
  const shown = nameTrouble(name) === null ? name : 'name'
  return (
    <div className={classes.preview} aria-live="polite">
      <p>Tables in the warehouse</p>
      {['invoices', 'customers', 'subscriptions'].map((table) => (
        <code key={table}>
          <b>{shown}</b>.{table}
        </code>
      ))}
      …
    </div>
  )
}
