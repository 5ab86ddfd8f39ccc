import type { Channel } from '../../api/types.ts'

/** The kinds of channels, in words. */
export const kinds: Readonly<Record<Channel['kind'], { readonly label: string; readonly about: string }>> = {
  email: { label: 'E-mail', about: 'One message each to all recipients' },
  slack: {
    label: 'Slack',
    about: 'An incoming webhook of Slack, or of Mattermost and others that take the same messages',
  },
  webhook: { label: 'Signed webhook', about: 'JSON, posted to your own address with a signature to check' },
}
