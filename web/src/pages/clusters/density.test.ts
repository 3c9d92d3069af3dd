import { describe, expect, it } from 'vitest'
import { coarser, levelAt, levels, placed, TILE } from './density'
import type { Density } from '$gen/api'

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
      for (const w of level.marks.w) {
        expect(w).toBeGreaterThan(0)
        expect(w).toBeLessThanOrEqual(1)
      }
  })
  it('are found by zoom, one for each', () => {
    const all = levels(density, 2)
    for (const zoom of [0, 1, 2.5, 5, 8, 12, 20]) expect(all.filter((l) => l === levelAt(all, zoom))).toHaveLength(1)
  })
})

describe('marks of tiles', () => {
  const finest = levels({ ...density, cells: [...cells, [179.99, 10, 7, 7], [-60.2, 89.9, 1, 1]] }, 2).at(-1)
  if (!finest) throw new Error('there is no level')
  it('are where Web Mercator puts them', () => {
    const zhuhai = placed(finest, 8, Math.floor(((113.525 + 180) / 360) * 256), 111)
    expect(zhuhai).toHaveLength(2)
    const [first] = zhuhai
    const tiles = ((113.525 + 180) / 360) * 256
    expect(first?.x).toBeCloseTo((tiles - Math.floor(tiles)) * TILE, 6)
    const y = ((1 - Math.asinh(Math.tan((22.225 * Math.PI) / 180)) / Math.PI) / 2) * 256
    expect(first?.y).toBeCloseTo((y - 111) * TILE, 6)
  })
  it('are lost in none, and at an edge drawn in both', () => {
    const all = [0, 1].flatMap((x) => [0, 1].map((y) => placed(finest, 1, x, y)))
    const here = new Set(all.flat().map((p) => p.w))
    expect(here.size).toBe(new Set(finest.marks.w).size)
    const greenwich = placed({ ...finest, cell: 30 }, 1, 0, 0).filter((p) => p.x > TILE)
    expect(greenwich.length).toBeGreaterThan(0)
  })
  it('reach across the antimeridian', () => {
    const across = placed(finest, 1, 0, 0).filter((p) => p.x < 0)
    expect(across).toHaveLength(1)
    expect(across[0]?.x).toBeCloseTo((-0.01 / 360) * TILE * 2, 6)
  })
  it('do not lie beyond where the map ends', () => expect(finest.marks.w).toHaveLength(5))
})
