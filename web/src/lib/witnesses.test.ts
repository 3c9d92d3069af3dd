import { expect, test } from 'vitest'
import { standing } from './witnesses'

const sources = new Map([
  ['report', { kin: ['reprint'], measures: [] }],
  ['reprint', { kin: ['report'], measures: [] }],
  ['speech', { kin: [], measures: [] }],
  ['survey', { kin: [], measures: ['rd'] }],
])
const of = (...source: string[]) => ({ source, indicator: 'rd' })

test('a reprint is no witness for what it reprints', () => {
  expect(standing(of('report'), of('reprint'), sources)).toBe('kin')
})

test('what was made of several sources is independent only if all of them are', () => {
  expect(standing(of('survey'), of('report'), sources)).toBe('independent')
  expect(standing(of('survey', 'reprint'), of('report'), sources)).toBe('kin')
  expect(standing(of('survey', 'report'), of('report'), sources)).toBe('same')
})

test('a figure that names no source is no witness', () => {
  expect(standing(of(), of('report'), sources)).toBe('kin')
})

test('what tells the measurement of another is no witness beside it, unless it measures itself', () => {
  expect(standing(of('speech'), of('report'), sources)).toBe('independent')
  expect(standing(of('speech'), of('report'), sources, true)).toBe('measured')
  expect(standing(of('survey'), of('report'), sources, true)).toBe('independent')
})
