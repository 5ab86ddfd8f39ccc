import { Drawer } from '@mantine/core'
import { Nav } from './nav.tsx'

interface Props {
  readonly opened: boolean
  readonly onClose: () => void
}

/** The navigation where there is no room beside the page. */
export function NavDrawer({ opened, onClose }: Props) {
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      size={260}
      title={<span className="visually-hidden">Navigation</span>}
      closeButtonProps={{ 'aria-label': 'Close the navigation' }}
    >
      <Nav />
    </Drawer>
  )
}
