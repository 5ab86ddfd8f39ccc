import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { schemaChangesQuery } from '../../api/integrations.ts'
import type { SchemaChange } from '../../api/types.ts'
import { Panel } from '../../ui/panel.tsx'
import { Time } from '../../ui/time.tsx'
import classes from './schema.module.css'

/** Columns that tables were given, and fields that nobody expected. */
export function RecentChanges({ id }: { readonly id: string }) {
  const { data: changes } = useQuery(schemaChangesQuery(id))
  if (changes === undefined) return null
  return (
    <Panel title="Recent changes">
      {changes.length === 0 ? (
        <p className={classes.none}>No table was given a column since it was made.</p>
      ) : (
        <ul className={classes.changes} aria-label="Recent changes">
          {changes.map((change) => (
            <Change key={`${change.run_id} ${change.stream}`} change={change} />
          ))}
        </ul>
      )}
    </Panel>
  )
}

function Change({ change: { run_id, table, at, added, unexpected } }: { readonly change: SchemaChange }) {
  return (
    <li>
      <Link to="/runs/$id" params={{ id: run_id }}>
        <Time at={at} />
      </Link>
      <code>{table}</code>
      <span>
        {added.length > 0 && (
          <>
            was given <code>{added.join(', ')}</code>
            {unexpected.length > 0 && '; '}
          </>
        )}
        {unexpected.map(({ field, kind, type }, index) => (
          <span key={`${field} ${kind}`}>
            {index > 0 && '; '}
            <code>{field}</code>{' '}
            {kind === 'unknown'
              ? `(${type}) is not in the catalog`
              : `comes as ${type}, which its column cannot hold`}
            , kept in <code>_extra</code>
          </span>
        ))}
      </span>
    </li>
  )
}
