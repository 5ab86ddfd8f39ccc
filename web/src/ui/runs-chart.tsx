import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import type { Integration } from '../api/types.ts'
import { compact, counted } from './format.ts'

interface Props {
  readonly label: string
  readonly points: Integration['recent']
  readonly what: 'rows' | 'requests'
}

const height = 180

/** A bar per run over time. */
export default function RunsChart({ label, points, what }: Props) {
  const { ref, width } = useElementSize<HTMLDivElement>()
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
            values: (_, at) => at.map((index) => dayOf(points[index]?.queued_at)),
          },
          {
            ...axis,
            size: 54,
            values: (_, at) => at.map((value) => (Number.isInteger(value) ? compact(value) : '')),
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
      [points.map((_, index) => index), points.map((point) => point[what])],
      element,
    )
    return () => chart.destroy()
  }, [points, what, width, scheme])
  const total = points.reduce((sum, point) => sum + point[what], 0)
  return (
    <figure ref={ref} style={{ margin: 0 }}>
      <div
        ref={place}
        role="img"
        aria-label={`${label}: ${compact(total)} in ${counted(points.length, 'run')}`}
      />
    </figure>
  )
}

function dayOf(at: string | undefined): string {
  if (at === undefined) return ''
  return new Date(at).toLocaleString(undefined, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  })
}
