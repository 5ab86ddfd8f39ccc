import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import { compact } from './format.ts'

interface Props {
  readonly label: string
  readonly points: readonly { readonly at: string; readonly value: number }[]
  /** Under a bar. */
  readonly name: (at: string) => string
  /** The values are no counts. */
  readonly fractions?: boolean
  /** What the bars come to, for who can't see them. */
  readonly text: string
}

const height = 180

/** Bars over time. */
export default function BarChart({ label, points, name, text, fractions = false }: Props) {
  const { ref, width } = useElementSize<HTMLDivElement>()
  const place = useRef<HTMLDivElement>(null)
  const named = (at: string | undefined) => (at === undefined ? '' : name(at))
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
    const chart = new uPlot(
      {
        width,
        height,
        cursor: { y: false, drag: { setScale: false } },
        legend: { show: false },
        scales: {
          x: { time: false, range: [-0.7, Math.max(points.length, 12) - 0.3] },
          y: { range: [0, null] },
        },
        axes: [
          {
            ...axis,
            grid: { show: false },
            size: 30,
            space: 110,
            values: (_, at) => at.map((index) => named(points[index]?.at)),
          },
          {
            ...axis,
            size: 54,
            values: (_, at) =>
              at.map((value) => (fractions || Number.isInteger(value) ? compact(value) : '')),
          },
        ],
        series: [
          {},
          {
            fill: color('--sl-accent'),
            width: 0,
            points: { show: false },
            paths: uPlot.paths.bars?.({ size: [0.7, 28], radius: 0.15 }) ?? (() => null),
          },
        ],
      },
      [points.map((_, index) => index), points.map(({ value }) => value)],
      element,
    )
    return () => chart.destroy()
  }, [points, width, scheme, fractions])
  return (
    <figure ref={ref} style={{ margin: 0 }}>
      <div ref={place} role="img" aria-label={`${label}: ${text}`} />
    </figure>
  )
}
