import { expect, test } from 'vitest'
import { PAGES } from '../routes'
import { helpFor } from './help'

const texts = import.meta.glob('../../../docs/howto/site*.md', { query: '?raw', import: 'default', eager: true }) as Record<string, string>

test.each(PAGES.map(({ id }) => id))('the help for %s is a section of the documentation in every language', (id) => {
  for (const language of ['en', 'zh-Hans', 'zh-Hant'] as const) {
    const [, file, part] = /^https:\/\/a\.org\/d\/(howto\/.*)\.html#(.*)$/.exec(helpFor(id, 'https://a.org/d/', language)) ?? []
    expect(texts[`../../../docs/${file}.md`]).toContain(`\n(${part})=\n## `)
  }
})
