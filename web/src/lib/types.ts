// Shapes of the resources, as the server's interface describes them (see docs/howto/serve.md and api/v1/openapi.json).
import type { T3 } from './languages'

export type Bound = 'eq' | 'gt' | 'ge' | 'lt' | 'le' | 'approx'
export type Modality = 'actual' | 'expected' | 'target'
export type Verdict =
  | 'supported'
  | 'contradicted'
  | 'consistent within the stated bound'
  | 'no evidence'
  | 'not checkable'
export type Status = 'computed' | 'published' | 'estimated' | 'simulated'

/** One observation: an indicator's value for a place and a period, with the text that the house style gives it. */
export interface Figure {
  /** `indicator/place/period[/breakdown]`, each part percent-encoded; `@source` follows where it is not the shown one. */
  readonly key: string
  readonly indicator: string
  readonly place: string
  readonly period: string
  readonly breakdown: string
  readonly value: number | null
  readonly value_max: number | null
  readonly unit: string
  readonly bound: Bound
  readonly modality: Modality
  readonly status: Status
  readonly cumulative: boolean
  readonly source: readonly string[]
  readonly records: number | null
  readonly reason: T3 | null
  readonly note: T3 | null
  readonly rule: string | null
  readonly shown: boolean
  readonly text: T3
  readonly period_text: T3
}

/** What every answer carries: the build that it is wholly of. */
export interface Resource {
  readonly build: string
}

export interface Listed<T> extends Resource {
  readonly items: readonly T[]
}

export interface Named {
  readonly id: string
  readonly name: T3
}

export interface TracedRecord {
  readonly table: string
  readonly file: string
  readonly line: number
  readonly source: string
  readonly value: number | null
  readonly fields: Readonly<Record<string, unknown>>
  readonly correction: T3 | null
}

export interface TraceInput {
  readonly kind: 'records' | 'indicator' | 'clusters' | 'points'
  readonly name: string
  readonly file: string | null
  readonly hash: string
}

/** One figure with what it was made of. */
export interface Trace {
  readonly figure: Figure
  readonly origin: 'records' | 'indicators' | 'figures' | 'clusters'
  readonly definition: string
  readonly version: string
  readonly query: string
  readonly inputs: readonly TraceInput[]
  readonly records: readonly TracedRecord[]
  readonly record_count: number
  readonly total: number | null
  /** Keys of the figures that it was made of; their traces stand in the same answer. */
  readonly below: readonly string[]
}

export interface Lineage extends Resource {
  readonly indicator: string
  readonly roots: readonly string[]
  readonly traces: Readonly<Record<string, Trace>>
  /** Names of the records' fields, by table and field. */
  readonly labels: Readonly<Record<string, Readonly<Record<string, T3>>>>
  readonly complete: boolean
}

export interface BuildInfo {
  readonly id: string
  readonly created: string
  readonly ceyuan: string
  readonly current: boolean
  readonly observations: number
  readonly changes: number
}

export type Feature = 'clusters' | 'claims' | 'composites' | 'plan' | 'bulletins'

export interface Meta extends Resource {
  readonly version: string
  readonly created: string
  readonly workspace: {
    readonly id: string
    readonly name: T3
    readonly description: T3 | null
    readonly languages: readonly string[]
    readonly parties: readonly Named[]
  }
  readonly builds: readonly BuildInfo[]
  readonly features: Readonly<Record<Feature, boolean>>
  readonly simulated: boolean
}

export type Direction = 'higher' | 'lower' | 'neutral'

export interface Headline {
  readonly figure: Figure
  readonly name: T3
  readonly place_name: T3
  readonly direction: Direction
  /** All values of the same place and grain, oldest first. */
  readonly series: readonly Figure[]
}

/** A difference to the build before. */
export interface Change {
  readonly what: 'added' | 'gone' | 'changed'
  readonly key: string
  readonly indicator: string
  readonly name: T3
  readonly place: string
  readonly place_name: T3
  readonly period: string
  readonly breakdown: string
  readonly unit: string
  readonly before: number | null
  readonly after: number | null
  readonly before_text: T3 | null
  readonly after_text: T3 | null
  readonly why: T3
}

export interface Overview extends Resource {
  readonly headlines: readonly Headline[]
  readonly plan: { readonly year: string; readonly counts: Readonly<Record<string, number>> } | null
  readonly bulletin: { readonly id: string; readonly title: T3; readonly date: string } | null
  readonly changes: readonly Change[]
  readonly changes_count: number
  readonly counts: Readonly<
    Record<'indicators' | 'observations' | 'missing' | 'records' | 'sources' | 'quarantined', number>
  >
}

export interface Place extends Named {
  readonly kind: string
  readonly parents: readonly string[]
  readonly party: string | null
  readonly lat: number | null
  readonly lon: number | null
  readonly search: string
  readonly figures: number
}

export interface Source {
  readonly id: string
  readonly title: T3
  readonly publisher: T3
  readonly url: string | null
  readonly licence: string | null
  readonly published: string | null
  readonly retrieved: string | null
  readonly vintage: string | null
  readonly priority: number
  readonly simulated: boolean
  readonly note: T3 | null
  readonly tables: readonly string[]
  readonly figures: number
}

/** An indicator as the catalogue lists it. */
export interface CatalogueEntry extends Named {
  readonly description: T3
  readonly topic: string | null
  readonly type: string
  readonly unit: string
  readonly unit_text: T3
  readonly direction: Direction
  readonly aliases: readonly string[]
  /** Identifier, names, aliases, pinyin in full and as initials, in lower case. */
  readonly search: string
  readonly places: number
  readonly periods: readonly [string, string] | null
  readonly latest: Figure | null
}

/** Everything about one indicator. */
export interface IndicatorPage extends Resource, Named {
  readonly description: T3
  readonly topic: string | null
  readonly type: string
  readonly unit: string
  readonly unit_text: T3
  readonly direction: Direction
  readonly decimals: number | null
  readonly cumulative: boolean
  readonly aliases: readonly string[]
  readonly hk_mo: { readonly rule: string; readonly text: T3; readonly note: T3 | null }
  readonly note: T3 | null
  readonly formula: T3
  readonly filter: string | null
  readonly counting: 'full' | 'fractional' | null
  readonly shown_rule: readonly string[]
  readonly definition: { readonly file: string; readonly line: number; readonly version: string } | null
  readonly breakdowns: readonly { readonly field: string; readonly field_name: T3; readonly values: readonly string[] }[]
  readonly uses: readonly Named[]
  readonly used_by: readonly Named[]
  readonly composites: readonly string[]
  readonly citation: T3
  readonly figures: readonly Figure[]
  readonly others: readonly Figure[]
}

/** The report on the data of a build. */
export interface Quality extends Resource {
  readonly parts: readonly {
    readonly table: string
    readonly kind: string
    readonly kind_name: T3
    readonly file: string
    readonly source: string
    readonly sha256: string
    readonly read: number
    readonly stored: number
    readonly quarantined: number
    readonly reasons: Readonly<Record<string, number>>
  }[]
  readonly quarantined: readonly {
    readonly file: string
    readonly line: number
    readonly reasons: readonly string[]
    readonly row: Readonly<Record<string, unknown>>
  }[]
  readonly quarantined_count: number
  readonly reasons: Readonly<Record<string, string>>
  readonly corrections: readonly {
    readonly table: string
    readonly match: Readonly<Record<string, unknown>>
    readonly expect: Readonly<Record<string, unknown>>
    readonly set: Readonly<Record<string, unknown>>
    readonly why: T3
    readonly who: T3
    readonly until: string | null
    readonly rows: number
  }[]
  readonly warnings: readonly {
    readonly code: string
    readonly title: string
    readonly message: string
    readonly where: string
    readonly hint: string
    readonly severity: 'error' | 'warning'
  }[]
  readonly coverage: readonly {
    readonly indicator: string
    readonly grain: string
    readonly matched: number
    readonly unplaced: number
    readonly undated: number
  }[]
  readonly builds: readonly BuildInfo[]
  readonly changes: readonly Change[]
  readonly changes_count: number
}

/** Answer to a request that failed (RFC 9457). */
export interface Problem {
  readonly title?: string
  readonly status?: number
  readonly code?: string
  readonly detail?: string
  readonly hint?: string | null
  readonly where?: string | null
}

/** Resources by name; those with an identifier in their name are typed where they are asked for. */
export interface Resources {
  meta: Meta
  overview: Overview
  places: Listed<Place>
  sources: Listed<Source>
  indicators: Listed<CatalogueEntry>
  quality: Quality
}
