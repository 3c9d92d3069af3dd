import { expect, test } from 'vitest'
import { csv, dictionary, withColumn, type Sheet } from './download'

const sheet: Sheet = {
  columns: ['Period', 'Guangdong'],
  rows: [['2021', 4002.2], ['2022', null]],
  about: [undefined, { meaning: 'R&D expenditure: Guangdong', unit: '亿元' }],
}

test('unit and source stand on every row, and what is not told adds no column', () => {
  const told = withColumn(withColumn(sheet, 'Unit', '亿元', 'Measured in.'), 'Source', 'A, "B"')
  expect(csv(told)).toBe('\uFEFFPeriod,Guangdong,Unit,Source\r\n2021,4002.2,亿元,"A, ""B"""\r\n2022,,亿元,"A, ""B"""\r\n')
  expect(withColumn(sheet, 'Unit', undefined)).toBe(sheet)
})

test('a dictionary has a row for each column, with the unit of numbers alone', () => {
  const told = withColumn(sheet, 'Unit', '亿元', 'Measured in.')
  expect(dictionary(told, 'Course').rows).toEqual([
    ['Course', 'Period', 'string', undefined, 'Period'],
    ['Course', 'Guangdong', 'number', '亿元', 'R&D expenditure: Guangdong'],
    ['Course', 'Unit', 'string', undefined, 'Measured in.'],
  ])
  const text: Sheet = { columns: ['Place'], rows: [['广东']], about: [{ unit: '亿元' }] }
  expect(dictionary(text, 'Places').rows).toEqual([['Places', 'Place', 'string', undefined, 'Place']])
})
