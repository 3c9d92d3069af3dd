import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { Blocks, type Block } from './packed'

const pack = (documents: Record<string, unknown>): Block => ({
  names: Object.keys(documents),
  packed: gzipSync(JSON.stringify(documents)).toString('base64'),
})

it('finds every resource, however many blocks there are and in whatever order they are asked', async () => {
  const many = Array.from({ length: 30 }, (_, i) => pack({ [`a${i}`]: { n: i }, [`b${i}`]: ['粤港澳', i] }))
  const blocks = new Blocks(many)
  for (const i of [0, 29, 3, 3, 17, 0, 8, 9, 10, 11, 12, 13, 14, 15, 3]) {
    expect(await blocks.find(`a${i}`)).toEqual({ n: i })
    expect(await blocks.find(`b${i}`)).toEqual(['粤港澳', i])
  }
  expect(await blocks.find('c1')).toBeUndefined()
  expect(await new Blocks([]).find('a1')).toBeUndefined()
})
