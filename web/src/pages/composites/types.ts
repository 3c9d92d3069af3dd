// Shapes of `composites` and `composites/{id}`: all that is needed to put an index together again.
import type { Named, Resource } from '$lib/types'
import type { T3 } from '$lib/languages'

export type Row = readonly (number | null)[]

export interface CompositeItem extends Named {
  readonly n_units: number
  readonly n_indicators: number
  readonly periods: readonly string[]
  readonly simulated: boolean
}

/** An indicator of the index, or a group. */
export interface Node {
  readonly code: string
  readonly name: T3
  readonly parent: string | null
  /** 1 for indicators. */
  readonly level: number
  /** Weight among its siblings, as used. */
  readonly weight: number
  readonly declared_weight: number
  readonly direction: string
  readonly indicator: string | null
  readonly breakdown: string
  readonly denominator: string | null
  /** For a group: how its members are put together. */
  readonly method: string | null
  readonly power: number | null
  readonly min_share: number | null
}

export interface Interval {
  readonly place: string
  readonly median_rank: number | null
  readonly rank_q5: number | null
  readonly rank_q95: number | null
  readonly p_first: number | null
  readonly p_top10: number | null
  readonly main_factor: string | null
}

/** The index in one period; all rows are in the order of `units`. */
export interface PeriodResult {
  readonly period: string
  readonly units: readonly string[]
  readonly normalised: Readonly<Record<string, Row>>
  /** Indicator → step, `raw` first → values. */
  readonly stages: Readonly<Record<string, Readonly<Record<string, Row>>>>
  readonly scores: Readonly<Record<string, Row>>
  readonly ranks: Readonly<Record<string, Row>>
  readonly statuses: Readonly<Record<string, readonly string[]>>
  readonly figures: Readonly<Record<string, readonly (string | null)[]>>
  readonly denominators: Readonly<Record<string, readonly (string | null)[]>>
  /** The values of `figures` as they are written. */
  readonly texts: Readonly<Record<string, readonly (T3 | null)[]>>
  /** The values of `denominators` as they are written. */
  readonly denominator_texts: Readonly<Record<string, readonly (T3 | null)[]>>
  readonly intervals: readonly Interval[]
  readonly left_out: Readonly<Record<string, readonly string[]>>
}

export interface Sensitivity {
  readonly target: string
  readonly factor: string
  readonly first: number | null
  readonly first_q5: number | null
  readonly first_q95: number | null
  readonly total: number | null
  readonly total_q5: number | null
  readonly total_q95: number | null
  readonly used: number | null
  /** `none on any score`, `none on the target`, or empty. */
  readonly effect: string | null
}

export interface CompositePage extends Resource, Named {
  readonly description: T3
  readonly note: T3 | null
  readonly definition: string
  readonly version: string
  readonly top: string
  readonly normalisation: string
  readonly missing: string
  readonly structure: readonly Node[]
  readonly units: Readonly<Record<string, T3>>
  readonly periods: readonly PeriodResult[]
  readonly replications: number | null
  readonly factors: readonly string[]
  readonly sensitivity: readonly Sensitivity[]
  readonly pairs: readonly { readonly unit: string; readonly other: string; readonly p_above: number | null }[]
}
