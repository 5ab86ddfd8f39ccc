import '@mantine/notifications/styles.css'
import { Notifications } from '@mantine/notifications'

export { notifications } from '@mantine/notifications'

/** Where messages appear. */
export function Messages() {
  return <Notifications position="bottom-right" limit={4} />
}
