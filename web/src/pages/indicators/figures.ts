// Choices over an indicator's figures: which places are drawn first, what is a series, what can be compared.
import { byPeriod, span } from '$lib/periods'
import type { Figure, IndicatorPage } from '$gen/api'

const DRAWN_FIRST = 5
const COMPARED_MOST = 40

/** Whether values are ranks: the first is the best, and drawn on top. */
export const isRank = (indicator: Pick<IndicatorPage, 'type' | 'unit'>) => indicator.type === 'rank' || indicator.unit === '位'

export const ofBreakdown = (figures: readonly Figure[], breakdown: string) => figures.filter((f) => f.breakdown === breakdown)

/** Values of the breakdowns that occur, the total first. */
export function breakdownsOf(figures: readonly Figure[]): readonly string[] {
  return [...new Set(figures.map((f) => f.breakdown))].sort((a, b) => a.localeCompare(b))
}

/** Periods that occur, earliest first. */
export function periodsOf(figures: readonly Figure[]): readonly string[] {
  return [...new Set(figures.filter((f) => f.value !== null).map((f) => f.period))].sort(byPeriod)
}

/** Places to draw before anybody has chosen: the preferred, then those with the longest series and the highest values. */
export function firstPlaces(figures: readonly Figure[], preferred: readonly string[], lowestFirst: boolean): readonly string[] {
  const series = new Map<string, Figure[]>()
  for (const f of figures) if (f.value !== null) series.set(f.place, [...(series.get(f.place) ?? []), f])
  const ranked = [...series].sort(([a, x], [b, y]) => y.length - x.length || (latest(y) - latest(x)) * (lowestFirst ? -1 : 1) || a.localeCompare(b))
  const chosen = ranked.map(([place]) => place)
  const first = preferred.filter((place) => series.has(place))
  return [...new Set([...first, ...chosen])].slice(0, DRAWN_FIRST)
}

const latest = (series: readonly Figure[]) => [...series].sort((a, b) => byPeriod(a.period, b.period)).at(-1)?.value ?? -Infinity

/** A place's known values in order of time; the whole of time has no place on the axis. */
export function seriesOf(figures: readonly Figure[], place: string): readonly Figure[] {
  return figures
    .filter((f) => f.place === place && f.value !== null && span(f.period).grain !== 'all')
    .sort((a, b) => byPeriod(a.period, b.period))
}

/** The earliest period that all series have; undefined where they share none. */
export function commonStart(series: readonly (readonly Figure[])[]): string | undefined {
  const [first, ...others] = series.filter((points) => points.length > 0)
  return first?.map((f) => f.period).find((period) => others.every((points) => points.some((f) => f.period === period)))
}

/** The latest period among those for which most places have a value. */
export function bestPeriod(figures: readonly Figure[]): string | undefined {
  const places = new Map<string, number>()
  for (const f of figures) if (f.value !== null) places.set(f.period, (places.get(f.period) ?? 0) + 1)
  const most = Math.max(0, ...places.values())
  return [...places.keys()].sort(byPeriod).filter((p) => (places.get(p) ?? 0) >= most * 0.6).at(-1)
}

/** Ends of an axis that holds all values, and its step, in round numbers; `from` fixes the lower end. */
export function roundReach(values: readonly number[], from?: number): { min: number; max: number; interval: number } {
  const low = from ?? Math.min(...values)
  const high = Math.max(...values)
  const rough = (high - low || Math.abs(high) || 1) / 3
  const power = 10 ** Math.floor(Math.log10(rough))
  const interval = ([1, 2, 2.5, 5, 10].find((step) => step * power >= rough) ?? 10) * power
  const min = from ?? Math.floor(low / interval) * interval
  return { min, max: min + Math.max(1, Math.ceil((high - min) / interval)) * interval, interval }
}

const FLATTENS = 3

/**
 * Figures of one period, first those that rank first: the highest, or for ranks and the like the lowest. Those of whole economies
 * and the world stand apart where they are several times the largest other one: beside them nothing else could be told apart.
 */
export function compared(figures: readonly Figure[], period: string, lowestFirst: boolean, wide: ReadonlySet<string>) {
  const all = figures
    .filter((f) => f.period === period && f.value !== null)
    .sort((a, b) => ((a.value as number) - (b.value as number)) * (lowestFirst ? 1 : -1))
  const largest = Math.max(...all.filter((f) => !wide.has(f.place)).map((f) => f.value as number))
  const flattens = (f: Figure) => wide.has(f.place) && largest > 0 && (f.value as number) > FLATTENS * largest
  const drawn = all.filter((f) => !flattens(f))
  return { all, apart: all.filter(flattens), fitting: drawn.length, drawn: drawn.slice(0, COMPARED_MOST) }
}

/** Whether there is a course to draw: a place with values at two times or more. */
export function hasCourse(figures: readonly Figure[], places: readonly string[]): boolean {
  return places.some((place) => new Set(seriesOf(figures, place).map((f) => span(f.period).at)).size > 1)
}

const SINGLE_MOST = 4

/** What is shown instead of a chart: the values of the places, where they are too few to draw. */
export function singleValues(figures: readonly Figure[], places: readonly string[]): readonly Figure[] {
  return figures.filter((f) => f.value !== null && places.includes(f.place)).slice(0, SINGLE_MOST)
}
