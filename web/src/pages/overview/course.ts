// How a headline went: the value before, whether it rose, and the points of its line.
import { span } from '$lib/periods'
import type { Figure, Headline } from '$gen/api'

export const isRank = (figure: Pick<Figure, 'unit'>) => figure.unit === '位'

const known = (headline: Headline) => headline.series.filter((f) => f.value !== null)

/** The last value before the one that is shown. */
export function before(headline: Headline): Figure | undefined {
  const until = span(headline.figure.period).end
  return known(headline).filter((f) => span(f.period).end < until).at(-1)
}

/** Bounds are not compared: over 69,000 is not known to be more than 70,000. A rank that is higher is the lower number. */
export function relationOf(figure: Figure, was: Figure): 'rises' | 'falls' | 'same' | null {
  const exact = was.bound === 'eq' && figure.bound === 'eq'
  if (isRank(figure) || !exact || figure.value === null || was.value === null) return null
  if (figure.value > was.value) return 'rises'
  return figure.value < was.value ? 'falls' : 'same'
}

/** A line that rises says that it gets better, where better is declared. */
export function pointsOf(headline: Headline) {
  const better = headline.direction === 'lower' ? -1 : 1
  return known(headline).map((f) => ({ at: span(f.period).at, value: (f.value as number) * better, hollow: f.modality !== 'actual' }))
}
