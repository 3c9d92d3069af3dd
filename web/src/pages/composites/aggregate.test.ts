/// <reference types="node" />
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { addsUp, compose, DECLARED, decompose, discrepancy, ranks, scaled, treeOf, UndefinedMean, type Choices, type Method } from './aggregate'
import { isDeclared, readChoices, writeChoices } from './choices'
import type { CompositePage, Node, PeriodResult } from '$gen/api'

const name = { en: '', 'zh-Hans': '', 'zh-Hant': '' }
const node = (code: string, parent: string | null, level: number, more: Partial<Node> = {}): Node => ({
  code, name, parent, level, weight: 1, declared_weight: 1, direction: 'higher', indicator: level === 1 ? code : null, breakdown: '',
  denominator: null, method: level === 1 ? null : 'arithmetic', power: null, min_share: level === 1 ? null : 0, ...more,
})
const STRUCTURE = [node('a', 'g', 1), node('b', 'g', 1), node('c', 'top', 1), node('g', 'top', 2), node('top', null, 3)]
const tree = treeOf(STRUCTURE)
const A = [1, 4, null, 9]
const B = [4, 1, 2, 16]
const C = [10, 20, 30, null]
const period = {
  period: '2025', units: ['w', 'x', 'y', 'z'], normalised: { a: A, b: B, c: C },
  stages: { a: { raw: A, normalised: A }, b: { raw: B, normalised: B }, c: { raw: C, normalised: C } },
  scores: {}, ranks: {}, statuses: {}, figures: {}, denominators: {}, intervals: [], left_out: {},
} as unknown as PeriodResult
const using = (method: Method, power = 1): Choices => ({ ...DECLARED, rules: { g: { method, power } } })
const g = (choices: Choices) => compose(tree, period, choices).columns['g']

describe('means', () => {
  it('leave missing members out', () => {
    expect(g(DECLARED)).toEqual([2.5, 2.5, 2, 12.5])
    expect(g(using('geometric'))?.map((v) => v && +v.toFixed(9))).toEqual([2, 2, 2, 12])
    expect(g(using('harmonic'))?.[0]).toBeCloseTo(1.6, 12)
    expect(g(using('generalised', 0.5))?.[3]).toBeCloseTo(12.25, 12)
  })
  it('keep their order: harmonic, geometric, generalised below one, arithmetic', () => {
    const [h, geo, half, mean] = [using('harmonic'), using('geometric'), using('generalised', 0.5), DECLARED].map((c) => g(c)?.[3] ?? 0)
    expect(h).toBeLessThan(geo ?? 0)
    expect(geo).toBeLessThan(half ?? 0)
    expect(half).toBeLessThan(mean ?? 0)
  })
  it('are missing where too few members have a value', () => {
    const strict = treeOf(STRUCTURE.map((n) => (n.code === 'g' ? { ...n, min_share: 1 } : n)))
    expect(compose(strict, period, DECLARED).columns['g']).toEqual([2.5, 2.5, null, 12.5])
  })
  it('refuse what they are not defined for, naming the cell', () => {
    const zero = { ...period, normalised: { ...period.normalised, a: [0, 4, null, 9] } }
    expect(() => compose(tree, zero, using('geometric'))).toThrow(UndefinedMean)
    expect(() => compose(tree, zero, using('arithmetic'))).not.toThrow()
  })
  it('count wins less losses in pairs (Copeland)', () => {
    // w and x tie (each ahead once), w beats y, y beats x (on b, the only one that both have), z beats all.
    expect(g(using('copeland'))).toEqual([0, -2, -1, 3])
  })
})

describe('weights', () => {
  it('do not change a score when all of a group are multiplied by one number', () => {
    const same = compose(tree, period, { ...DECLARED, weights: { a: 7, b: 7 } }).columns['g']
    expect(same).toEqual(g(DECLARED))
  })
  it('of zero leave a member out', () => {
    expect(compose(tree, period, { ...DECLARED, weights: { a: 0 } }).columns['g']).toEqual(B)
  })
  it('of zero for all members leave no score', () => {
    expect(compose(tree, period, { ...DECLARED, weights: { a: 0, b: 0 } }).columns['g']).toEqual([null, null, null, null])
  })
})

describe('a score', () => {
  it('is the sum of what its indicators add, where all means are arithmetic', () => {
    const composed = compose(tree, period, DECLARED)
    const parts = decompose(tree, composed, DECLARED, 'top', 0)
    const sum = ['a', 'b', 'c'].reduce((s, code) => s + (parts.get(code)?.adds ?? 0), 0)
    expect(sum).toBeCloseTo(composed.columns['top']?.[0] ?? NaN, 12)
    expect(addsUp(tree, DECLARED)).toBe(true)
  })
  it('is not taken for a sum where they are not', () => {
    const choices = using('geometric')
    const parts = decompose(tree, compose(tree, period, choices), choices, 'top', 0)
    expect(parts.get('a')?.adds).toBeNull()
    expect(parts.get('g')?.adds).not.toBeNull()
    expect(addsUp(tree, choices)).toBe(false)
  })
})

describe('ranks and scales', () => {
  it('share a rank where values are equal but for rounding', () => {
    expect(ranks([0.1 + 0.2, 0.3, null, 1])).toEqual([2, 2, null, 1])
  })
  it('turn what is better when lower', () => {
    expect(scaled([1, 2, 3], 'lower', 'minmax')).toEqual([100, 50.5, 1])
    expect(scaled([1, 2, 4], 'lower', 'fraction_of_max')).toEqual([1, 0.5, 0.25])
    expect(scaled([1, null, 4], 'higher', 'percent_rank')).toEqual([0, null, 1])
  })
  it('are missing where nothing differs', () => {
    expect(scaled([2, 2], 'higher', 'zscore')).toEqual([null, null])
  })
})

describe('the address', () => {
  it('holds only what was changed, and reads back the same', () => {
    const choices: Choices = { scale: 'minmax', weights: { a: 2.5, b: 1 }, rules: { top: { method: 'generalised', power: 0.5 }, g: { method: 'arithmetic', power: 1 } } }
    const written = writeChoices(choices, tree)
    expect(written).toEqual({ w: 'a:2.5', m: 'top:generalised~0.5', scale: 'minmax' })
    const query = Object.fromEntries(Object.entries(written).map(([k, v]) => [k, v ?? '']))
    expect(writeChoices(readChoices(query, tree), tree)).toEqual(written)
  })
  it('is not believed where it makes no sense', () => {
    const choices = readChoices({ w: 'a:-1,zz:2,b:x,top:3,c:', m: 'g:best,a:geometric,top:generalised~0', scale: 'magic' }, tree)
    expect(isDeclared(choices, tree)).toBe(true)
  })
})

// The server's own answers, where a test of the pages has written them: tests/site/test_composites.py.
const folder = process.env['CEYUAN_COMPOSITES'] ?? ''
describe.skipIf(!folder)('the server’s indices', () => {
  for (const file of folder.split(',').filter((f) => f && existsSync(f))) {
    const index = JSON.parse(readFileSync(file, 'utf-8')) as CompositePage
    const own = treeOf(index.structure)
    for (const result of index.periods) {
      it(`${index.id} ${result.period} comes out the same to 1e-9`, () => {
        expect(discrepancy(own, result, index.top)).toBeLessThan(1e-9)
        expect(compose(own, result, DECLARED).ranks[index.top]).toEqual(result.ranks[index.top])
      })
    }
  }
})
