import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ExternalLink } from 'lucide-react'
import { useMay } from '../../access/use-may.ts'
import { connectorsQuery } from '../../api/catalog.ts'
import type { Connector } from '../../api/types.ts'
import { minutesText } from '../../ui/format.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Panel } from '../../ui/panel.tsx'
import classes from './catalogue.module.css'

/** The connectors with their snapshots. */
export function Catalogue({ first = false }: { readonly first?: boolean }) {
  const connectors = useQuery(connectorsQuery)
  return (
    <Panel
      title="Connectors"
      about={first ? 'Nothing is replicated yet. Choose what to connect: it takes two minutes.' : undefined}
    >
      <Loaded of={connectors}>
        {(all) => all.map((connector) => <Card key={connector.name} connector={connector} />)}
      </Loaded>
    </Panel>
  )
}

function Card({ connector }: { readonly connector: Connector }) {
  const may = useMay()
  const facts = [
    ['Tables', String(connector.tables)],
    ['Replication', connector.replication.join(', ')],
    ['Suggested frequency', `every ${minutesText(connector.suggested_minutes)}`],
    ['Authentication', connector.authentication.join(', ')],
  ] as const
  return (
    <article className={classes.card} aria-label={connector.title}>
      <span className={classes.sign} aria-hidden>
        {connector.title.slice(0, 1)}
      </span>
      <div className={classes.text}>
        <h3 className={classes.title}>{connector.title}</h3>
        <p className={classes.summary}>{connector.summary}</p>
        <dl className={classes.facts}>
          {facts.map(([term, fact]) => (
            <div key={term}>
              <dt>{term}</dt>
              <dd>{fact}</dd>
            </div>
          ))}
        </dl>
      </div>
      <div className={classes.actions}>
        {may('editor') && (
          <Button component={Link} to="/integrations/new">
            Connect {connector.title}
          </Button>
        )}
        <a className={classes.docs} href={connector.docs} target="_blank" rel="noreferrer">
          Its API reference <ExternalLink size={12} aria-hidden />
        </a>
      </div>
    </article>
  )
}
