// Which figures bear each other out: those whose sources have neither a maker nor a derivation in common.
import type { Figure, SourceItem as Source } from '$gen/api'
import { byPeriod } from './periods'

/**
 * How a figure stands to another: of the very same source, of a source that is not independent of it, of the same
 * measurement, which others only tell, or a witness of its own.
 */
export type Standing = 'same' | 'kin' | 'measured' | 'independent'

type Kin = ReadonlyMap<string, Pick<Source, 'kin' | 'measures'>>
type Made = Pick<Figure, 'source' | 'indicator'>

/** `measured`: whether the indicator is measured by a body that sources tell again. */
export function standing(figure: Made, other: Made, sources: Kin, measured = false): Standing {
  const pairs = figure.source.flatMap((a) => other.source.map((b) => [a, b] as const))
  if (pairs.some(([a, b]) => a === b)) return 'same'
  const met = pairs.some(([a, b]) => sources.get(a)?.kin.includes(b))
  if (met || pairs.length === 0) return 'kin'
  const tells = (made: Made) => made.source.some((s) => !sources.get(s)?.measures.includes(made.indicator))
  return measured && tells(figure) && tells(other) ? 'measured' : 'independent'
}

/** Figures for the same thing, time and place; first the one that is shown. */
export function besides(figures: readonly Figure[], of: Figure): readonly Figure[] {
  return figures
    .filter((f) => f.place === of.place && f.breakdown === of.breakdown && f.period === of.period && f.value !== null)
    .sort((a, b) => Number(b.shown) - Number(a.shown) || a.key.localeCompare(b.key))
}

/** For each of some places what is known side by side: of the period asked for, or of the latest with more than one value. */
export function rivalries(figures: readonly Figure[], places: readonly string[], period: string | undefined): readonly (readonly Figure[])[] {
  return places.flatMap((place) => {
    const own = figures.filter((f) => f.place === place && f.shown).sort((a, b) => byPeriod(b.period, a.period))
    const asked = own.filter((f) => f.period === period)
    const found = [...asked, ...own].map((f) => besides(figures, f)).find((rivals) => rivals.length > 1)
    return found ? [found] : []
  })
}

/** The sources of some figures, and no others: those that are to be cited with them. */
export function citedBy(figures: readonly Pick<Figure, 'source'>[], sources: ReadonlyMap<string, Source>): readonly Source[] {
  return [...new Set(figures.flatMap((f) => f.source))].flatMap((id) => sources.get(id) ?? [])
}
