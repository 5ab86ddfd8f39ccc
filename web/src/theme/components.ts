import type { MantineThemeComponents } from '@mantine/core'

/** What is the same wherever a component is used: dense controls, plain words, quiet motion. */
export const components: MantineThemeComponents = {
  Button: { defaultProps: { size: 'sm', fw: 500 } },
  ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 'md' } },
  TextInput: { defaultProps: { size: 'sm' } },
  PasswordInput: { defaultProps: { size: 'sm' } },
  NumberInput: { defaultProps: { size: 'sm' } },
  Textarea: { defaultProps: { size: 'sm' } },
  Select: { defaultProps: { size: 'sm', allowDeselect: false, checkIconPosition: 'right' } },
  Checkbox: { defaultProps: { size: 'xs' } },
  SegmentedControl: { defaultProps: { size: 'xs' } },
  Tooltip: { defaultProps: { openDelay: 300, events: { hover: true, focus: true, touch: true } } },
  // Its own lock of the scroll is a style element, which the service's policy refuses: global.css has one.
  Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.4 }, lockScroll: false } },
  Drawer: { defaultProps: { lockScroll: false } },
  Menu: { defaultProps: { position: 'bottom-end', shadow: 'md', width: 190 } },
  Tabs: { defaultProps: { keepMounted: false } },
}
