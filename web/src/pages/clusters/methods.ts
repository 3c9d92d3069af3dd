// Methods of ranking: the run's own, and the rules of editions that every row is ranked by as well.
import type { ClusterRow, ClusterRunInfo } from '$gen/api'
import { named } from '$lib/topics'

interface Words {
  readonly ownMethod: (method: string) => string
}

/** Methods in the order of their editions; empty for the run's own. */
export const methodsOf = (rows: readonly ClusterRow[]): readonly string[] => Object.keys(rows[0]?.ranks ?? {}).sort()

export const rankUnder = (row: ClusterRow, method: string): number | null => (method === '' ? row.rank : (row.ranks[method] ?? null))

export const methodText = (run: ClusterRunInfo, method: string, m: Words): string =>
  method === '' ? m.ownMethod(run.method) : named(m, method)

const EDITIONS: Readonly<Record<string, string>> = { gii2017: '2017', gii2018: '2018–2024', gii2025: '2025' }

/** A method as a step of a chart: the editions that ranked by it. */
export const editionsOf = (method: string): string => EDITIONS[method] ?? method
