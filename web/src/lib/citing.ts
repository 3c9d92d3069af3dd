// A page as something to be cited: in words, as BibTeX, and as CSL-JSON for reference managers.

export interface Cited {
  /** What is cited, and of which observatory. */
  readonly title: string
  /** Who publishes it. */
  readonly publisher: string
  /** The page. */
  readonly address: string
  /** Day of the data that are cited, and the day on which they were looked at (ISO 8601). */
  readonly made: string
  readonly seen: string
  /** Identifier of the build, which is the edition. */
  readonly edition: string
  /** Tag of the language (BCP 47). */
  readonly language: string
  /** What it rests on. */
  readonly note: string
}

/** A key that every program takes: the last parts of the address and the day. */
export function keyOf(cited: Cited): string {
  const path = cited.address.replace(/[?#].*$/s, '').split('/').filter((part) => /^[\w.-]+$/.test(part)).slice(-2)
  return ['ceyuan', ...path, cited.made.slice(0, 10)].join('-').replace(/[^\w-]+/g, '-')
}

/** Characters that BibTeX reads as commands. */
const texed = (text: string) =>
  text
    .replaceAll('\\', '\\textbackslash ')
    .replace(/[{}#$%&_]/g, (sign) => `\\${sign}`)
    .replaceAll('~', '\\textasciitilde ')
    .replaceAll('^', '\\textasciicircum ')

export function bibtex(cited: Cited): string {
  const fields: [string, string][] = [
    ['title', `{${texed(cited.title)}}`],
    ['publisher', `{${texed(cited.publisher)}}`],
    ['year', cited.made.slice(0, 4)],
    ['date', cited.made.slice(0, 10)],
    ['version', texed(cited.edition)],
    ['url', cited.address.replace(/[{}]/g, encodeURIComponent)],
    ['urldate', cited.seen],
    ['langid', cited.language],
    ['note', texed(cited.note)],
  ]
  const lines = fields.filter(([, value]) => value).map(([name, value]) => `  ${name} = {${value}}`)
  return `@dataset{${keyOf(cited)},\n${lines.join(',\n')}\n}\n`
}

const parts = (day: string) => ({ 'date-parts': [day.slice(0, 10).split('-').map(Number)] })

/** An item as Zotero, Mendeley and pandoc read it (CSL-JSON 1.0.2). */
export function csl(cited: Cited): object[] {
  return [
    {
      id: keyOf(cited),
      type: 'dataset',
      title: cited.title,
      publisher: cited.publisher,
      author: [{ literal: cited.publisher }],
      issued: parts(cited.made),
      accessed: parts(cited.seen),
      version: cited.edition,
      URL: cited.address,
      language: cited.language,
      note: cited.note,
    },
  ]
}
