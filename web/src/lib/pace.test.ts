import { describe, expect, it } from 'vitest'
import { paceOf, STEPS } from './pace'

/** The share after so many frames that stand so many milliseconds apart. */
function after(pace: ReturnType<typeof paceOf>, frames: number, gap: number, start = 0): number {
  let share = pace.share
  for (let i = 0; i < frames; i++) share = pace.frame(start + i * gap)
  return share
}

describe('the pace of a map', () => {
  it('leaves quick frames as fine as they are', () => expect(after(paceOf(), 500, 16.7)).toBe(1))
  it('draws slow frames more coarsely, step by step, and no further than the last step', () => {
    const pace = paceOf()
    expect(after(pace, 5, 60)).toBe(STEPS[1])
    expect(after(pace, 4, 60, 300)).toBe(STEPS[2])
    expect(after(pace, 500, 60, 540)).toBe(STEPS[2])
  })
  it('does not take pauses between movements for slow frames', () => expect(after(paceOf(), 100, 1000)).toBe(1))
  it('forgives a slow frame now and then', () => {
    const pace = paceOf()
    let time = 0
    for (let i = 0; i < 200; i++) pace.frame((time += i % 4 === 0 ? 120 : 15))
    expect(pace.share).toBe(1)
  })
  it('begins the next movement a step finer, so that what was slow once does not stay coarse', () => {
    const pace = paceOf()
    after(pace, 9, 60)
    expect(pace.share).toBe(STEPS[2])
    expect(pace.frame(60_000)).toBe(STEPS[1])
    expect(pace.frame(90_000)).toBe(1)
  })
})
