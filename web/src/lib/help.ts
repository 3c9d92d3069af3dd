// Help for a page of the site: the section of the documentation that is about it.
import type { Language } from './languages'

/**
 * The address of the help for a page, by the first part of the page's own address ('' for the overview). Readers of either Chinese
 * script get the Chinese page.
 */
export function helpFor(page: string, docs: string, language: Language): string {
  const [file, part] = language === 'en' ? ['site', ''] : ['site.zh-Hans', '-zh']
  return `${docs.replace(/\/+$/, '')}/howto/${file}.html#site-${page || 'overview'}${part}`
}
