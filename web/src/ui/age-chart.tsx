import { useCallback } from 'react'
import type uPlot from 'uplot'
import { duration } from './format.ts'
import { type Canvas, useChart } from './use-chart.ts'

interface Props {
  readonly label: string
  /** Seconds since 1970, and an age in seconds, or none. In between the line is straight. */
  readonly points: readonly (readonly [at: number, age: number | null])[]
  /** What the age should stay below, in seconds. */
  readonly target: number | null
  /** What is above this is late. */
  readonly late: number
  /** What the line says, for who can't see it. */
  readonly text: string
}

const hour = 3_600
const day = 24 * hour
/** Steps of an axis of ages. */
const steps = [
  1,
  5,
  15,
  60,
  300,
  900,
  1_800,
  hour,
  2 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  7 * day,
  30 * day,
]

/** How old something was over time, against what was promised. */
export default function AgeChart({ label, points, target, late, text }: Props) {
  const draw = useCallback(
    ({ color, axis }: Canvas) => {
      const drawn = spanning(points, target ?? hour)
      const ages = points.flatMap(([, age]) => (age === null ? [] : [age]))
      const most = Math.max(60, ...ages, target ?? 0) * 1.1
      // One line, in another colour where it is late.
      const shade = (good: string, bad: string) => (chart: uPlot) => {
        const { top, height } = chart.bbox
        const part = Math.min(1, Math.max(0, (chart.valToPos(late, 'y', true) - top) / height))
        const gradient = chart.ctx.createLinearGradient(0, top, 0, top + height)
        for (const [at, name] of [
          [0, bad],
          [part, bad],
          [part, good],
          [1, good],
        ] as const)
          gradient.addColorStop(at, color(name))
        return gradient
      }
      const promise = target === null ? [] : [{ stroke: color('--sl-idle'), width: 1, dash: [5, 4] }]
      return {
        options: {
          cursor: { show: false },
          scales: {
            x: { time: true },
            y: { range: [0, most] as [number, number] },
          },
          axes: [
            {
              ...axis,
              grid: { show: false },
              size: 30,
              space: 110,
              values: (_: uPlot, at: number[], __: number, ___: number, step: number) =>
                at.map((time) => moment(time, step)),
            },
            {
              ...axis,
              size: 62,
              incrs: steps,
              values: (_: uPlot, at: number[]) => at.map((age) => (age === 0 ? '0' : duration(age))),
            },
          ],
          series: [
            {},
            {
              stroke: shade('--sl-accent', '--sl-warn'),
              fill: shade('--sl-accent-soft', '--sl-warn-soft'),
              width: 1.5,
              // Where it stands now.
              points: {
                show: true,
                size: 7,
                width: 0,
                fill: color('--sl-accent'),
                filter: () => [points.length - 1],
              },
            },
            ...promise.map((look) => ({ ...look, points: { show: false } })),
          ],
        },
        data: [
          drawn.map(([at]) => at),
          drawn.map(([, age]) => age),
          ...promise.map(() => drawn.map(() => target)),
        ] as uPlot.AlignedData,
      }
    },
    [points, target, late],
  )
  const { frame, place } = useChart(draw)
  return (
    <figure ref={frame} style={{ margin: 0 }}>
      <div ref={place} role="img" aria-label={`${label}: ${text}`} />
    </figure>
  )
}

/** From the first moment on, over one span of what was promised at least: what is short begins at the left. */
function spanning(points: Props['points'], span: number): Props['points'] {
  const [from] = points[0] ?? [0]
  const [to] = points.at(-1) ?? [0]
  return to < from + span ? [...points, [from + span, null]] : points
}

function moment(time: number, step: number): string {
  const date = new Date(time * 1_000)
  if (step >= day) return date.toLocaleDateString(undefined, { month: 'short', day: 'numeric' })
  return date.toLocaleString(undefined, {
    ...(step >= hour ? { month: 'short', day: 'numeric' } : {}),
    hour: '2-digit',
    minute: '2-digit',
    ...(step < 60 ? { second: '2-digit' } : {}),
    hourCycle: 'h23',
  })
}
