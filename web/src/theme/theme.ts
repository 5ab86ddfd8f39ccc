import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'
import { components } from './components.ts'

/** The one accent: deep water. */
const water: MantineColorsTuple = [
  '#eaf5fb',
  '#d2e9f5',
  '#a6d5ec',
  '#74bfe3',
  '#4cabd9',
  '#2693c6',
  '#117db2',
  '#0a6c9e',
  '#085a85',
  '#06476a',
]

const gray: MantineColorsTuple = [
  '#f8f9fb',
  '#f1f3f6',
  '#e7eaef',
  '#dbdfe6',
  '#c5cbd5',
  '#98a1ae',
  '#6b7585',
  '#4c5565',
  '#2f3744',
  '#161b24',
]

const dark: MantineColorsTuple = [
  '#e4e7ec',
  '#c0c6d0',
  '#9ba4b2',
  '#768090',
  '#3d4551',
  '#2c333d',
  '#20262e',
  '#14181e',
  '#0f1216',
  '#0a0c0f',
]

export const theme = createTheme({
  primaryColor: 'water',
  primaryShade: { light: 7, dark: 7 },
  colors: { water, gray, dark },
  black: '#161b24',
  fontFamily: "'Geist Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "'Geist Mono Variable', ui-monospace, 'SF Mono', Menlo, monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.4' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.375rem', lineHeight: '1.3' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.4' },
    },
  },
  defaultRadius: 'md',
  radius: { xs: '0.1875rem', sm: '0.25rem', md: '0.375rem', lg: '0.625rem', xl: '0.875rem' },
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components,
})

/** Colours by purpose: each pair of text and ground has a contrast of at least 4.5, both schemes. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5a6474',
    '--mantine-color-placeholder': '#687283',
    '--mantine-color-error': '#c02626',
    '--mantine-color-body': '#ffffff',
    '--mantine-color-default-border': '#d4d9e1',
    '--mantine-color-anchor': '#0a6c9e',
    '--sl-ground': '#f8f9fb',
    '--sl-surface': '#ffffff',
    '--sl-line': '#e4e8ed',
    '--sl-hover': '#f3f5f8',
    '--sl-accent': '#0a6c9e',
    '--sl-accent-soft': '#e6f2f8',
    '--sl-good': '#116932',
    '--sl-good-soft': '#e7f5ec',
    '--sl-warn': '#8f4700',
    '--sl-warn-soft': '#fdf1e2',
    '--sl-bad': '#b42020',
    '--sl-bad-soft': '#fdecec',
    '--sl-idle': '#5a6474',
    '--sl-idle-soft': '#eef0f4',
    '--sl-shadow': '0 1px 2px rgb(22 27 36 / 5%)',
  },
  dark: {
    '--mantine-color-dimmed': '#9ba4b2',
    '--mantine-color-placeholder': '#8b95a4',
    '--mantine-color-error': '#ff8080',
    '--mantine-color-body': '#14181e',
    '--mantine-color-default-border': '#323a45',
    '--mantine-color-anchor': '#62bbe6',
    '--sl-ground': '#0f1216',
    '--sl-surface': '#14181e',
    '--sl-line': '#242b34',
    '--sl-hover': '#1a2027',
    '--sl-accent': '#62bbe6',
    '--sl-accent-soft': '#10293a',
    '--sl-good': '#5ecb88',
    '--sl-good-soft': '#122a1d',
    '--sl-warn': '#efac5a',
    '--sl-warn-soft': '#2f2312',
    '--sl-bad': '#ff8585',
    '--sl-bad-soft': '#341a1c',
    '--sl-idle': '#9ba4b2',
    '--sl-idle-soft': '#20262e',
    '--sl-shadow': 'none',
  },
})
