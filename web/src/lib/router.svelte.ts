// Addresses: `#/<language>/<page>/…?<query>`. They work on a server, on a file server and from disk, and everything
// that a reader can set on a page is in them, so that any view can be sent to somebody else.
import { isLanguage, preferredLanguage, type Language } from './languages'

export interface Route {
  readonly language: Language
  /** Parts after the language, decoded; empty on the overview. */
  readonly path: readonly string[]
  readonly query: Readonly<Record<string, string>>
}

export type Query = Readonly<Record<string, string | number | null | undefined>>

const STORED = 'ceyuan-language'

function stored(): Language | undefined {
  try {
    const value = localStorage.getItem(STORED) ?? undefined
    return isLanguage(value) ? value : undefined
  } catch {
    return undefined // storage is refused, as from some disks
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Reads an address; a missing or unknown language is replaced by the reader's. */
export function parse(hash: string): Route {
  const [before = '', after = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s)
  const parts = before.split('/').filter(Boolean).map(decode)
  const first = parts[0]
  const language = isLanguage(first) ? first : (stored() ?? preferredLanguage(navigator.languages))
  return {
    language,
    path: isLanguage(first) ? parts.slice(1) : parts,
    query: Object.fromEntries(new URLSearchParams(after)),
  }
}

/** Characters that are legal in a fragment stay readable. */
const encode = (text: string) => encodeURIComponent(text).replace(/%(3D|3B|2C|3A|40|7E)/g, decode)

export function format(language: Language, path: readonly string[], query: Query = {}): string {
  const set = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '')
  const search = new URLSearchParams(set.map(([key, value]) => [key, String(value)])).toString()
  return '#/' + [language, ...path.map(encode)].join('/') + (search ? `?${search}` : '')
}

let current = $state.raw<Route>(parse(location.hash))

export const route = {
  get language() {
    return current.language
  },
  get path() {
    return current.path
  },
  get query() {
    return current.query
  },
}

/** Address of a page in the current language: `href('indicators', id)`; the last argument may be the query. */
export function href(...parts: readonly (string | Query)[]): string {
  const last = parts.at(-1)
  const query = typeof last === 'object' ? last : {}
  return format(current.language, parts.filter((part) => typeof part === 'string'), query)
}

/** The same page in another language. */
export function inLanguage(language: Language): string {
  return format(language, current.path, current.query)
}

export function navigate(to: string, options: { replace?: boolean } = {}): void {
  if (options.replace) history.replaceState(null, '', to)
  else history.pushState(null, '', to)
  arrive()
}

/** Address of this page with some of the query changed; `null` removes. */
export function withQuery(change: Query): string {
  return format(current.language, current.path, { ...current.query, ...change })
}

/** Changes the query; replaces the entry of the history by default, so that Back leaves the page. */
export function setQuery(change: Query, options: { replace?: boolean } = { replace: true }): void {
  const to = withQuery(change)
  if (to !== location.hash) navigate(to, options)
}

let left = ''
function arrive(): void {
  const next = parse(location.hash)
  current = next
  try {
    localStorage.setItem(STORED, next.language)
  } catch {
    // nothing to keep it in
  }
  const page = next.path.join('/')
  if (page !== left) window.scrollTo(0, 0)
  left = page
}

/** Listens to the browser; the start of the site calls it once. */
export function startRouter(): void {
  window.addEventListener('hashchange', arrive)
  window.addEventListener('popstate', arrive)
  const whole = format(current.language, current.path, current.query)
  if (location.hash !== whole) history.replaceState(null, '', whole)
  left = current.path.join('/')
  arrive()
}
