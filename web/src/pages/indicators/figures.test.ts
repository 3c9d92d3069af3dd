import { describe, expect, it } from 'vitest'
import { roundReach } from './figures'

describe('reach of an axis', () => {
  it('holds all values between round ends', () => {
    expect(roundReach([2.1, 6.83])).toEqual({ min: 2, max: 8, interval: 2 })
    expect(roundReach([1, 2, 5], 1)).toEqual({ min: 1, max: 5, interval: 2 })
  })
  it('is never empty, whatever the values', () => {
    for (let i = 0; i < 2000; i++) {
      const size = 10 ** ((i % 13) - 4)
      const values = [Math.random() * size, Math.random() * size - size / 2]
      for (const of of [values, [values[0] ?? 0], [0]]) {
        const { min, max, interval } = roundReach(of)
        expect(min).toBeLessThanOrEqual(Math.min(...of))
        expect(max).toBeGreaterThanOrEqual(Math.max(...of))
        expect(max).toBeGreaterThan(min)
        expect((max - min) / interval).toBeLessThan(6)
      }
    }
  })
})
