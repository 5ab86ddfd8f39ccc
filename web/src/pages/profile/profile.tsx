import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '../../api/session.ts'
import { Page } from '../../ui/page.tsx'
import { Panel } from '../../ui/panel.tsx'
import { NameForm } from './name-form.tsx'
import { PasswordForm } from './password-form.tsx'
import { Sessions } from './sessions.tsx'

/** Who one is, and one's password. */
export function Profile() {
  const { data } = useQuery(sessionQuery)
  if (!data?.user) return null
  return (
    <Page title="Profile" about={`${data.user.email} · ${data.user.role}`} narrow>
      <Panel title="Name">
        <NameForm name={data.user.name} />
      </Panel>
      <Panel title="Password" about="Changing it signs you out everywhere else.">
        <PasswordForm />
      </Panel>
      <Sessions />
    </Page>
  )
}
