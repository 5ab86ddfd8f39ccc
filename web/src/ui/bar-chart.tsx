import { useCallback } from 'react'
import uPlot from 'uplot'
import { compact } from './format.ts'
import { type Canvas, useChart } from './use-chart.ts'

interface Props {
  readonly label: string
  readonly points: readonly { readonly at: string; readonly value: number }[]
  /** Under a bar; always the same function. */
  readonly name: (at: string) => string
  /** The values are no counts. */
  readonly fractions?: boolean
  /** What the bars come to, for who can't see them. */
  readonly text: string
}

/** Bars over time. */
export default function BarChart({ label, points, name, text, fractions = false }: Props) {
  const draw = useCallback(
    ({ color, axis }: Canvas) => {
      const named = (at: string | undefined) => (at === undefined ? '' : name(at))
      return {
        options: {
          cursor: { y: false, drag: { setScale: false } },
          scales: {
            x: { time: false, range: [-0.7, Math.max(points.length, 12) - 0.3] as [number, number] },
            y: { range: [0, null] as [number, null] },
          },
          axes: [
            {
              ...axis,
              grid: { show: false },
              size: 30,
              space: 110,
              values: (_: uPlot, at: number[]) => at.map((index) => named(points[index]?.at)),
            },
            {
              ...axis,
              size: 54,
              values: (_: uPlot, at: number[]) =>
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
        data: [points.map((_, index) => index), points.map(({ value }) => value)] as uPlot.AlignedData,
      }
    },
    [points, name, fractions],
  )
  const { frame, place } = useChart(draw)
  return (
    <figure ref={frame} style={{ margin: 0 }}>
      <div ref={place} role="img" aria-label={`${label}: ${text}`} />
    </figure>
  )
}
