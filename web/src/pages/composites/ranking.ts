// The ranking that is shown: places with their ranks now and as declared, and how sure these are.
import type { Composed } from './aggregate'
import type { CompositePage, PeriodResult, RankInterval } from '$gen/api'

export interface Entry {
  readonly place: string
  readonly score: number | null
  readonly rank: number | null
  readonly declaredRank: number | null
  /** Ranks risen against the declared ones; negative for a fall. */
  readonly rise: number | null
  readonly interval: RankInterval | null
}

/** Places, best first; those without a rank last. */
export function rankingOf(index: CompositePage, period: PeriodResult, composed: Composed): readonly Entry[] {
  const intervals = new Map(period.intervals.map((i) => [i.place, i]))
  return period.units
    .map((place, u) => {
      const rank = composed.ranks[index.top]?.[u] ?? null
      const declaredRank = period.ranks[index.top]?.[u] ?? null
      return {
        place,
        rank,
        declaredRank,
        score: composed.columns[index.top]?.[u] ?? null,
        rise: rank === null || declaredRank === null ? null : declaredRank - rank,
        interval: intervals.get(place) ?? null,
      }
    })
    .sort((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity))
}
