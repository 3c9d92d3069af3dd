// Where a period lies on an axis of time. Its words come with the figure; this only puts it in its place.

export interface Span {
  /** Middle of the period in years, 2025.5 for 2025; what a chart plots. */
  readonly at: number
  /** End of the period in years; what later and earlier means. */
  readonly end: number
  readonly grain: 'day' | 'month' | 'quarter' | 'half' | 'months' | 'year' | 'fiscal' | 'range' | 'open' | 'all'
}

type Rule = readonly [RegExp, Span['grain'], (...parts: number[]) => readonly [number, number]]

const RULES: readonly Rule[] = [
  [/^(\d{4})$/, 'year', (y = 0) => [y, y + 1]],
  [/^(\d{4})-H([12])$/, 'half', (y = 0, h = 1) => [y + (h - 1) / 2, y + h / 2]],
  [/^(\d{4})-Q([1-4])$/, 'quarter', (y = 0, q = 1) => [y + (q - 1) / 4, y + q / 4]],
  [/^(\d{4})-(\d{2})$/, 'month', (y = 0, m = 1) => [y + (m - 1) / 12, y + m / 12]],
  [/^(\d{4})-(\d{2})-(\d{2})$/, 'day', (y = 0, m = 1, d = 1) => [y + (m - 1) / 12 + (d - 1) / 372, y + (m - 1) / 12 + d / 372]],
  [/^(\d{4})\/\d{2}$/, 'fiscal', (y = 0) => [y + 0.25, y + 1.25]],
  [
    /^(\d{4})-(\d{2})\.\.\d{4}-(\d{2})$/,
    'months',
    (y = 0, from = 1, to = 1) => [y + (from - 1) / 12, y + to / 12],
  ],
  [/^(\d{4})\.\.(\d{4})$/, 'range', (from = 0, to = 0) => [from, to + 1]],
  [/^\.\.(\d{4})$/, 'open', (to = 0) => [to, to + 1]],
]

/** The stretch of time of a canonical period; the whole of time lies before everything. */
export function span(period: string): Span {
  for (const [pattern, grain, ends] of RULES) {
    const found = pattern.exec(period)
    if (!found) continue
    const [from, to] = ends(...found.slice(1).map(Number))
    // A year's value is drawn at the year's mark, so that the axis can be labelled with whole years.
    return { at: grain === 'year' || grain === 'open' ? from : (from + to) / 2, end: to, grain }
  }
  return { at: -Infinity, end: -Infinity, grain: 'all' }
}

/** Earlier before later; the finer of two that end together first. */
export function byPeriod(a: string, b: string): number {
  const [x, y] = [span(a), span(b)]
  return x.end - y.end || y.at - x.at || a.localeCompare(b)
}
