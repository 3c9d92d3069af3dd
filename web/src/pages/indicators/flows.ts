// What passes between sides: figures of one period as the cells of a matrix.
import type { Figure } from '$gen/api'

export interface Flows {
  /** The sides, those with most first. */
  readonly sides: readonly string[]
  /** The figure from one side to another. */
  readonly cell: (from: string, to: string) => Figure | undefined
  /** What a side has with all others, where that is a figure. */
  readonly whole: (side: string) => Figure | undefined
  readonly most: number
}

/** Parts of a breakdown: `from=guangdong;to=macao`. */
function partsOf(figure: Figure): { from?: string; to?: string } {
  const parts = figure.breakdown.split(';').map((part) => part.split('=') as [string, string])
  return Object.fromEntries(parts) as { from?: string; to?: string }
}

/** The matrix of one period. Sides that are places have figures of their own; of others the place around them has all. */
export function flowsOf(figures: readonly Figure[], period: string): Flows {
  const now = figures.filter((f) => f.period === period && f.value !== null)
  const cells = new Map<string, Figure>()
  const stated = now.filter((f) => partsOf(f).to !== undefined)
  for (const figure of stated) {
    const { from, to } = partsOf(figure)
    if (from === undefined) cells.set(`${figure.place} ${to}`, figure)
  }
  const byPlace = cells.size > 0
  for (const figure of stated) {
    const { from, to } = partsOf(figure)
    if (from !== undefined && !byPlace) cells.set(`${from} ${to}`, figure)
  }
  const wholes = new Map(now.filter((f) => f.breakdown === '').map((f) => [f.place, f]))
  const weight = new Map<string, number>()
  for (const [key, figure] of cells) {
    for (const side of key.split(' ')) weight.set(side, (weight.get(side) ?? 0) + (figure.value ?? 0))
  }
  const sides = [...weight.keys()].sort((a, b) => (weight.get(b) ?? 0) - (weight.get(a) ?? 0) || a.localeCompare(b))
  return {
    sides,
    cell: (from, to) => cells.get(`${from} ${to}`),
    whole: (side) => (byPlace ? wholes.get(side) : undefined),
    most: Math.max(0, ...[...cells.values()].map((f) => f.value ?? 0)),
  }
}
