// Shapes of `clusters`, `clusters/{run}`, its outlines, its fields and its density.
import type { FeatureCollection, MultiPolygon, Polygon } from 'geojson'
import type { T3 } from '$lib/languages'
import type { Figure, Named, Resource } from '$lib/types'

/** A cluster in an edition of a published ranking. */
export interface PublishedRow {
  readonly place: string
  readonly name: T3
  readonly lat: number | null
  readonly lon: number | null
  readonly edition: string
  readonly figures: Readonly<Record<string, Figure>>
}

export interface Published {
  readonly indicators: readonly (Named & { readonly unit_text: T3 })[]
  readonly rank_indicator: string | null
  /** Oldest first. */
  readonly editions: readonly string[]
  readonly rows: readonly PublishedRow[]
}

export interface RunInfo extends Named {
  readonly simulated: boolean
  readonly method: string
  readonly radius_km: number
  readonly min_weight: number
  readonly n: number
  readonly period: string
  readonly kinds: readonly string[]
  readonly sources: readonly string[]
  readonly robustness: boolean
  /** Kinds of points some of which have a field of technology or science. */
  readonly fields: readonly string[]
  readonly created: string
}

export interface Clusters extends Resource {
  readonly published: Published
  readonly runs: readonly RunInfo[]
}

export interface Metric {
  readonly count: number
  readonly share: number
  readonly per_million: number | null
}

export interface Interval {
  readonly p_exists: number | null
  readonly p_first: number | null
  readonly p_top100: number | null
  readonly rank_p05: number | null
  readonly rank_median: number | null
  readonly rank_p95: number | null
}

/** A cluster that a run found. */
export interface ClusterRow {
  readonly cluster: number
  /** The cluster as a place of the build. */
  readonly place: string
  /** Under the run's own method. */
  readonly rank: number
  readonly id: string
  readonly name: T3
  readonly lat: number
  readonly lon: number
  readonly score: number
  readonly weight: number
  readonly sites: number
  readonly population: number | null
  readonly countries: readonly string[]
  readonly top_contributors: readonly string[]
  readonly metrics: Readonly<Record<string, Metric>>
  /** Under the rules of editions: gii2017, gii2018, gii2025. */
  readonly ranks: Readonly<Record<string, number>>
  readonly interval: Interval | null
  readonly simulated: boolean
  readonly cross_border: number | null
  readonly cross_border_share: number | null
  readonly cross_border_reason: T3 | null
}

export interface Tie {
  readonly a: number
  readonly b: number
  readonly records: number
  readonly share_a: number
  readonly share_b: number
  readonly edge_km: number | null
}

export interface FirstRow {
  readonly method: string
  readonly family: string
  readonly cluster: number
  readonly rank: number
  readonly p_first: number
}

export interface ClusterRun extends Resource {
  readonly id: string
  readonly run: RunInfo
  readonly options: Readonly<Record<string, unknown>>
  readonly rows_read: Readonly<Record<string, number>>
  readonly records: number
  readonly sites: number
  readonly world: Readonly<Record<string, { readonly world: number; readonly clusters: number; readonly noise: number; readonly unlocated: number }>>
  readonly counting: T3
  readonly rows: readonly ClusterRow[]
  readonly ties: readonly Tie[]
  readonly party_ties: readonly { readonly cluster: number; readonly party_a: string; readonly party_b: string; readonly records: number }[]
  readonly first: readonly FirstRow[]
}

export type Outlines = Resource &
  FeatureCollection<Polygon | MultiPolygon, { readonly cluster: number; readonly place: string; readonly rank: number; readonly id: string; readonly name: T3; readonly score: number }>

/** A field of technology or science in a cluster. */
export interface FieldShare {
  readonly field: string
  readonly count: number
  /** Of the cluster's records with a field, of that kind. */
  readonly share: number
  readonly world_share: number
  /** Location quotient: the share in the cluster over that in the world. */
  readonly specialisation: number
}

export interface FieldsOfKind {
  readonly cluster: number
  readonly kind: string
  /** The largest first; at most forty. */
  readonly fields: readonly FieldShare[]
  readonly others: number
  readonly others_count: number
  readonly not_given: number
}

export interface ClusterFields extends Resource {
  readonly names: Readonly<Record<string, T3>>
  readonly rows: readonly FieldsOfKind[]
}

export interface Density extends Resource {
  readonly cell_deg: number
  readonly kinds: readonly string[]
  /** Longitude and latitude of the middle, points, and the count of each kind. */
  readonly cells: readonly (readonly number[])[]
}
