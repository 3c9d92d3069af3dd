import { expect, test } from 'vitest'
import { broken } from './course'

test('missing editions leave a gap of their width, and the line is broken there', () => {
  const points = broken([2017, 2022, 2023], [2, 2, 1])
  expect(points.map((p) => p.at)).toEqual([2017, 2019.5, 2022, 2023])
  expect(points.map((p) => p.value)).toEqual([2, null, 2, 1])
  expect(points.map((p) => p.step)).toEqual([0, 1, 1, 2])
})

test('a step without a value breaks the line, too', () => {
  expect(broken([2022, 2023, 2024], [1, null, 3]).map((p) => p.value)).toEqual([1, null, 3])
})
