// An index put together again under other choices: the arithmetic of ceyuan.composite.aggregate, in the browser.
// Weighted means leave missing members out; a score is missing where too few members have a value. Nothing here reads
// the page or the address.
import type { Node, PeriodResult } from '$gen/api'

/** A value for each place, in the order of the places. */
export type Row = readonly (number | null)[]

export const METHODS = ['arithmetic', 'geometric', 'harmonic', 'generalised', 'copeland'] as const
export type Method = (typeof METHODS)[number]

/** Scales that values can be brought onto here; `declared` takes the server's. */
export const SCALES = ['declared', 'minmax', 'zscore', 'percent_rank', 'fraction_of_max'] as const
export type Scale = (typeof SCALES)[number]

export interface Rule {
  readonly method: Method
  /** Exponent of the generalised mean. */
  readonly power: number
}

export interface Choices {
  readonly scale: Scale
  /** Code → weight among its siblings; a code that is not there keeps its declared one. */
  readonly weights: Readonly<Record<string, number>>
  /** Group → rule; a group that is not there keeps its declared one. */
  readonly rules: Readonly<Record<string, Rule>>
}

export const DECLARED: Choices = { scale: 'declared', weights: {}, rules: {} }

/** A value that a mean is not defined for. */
export class UndefinedMean extends Error {
  constructor(
    readonly group: string,
    readonly member: string,
    readonly unit: string,
    readonly method: Method,
    readonly value: number,
  ) {
    super(`${method} mean of ${group}: ${member} of ${unit} is ${value}`)
  }
}

export interface Tree {
  readonly byCode: ReadonlyMap<string, Node>
  /** Group → members. */
  readonly members: ReadonlyMap<string, readonly Node[]>
  /** Groups, each behind its members. */
  readonly groups: readonly Node[]
  readonly indicators: readonly Node[]
}

export function treeOf(structure: readonly Node[]): Tree {
  const members = new Map<string, Node[]>()
  for (const node of structure) {
    if (node.parent !== null) members.set(node.parent, [...(members.get(node.parent) ?? []), node])
  }
  const groups = structure.filter((n) => members.has(n.code)).sort((a, b) => a.level - b.level)
  return { byCode: new Map(structure.map((n) => [n.code, n])), members, groups, indicators: structure.filter((n) => n.indicator !== null) }
}

/** The weight that a reader sees: the declared one where the weights used are in proportion to it. */
export function shownWeights(tree: Tree): Readonly<Record<string, number>> {
  return Object.assign({}, ...[...tree.members.values()].map(shownAmong)) as Record<string, number>
}

function shownAmong(siblings: readonly Node[]): Record<string, number> {
  const first = siblings[0]
  const same = siblings.every(
    (n) => first && Math.abs(n.weight * first.declared_weight - first.weight * n.declared_weight) < 1e-9,
  )
  return Object.fromEntries(siblings.map((n) => [n.code, same ? n.declared_weight : n.weight]))
}

export function ruleOf(node: Node, choices: Choices): Rule {
  return choices.rules[node.code] ?? { method: (node.method ?? 'arithmetic') as Method, power: node.power ?? 1 }
}

const known = (v: number | null): v is number => v !== null
const valuesOf = (row: Row): number[] => row.filter(known)

/** Competition ranks from below or above; values equal to twelve digits of the largest share one. */
export function ranks(row: Row, descending = true): (number | null)[] {
  const largest = Math.max(0, ...valuesOf(row).map(Math.abs))
  const unit = largest > 0 ? 10 ** (Math.ceil(Math.log10(largest)) - 12) : 1
  const rounded = row.map((v) => (v === null ? null : Math.round(v / unit)))
  const present = rounded.filter(known)
  return rounded.map((v) => (v === null ? null : 1 + present.filter((o) => (descending ? o > v : o < v)).length))
}

/** One indicator's values on a scale on which more is better, over the units of one period. */
export function scaled(row: Row, direction: string, scale: Exclude<Scale, 'declared'>): (number | null)[] {
  const sign = direction === 'lower' ? -1 : 1
  const y = row.map((v) => (v === null ? null : sign * v))
  const all = valuesOf(y)
  const [low, high] = [Math.min(...all), Math.max(...all)]
  const over = (f: (v: number) => number) => y.map((v) => (v === null ? null : f(v)))
  const finite = (values: (number | null)[]) => values.map((v) => (v !== null && Number.isFinite(v) ? v : null))
  switch (scale) {
    case 'minmax':
      return finite(over((v) => ((v - low) / (high - low)) * 99 + 1))
    case 'zscore': {
      const mean = all.reduce((s, v) => s + v, 0) / all.length
      const deviation = Math.sqrt(all.reduce((s, v) => s + (v - mean) ** 2, 0) / (all.length - 1))
      return finite(over((v) => (v - mean) / deviation))
    }
    case 'percent_rank':
      return finite(ranks(y, false).map((r) => (r === null ? null : (r - 1) / (all.length - 1))))
    case 'fraction_of_max':
      return finite(row.map((v) => (v === null ? null : sign > 0 ? v / high : -high / v)))
  }
}

/** Values before they were brought onto a scale: the last step before `normalised`. */
export function beforeScaling(period: PeriodResult, code: string): Row | undefined {
  const stages = Object.entries(period.stages[code] ?? {}).filter(([name]) => name !== 'normalised')
  return stages.at(-1)?.[1]
}

/** Shares of the weight among the members that have a value, 0 for the others. */
export function shares(values: Row, weights: readonly number[]): number[] {
  const own = values.map((v, i) => (v === null ? 0 : (weights[i] ?? 0)))
  const total = own.reduce((s, w) => s + w, 0)
  return own.map((w) => (total === 0 ? 0 : w / total))
}

function refuses(rule: Rule, value: number): boolean {
  switch (rule.method) {
    case 'geometric':
      return value <= 0
    case 'harmonic':
      return value === 0
    case 'generalised':
      return rule.power < 0 ? value <= 0 : !Number.isInteger(rule.power) && value < 0
    default:
      return false
  }
}

function mean(values: Row, weights: readonly number[], rule: Rule): number | null {
  const share = shares(values, weights)
  if (share.every((s) => s === 0)) return null
  const sum = (f: (v: number) => number) => values.reduce<number>((s, v, i) => (v === null ? s : s + (share[i] ?? 0) * f(v)), 0)
  let result: number
  switch (rule.method) {
    case 'geometric':
      result = Math.exp(sum(Math.log))
      break
    case 'harmonic':
      result = 1 / sum((v) => 1 / v)
      break
    case 'generalised':
      result = sum((v) => v ** rule.power) ** (1 / rule.power)
      break
    default:
      result = sum((v) => v)
  }
  return Number.isFinite(result) ? result : null
}

/** Outranking of all pairs of units. */
function copeland(columns: readonly Row[], weights: readonly number[], units: number): number[] {
  const duel = (a: number, b: number): number => {
    let [won, weight] = [0, 0]
    columns.forEach((column, i) => {
      const [x, y] = [column[a] ?? null, column[b] ?? null]
      if (x === null || y === null) return
      weight += weights[i] ?? 0
      won += (weights[i] ?? 0) * (x > y ? 1 : x === y ? 0.5 : 0)
    })
    const share = weight > 0 ? won / weight : 0.5
    return Math.abs(share - 0.5) <= 1e-12 ? 0 : Math.sign(share - 0.5)
  }
  const scores = new Array<number>(units).fill(0)
  for (let a = 0; a < units; a++) {
    for (let b = a + 1; b < units; b++) {
      const d = duel(a, b)
      scores[a] = (scores[a] ?? 0) + d
      scores[b] = (scores[b] ?? 0) - d
    }
  }
  return scores
}

export interface Composed {
  /** Code → values on the scale chosen, and scores of groups. */
  readonly columns: Readonly<Record<string, Row>>
  /** Code → ranks, 1 the best. */
  readonly ranks: Readonly<Record<string, Row>>
}

/** The index in one period under some choices.
 *
 * @throws UndefinedMean where a mean has no place for a value.
 */
export function compose(tree: Tree, period: PeriodResult, choices: Choices): Composed {
  const columns: Record<string, Row> = {}
  const n = period.units.length
  for (const node of tree.indicators) {
    const before = choices.scale === 'declared' ? undefined : beforeScaling(period, node.code)
    const own = period.normalised[node.code] ?? new Array<null>(n).fill(null)
    columns[node.code] = before && choices.scale !== 'declared' ? scaled(before, node.direction, choices.scale) : own
  }
  for (const group of tree.groups) columns[group.code] = groupScores(tree, group, period, choices, columns)
  return { columns, ranks: Object.fromEntries(Object.entries(columns).map(([code, row]) => [code, ranks(row)])) }
}

function groupScores(tree: Tree, group: Node, period: PeriodResult, choices: Choices, columns: Readonly<Record<string, Row>>): Row {
  const members = tree.members.get(group.code) ?? []
  const weights = weightsIn(members, choices)
  const rule = ruleOf(group, choices)
  const own = members.map((m) => columns[m.code] ?? [])
  const outranked = rule.method === 'copeland' ? copeland(own, weights, period.units.length) : null
  return period.units.map((unit, u) => {
    const values = own.map((column) => column[u] ?? null)
    values.forEach((v, i) => {
      const member = members[i]
      if (v !== null && member && refuses(rule, v)) throw new UndefinedMean(group.code, member.code, unit, rule.method, v)
    })
    const present = values.filter(known).length / members.length
    if (present === 0 || present < (group.min_share ?? 0) - 1e-12) return null
    return outranked ? (outranked[u] ?? null) : mean(values, weights, rule)
  })
}

/** Weights of siblings: once one of them is changed, all are taken on the scale that the reader sees. */
export function weightsIn(siblings: readonly Node[], choices: Choices): number[] {
  const changed = siblings.some((n) => n.code in choices.weights)
  if (!changed) return siblings.map((n) => n.weight)
  const shown = shownAmong(siblings)
  return siblings.map((n) => choices.weights[n.code] ?? shown[n.code] ?? n.weight)
}

/** Largest difference, relative to the largest score, between the server's scores and those composed here. */
export function discrepancy(tree: Tree, period: PeriodResult, top: string): number {
  let worst = 0
  const composed = compose(tree, period, DECLARED)
  for (const code of new Set([...Object.keys(period.scores), top])) {
    const [theirs, ours] = [period.scores[code] ?? [], composed.columns[code] ?? []]
    const largest = Math.max(1e-300, ...valuesOf(theirs).map(Math.abs))
    theirs.forEach((v, i) => {
      const own = ours[i] ?? null
      worst = Math.max(worst, v === null || own === null ? (v === own ? 0 : Infinity) : Math.abs(v - own) / largest)
    })
  }
  return worst
}

export interface Share {
  readonly code: string
  /** Weight's share among the members of its group that have a value. */
  readonly share: number
  /** What it adds to the index: null where a mean that does not add up stands between. */
  readonly adds: number | null
}

/** For one unit, what every code adds to the index, down to the indicators. */
export function decompose(tree: Tree, composed: Composed, choices: Choices, top: string, unit: number): ReadonlyMap<string, Share> {
  const out = new Map<string, Share>()
  const walk = (group: string, factor: number | null): void => {
    const members = tree.members.get(group) ?? []
    const node = tree.byCode.get(group)
    const adds = node && ruleOf(node, choices).method === 'arithmetic' ? factor : null
    const values = members.map((m) => composed.columns[m.code]?.[unit] ?? null)
    const share = shares(values, weightsIn(members, choices))
    members.forEach((m, i) => {
      const own = adds === null ? null : adds * (share[i] ?? 0)
      const value = values[i] ?? null
      out.set(m.code, { code: m.code, share: share[i] ?? 0, adds: own === null || value === null ? null : own * value })
      walk(m.code, own)
    })
  }
  walk(top, 1)
  return out
}

/** Whether every group down to the indicators adds up. */
export const addsUp = (tree: Tree, choices: Choices): boolean =>
  tree.groups.every((group) => ruleOf(group, choices).method === 'arithmetic')
