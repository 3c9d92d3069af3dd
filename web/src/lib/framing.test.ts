import { expect, test } from 'vitest'
import { framed, lined } from './framing'

test('lines hold all of the text and none is too wide', () => {
  for (const text of ['研发经费投入强度'.repeat(9), 'a few words '.repeat(20), 'https://observatory.example/' + 'x'.repeat(200)]) {
    const lines = lined(text, 200, 12)
    expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''))
    for (const line of lines) expect([...line].length).toBeLessThanOrEqual(/[\u2e80-\uffef]/u.test(line) ? 17 : 40)
  }
})

test('the frame stands around the drawing and is never read as markup', () => {
  const frame = { title: 'A <b> & "c"', foot: ['Source: x < y', 'https://a.example/?b&c'], ink: '#000', soft: '#555', ground: '#fff', font: 'sans' }
  const made = framed('<svg width="300" height="100"><path d="M0 0"/></svg>', 300, 100, frame)
  const read = new RegExp('<text[^>]*>([^<]*)</text>', 'g')
  expect([...made.svg.matchAll(read)].map((m) => m[1])).toEqual(['A &lt;b&gt; &amp; &quot;c&quot;', 'Source: x &lt; y', 'https://a.example/?b&amp;c'])
  expect(made.height).toBeGreaterThan(100)
  expect(made.svg).toContain('<svg x="0" y="43" width="300"')
})
