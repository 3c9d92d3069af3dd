import { expect, test } from 'vitest'
import { bibtex, csl, keyOf } from './citing'

const cited = {
  title: 'R&D {100 %} of_a #1',
  publisher: 'Ceyuan',
  address: 'https://observatory.example/en/indicators/rd_intensity/?place=gba9',
  made: '2026-11-30T14:37:46+00:00',
  seen: '2026-12-01',
  edition: '20261130T143746-b5c520b0',
  language: 'en',
  note: '',
}

test('a key has only what every program takes', () => {
  expect(keyOf(cited)).toBe('ceyuan-indicators-rd_intensity-2026-11-30')
})

test('BibTeX stays balanced and nothing in it is a command', () => {
  const text = bibtex(cited)
  const plain = text.replace(/\\[{}#$%&_]/g, '')
  expect(plain.split('{').length).toBe(plain.split('}').length)
  expect(plain).not.toMatch(/[#$%&]/)
  expect(text).toContain('title = {{R\\&D \\{100 \\%\\} of\\_a \\#1}}')
  expect(text).toContain('urldate = {2026-12-01}')
  expect(text).not.toContain('note =')
})

test('CSL-JSON has its dates as parts', () => {
  expect(csl(cited)[0]).toMatchObject({ issued: { 'date-parts': [[2026, 11, 30]] }, accessed: { 'date-parts': [[2026, 12, 1]] }, URL: cited.address })
})
