import { expect, test } from 'vitest'
import { standing } from './witnesses'

const sources = new Map([
  ['report', { kin: ['reprint'] }],
  ['reprint', { kin: ['report'] }],
  ['survey', { kin: [] }],
])
const of = (...source: string[]) => ({ source })

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
