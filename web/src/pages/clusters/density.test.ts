import { describe, expect, it } from 'vitest'
import { coarser, levels } from './density'
import type { Density } from './types'

const cells = [
  [113.525, 22.225, 10, 4],
  [113.575, 22.225, 30, 0],
  [-0.025, 51.5, 5, 5],
  [0.025, 51.5, 5, 0],
]
const density: Density = { build: 'b', cell_deg: 0.05, kinds: ['patent'], cells }

describe('coarser cells', () => {
  it('hold the same points together', () => {
    for (const times of [1, 4, 16]) {
      const sum = coarser(cells, 0.05, times, 2).reduce((s, c) => s + c[2], 0)
      expect(sum).toBe(50)
    }
  })
  it('lie in the weighted middle of what is in them', () => {
    const near = coarser(cells.slice(0, 2), 0.05, 16, 2)
    expect(near).toHaveLength(1)
    expect(near[0]?.[0]).toBeCloseTo(113.5625, 10)
  })
  it('leave out what has none of the kind', () => {
    expect(coarser(cells, 0.05, 1, 3)).toHaveLength(2)
  })
})

describe('levels', () => {
  it('follow on each other without a gap or an overlap', () => {
    const all = levels(density, 2)
    expect(all[0]?.minzoom).toBe(0)
    expect(all.at(-1)?.maxzoom).toBe(24)
    for (let i = 1; i < all.length; i++) expect(all[i]?.minzoom).toBe(all[i - 1]?.maxzoom)
  })
  it('give weights from 0 to 1', () => {
    for (const level of levels(density, 2))
      for (const f of level.marks.features) {
        expect(f.properties.w).toBeGreaterThan(0)
        expect(f.properties.w).toBeLessThanOrEqual(1)
      }
  })
})
