import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { type RefObject, useEffect, useRef } from 'react'
import uPlot from 'uplot'

/** What a chart is drawn with, in the colours of the page. */
export interface Canvas {
  readonly color: (name: string) => string
  readonly axis: uPlot.Axis
}

export interface Drawn {
  readonly options: Omit<uPlot.Options, 'width' | 'height'>
  readonly data: uPlot.AlignedData
}

const height = 180

/** A chart that fills its place; drawn anew when `draw` is another one, the place wider, or the page dark. */
export function useChart(draw: (canvas: Canvas) => Drawn): {
  readonly frame: (element: HTMLElement | null) => void
  readonly place: RefObject<HTMLDivElement | null>
} {
  const { ref, width } = useElementSize<HTMLElement>()
  const place = useRef<HTMLDivElement>(null)
  const scheme = useComputedColorScheme('light')
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read from the page, another scheme draws anew
  useEffect(() => {
    const element = place.current
    if (!element || width === 0) return
    const style = getComputedStyle(document.documentElement)
    const color = (name: string) => style.getPropertyValue(name).trim()
    const axis = {
      stroke: color('--mantine-color-dimmed'),
      font: `11px ${color('--mantine-font-family')}`,
      grid: { stroke: color('--sl-line'), width: 1 },
      ticks: { show: false },
    }
    const { options, data } = draw({ color, axis })
    const chart = new uPlot({ ...options, width, height, legend: { show: false } }, data, element)
    return () => chart.destroy()
  }, [draw, width, scheme])
  return { frame: ref, place }
}
