import {
  convertCssVariables,
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  mergeMantineTheme,
} from '@mantine/core'
import type { Plugin } from 'vite'
import { theme, variables } from './src/theme/theme.ts'

const name = 'virtual:theme.css'

/**
 * The theme's CSS variables as a file of the build. Mantine would put them into a style element when the page is drawn,
 * which the service's content security policy refuses.
 */
export function themeCss(): Plugin {
  return {
    name: 'theme-css',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load(id) {
      if (id !== `\0${name}`) return undefined
      const merged = mergeMantineTheme(DEFAULT_THEME, theme)
      const [all, own] = [defaultCssVariablesResolver(merged), variables(merged)]
      return convertCssVariables(
        {
          variables: { ...all.variables, ...own.variables },
          light: { ...all.light, ...own.light, '--mantine-color-scheme': 'light' },
          dark: { ...all.dark, ...own.dark, '--mantine-color-scheme': 'dark' },
        },
        ':root',
      )
    },
  }
}
