import { describe, expect, it } from 'vitest'
import type { Figure } from '$gen/api'
import { flowsOf } from './flows'

const figure = (place: string, breakdown: string, value: number | null, period = '2024') =>
  ({ key: `${place} ${breakdown} ${period}`, place, breakdown, value, period }) as unknown as Figure

describe('flowsOf', () => {
  it('takes the figures of places as they are, and their totals', () => {
    const flows = flowsOf(
      [figure('a', '', 5), figure('a', 'to=b', 4), figure('b', 'to=a', 4), figure('a', 'to=c', 1), figure('a', 'to=b', 9, '2023'), figure('gba', 'from=a;to=b', 4)],
      '2024',
    )
    expect(flows.sides).toEqual(['a', 'b', 'c'])
    expect(flows.cell('a', 'b')?.value).toBe(4)
    expect(flows.cell('c', 'a')).toBeUndefined()
    expect(flows.whole('a')?.value).toBe(5)
    expect(flows.most).toBe(4)
  })

  it('takes the parts of the place around where sides are no places', () => {
    const flows = flowsOf([figure('gba', '', 9), figure('gba', 'from=hk;to=gd', 7), figure('gba', 'from=gd;to=hk', null)], '2024')
    expect(flows.cell('hk', 'gd')?.value).toBe(7)
    expect(flows.cell('gd', 'hk')).toBeUndefined()
    expect(flows.whole('hk')).toBeUndefined()
  })
})
