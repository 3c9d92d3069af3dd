// Addresses: `<language>/<page>/…/?<query>` below the root of the site, on a server and on any file server; in a single file,
// which has no other addresses, the same behind `#/`. Everything that a reader can set on a page is in them, so that any view
// can be sent to somebody else. Addresses of old, with the `#` on a server too, lead to the new ones.
import { embedded, embedding } from './embed'
import { isLanguage, preferredLanguage, type Language } from './languages'
import { mode, root, tellCanonical } from './site'

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

/** Whether the page stands behind `#/`: in a single file always, elsewhere in addresses of old. */
const isHashed = () => mode === 'inline' || location.hash.startsWith('#/')

/** What the browser's address says below the root of the site. */
function asked(): string {
  if (isHashed()) return location.hash.replace(/^#\/?/, '')
  return location.pathname.slice(root.pathname.length) + location.search
}

/** Reads an address below the root of the site; a missing or unknown language is replaced by the reader's. */
export function parse(address: string): Route {
  const [before = '', after = ''] = address.split(/\?(.*)/s)
  const parts = before.split('/').filter(Boolean).map(decode)
  const first = parts[0]
  const query = Object.fromEntries(new URLSearchParams(after))
  delete query['embed']
  const page = isLanguage(first) ? parts.slice(1) : parts
  if (page[0] === 'observations' && page.length > 2) query['of'] = page.splice(2).join('/') // of old
  const language = isLanguage(first) ? first : (stored() ?? preferredLanguage(navigator.languages))
  return {
    language,
    path: page,
    query,
  }
}

/** Characters that are legal in an address stay readable. */
const encode = (text: string) => encodeURIComponent(text).replace(/%(3D|3B|2C|3A|40|7E)/g, decode)

export function format(language: Language, path: readonly string[], query: Query = {}): string {
  const set = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '')
  const search = new URLSearchParams(set.map(([key, value]) => [key, String(value)])).toString()
  const page = [language, ...path.map(encode)].join('/')
  const asked = search ? `?${search}` : ''
  return mode === 'inline' ? `#/${page}${asked}` : `${root.pathname}${page}/${asked}`
}

let current = $state.raw<Route>(parse(asked()))

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
  const address = embedded ? embedding(to) : to
  if (options.replace) history.replaceState(history.state, '', address)
  else {
    keepScroll()
    history.pushState({ from: here }, '', address)
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
  if (to !== here) navigate(to, options)
}

/** Goes back to where a link of this site led here from; where nothing did, to the given address in its place. */
export function leave(to: string): void {
  const state = history.state as { from?: string } | null
  if (state?.from === to) history.back()
  else navigate(to, { replace: true })
}

/** How far each address was scrolled when it was left. */
const scrolled = new Map<string, number>()
/** The address of what is shown, as `format` writes it. */
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

/** Writes the address as it is written today: with its language, and where it came with a `#` of old, without. */
function settle(): void {
  const whole = format(current.language, current.path, current.query)
  const address = new URL(embedded ? embedding(whole) : whole, location.href).href
  if (location.href !== address && (mode === 'inline' || location.hash === '' || isHashed())) {
    history.replaceState(history.state, '', address)
  }
  here = whole
}

function arrive(back: boolean): void {
  const next = parse(asked())
  if (back && format(next.language, next.path, next.query) === here) {
    settle()
    return
  }
  const otherPage = next.path.join('/') !== page
  if (back) keepScroll()
  current = next
  settle()
  page = next.path.join('/')
  tellCanonical(format(next.language, next.path).slice(root.pathname.length))
  if (otherPage) restoreScroll(back ? (scrolled.get(here) ?? 0) : 0, back ? 20 : 0)
  try {
    localStorage.setItem(STORED, next.language)
  } catch {
    // nothing to keep it in
  }
}

/** Where a link leads within the pages of the site; null for everything else. */
function within(link: HTMLAnchorElement): string | null {
  const to = link.getAttribute('href') ?? ''
  if (mode === 'inline') return to.startsWith('#/') ? to : null
  const start = link.href.startsWith(root.href) ? link.href.slice(root.href.length) : ''
  return isLanguage(start.split(/[/?#]/)[0]) ? to : null
}

/** Links of the site are followed here, so that going forward can be told from coming back. */
function follow(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
  const link = (event.target as Element | null)?.closest?.<HTMLAnchorElement>('a[href]')
  if (!link || link.hasAttribute('target') || link.hasAttribute('download')) return
  const to = within(link)
  if (to === null) return
  event.preventDefault()
  if (to !== here) navigate(to)
}

/** Listens to the browser; the start of the site calls it once. */
export function startRouter(): void {
  history.scrollRestoration = 'manual'
  document.addEventListener('click', follow)
  window.addEventListener('hashchange', () => arrive(true))
  window.addEventListener('popstate', () => arrive(true))
  arrive(false)
}
