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
  if (options.replace) history.replaceState(history.state, '', to)
  else {
    keepScroll()
    history.pushState({ from: location.hash }, '', to)
  }
  arrive(false)
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

/** Goes back to where a link of this site led here from; where nothing did, to the given address in its place. */
export function leave(to: string): void {
  const state = history.state as { from?: string } | null
  if (state?.from === to) history.back()
  else navigate(to, { replace: true })
}

/** How far each address was scrolled when it was left. */
const scrolled = new Map<string, number>()
let here = ''
let page = ''

function keepScroll(): void {
  scrolled.set(here, window.scrollY)
}

/** Scrolls to where the reader was, as soon as the page has grown so far again. */
function restoreScroll(to: number, tries = 20): void {
  window.scrollTo(0, to)
  if (Math.abs(window.scrollY - to) > 2 && tries > 0) setTimeout(() => restoreScroll(to, tries - 1), 50)
}

function arrive(back: boolean): void {
  if (back && location.hash === here) return
  const next = parse(location.hash)
  const otherPage = next.path.join('/') !== page
  if (back) keepScroll()
  current = next
  here = location.hash
  page = next.path.join('/')
  if (otherPage) restoreScroll(back ? (scrolled.get(here) ?? 0) : 0, back ? 20 : 0)
  try {
    localStorage.setItem(STORED, next.language)
  } catch {
    // nothing to keep it in
  }
}

/** Links of the site are followed here, so that going forward can be told from coming back. */
function follow(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  const link = (event.target as Element | null)?.closest?.('a[href^="#/"]')
  if (!link || link.hasAttribute('target')) return
  event.preventDefault()
  const to = link.getAttribute('href') ?? ''
  if (to !== location.hash) navigate(to)
}

/** Listens to the browser; the start of the site calls it once. */
export function startRouter(): void {
  history.scrollRestoration = 'manual'
  document.addEventListener('click', follow)
  window.addEventListener('hashchange', () => arrive(true))
  window.addEventListener('popstate', () => arrive(true))
  const whole = format(current.language, current.path, current.query)
  if (location.hash !== whole) history.replaceState(null, '', whole)
  arrive(false)
}
