import { Page } from '../../ui/page.tsx'
import { Channels } from './channels.tsx'
import { Deliveries } from './deliveries.tsx'
import { Rules } from './rules.tsx'

/** Who is told of what, and what was told. */
export function Alerts() {
  return (
    <Page
      title="Alerts"
      about="What goes wrong is told where you will see it: once when it begins, and once when it is over."
    >
      <Channels />
      <Rules />
      <Deliveries />
    </Page>
  )
}
