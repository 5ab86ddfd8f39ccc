import { Button } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { ExternalLink, FlaskConical } from 'lucide-react'
import { useMay } from '../../access/use-may.ts'
import { connectorsQuery } from '../../api/catalog.ts'
import type { Connector } from '../../api/types.ts'
import { minutesText } from '../../ui/format.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { notifyProblem } from '../../ui/notify.ts'
import { Panel } from '../../ui/panel.tsx'
import classes from './catalogue.module.css'
import { startDemo } from './start-demo.ts'

/** The connectors with their snapshots. */
export function Catalogue({ first = false }: { readonly first?: boolean }) {
  const connectors = useQuery(connectorsQuery)
  return (
    <Panel
      title="Connectors"
      about={first ? 'Nothing is replicated yet. Choose what to connect: it takes two minutes.' : undefined}
    >
      <Loaded of={connectors}>
        {(all) => all.map((connector) => <Card key={connector.name} connector={connector} first={first} />)}
      </Loaded>
    </Panel>
  )
}

function Card({ connector, first }: { readonly connector: Connector; readonly first: boolean }) {
  const may = useMay()
  const facts = [
    ['Tables', `${connector.tables}, chosen one by one, with their fields`],
    ['Replication', listOf(connector.replication)],
    ['Suggested frequency', `every ${minutesText(connector.suggested_minutes)}`],
    ['Authentication', listOf(connector.authentication)],
    ['API version', connector.api_version],
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
        {may('editor') && first && <DemoButton />}
        <a className={classes.docs} href={connector.docs} target="_blank" rel="noreferrer">
          Its API reference <ExternalLink size={12} aria-hidden />
        </a>
      </div>
    </article>
  )
}

/** Everything there is to see, without an account of one's own. */
function DemoButton() {
  const navigate = useNavigate()
  const demo = useMutation({
    mutationFn: startDemo,
    onSuccess: ({ id }) => void navigate({ to: '/integrations/$id', params: { id } }),
    onError: notifyProblem,
  })
  return (
    <Button
      variant="default"
      leftSection={<FlaskConical size={15} aria-hidden />}
      loading={demo.isPending}
      onClick={() => demo.mutate()}
    >
      Try a demo account
    </Button>
  )
}

/** One sentence of what each begins like a sentence of its own. */
function listOf(all: readonly string[]): string {
  return all
    .map((one, index) => (index === 0 ? one : one.slice(0, 1).toLowerCase() + one.slice(1)))
    .join(', ')
}
