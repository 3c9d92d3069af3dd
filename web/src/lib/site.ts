// Where this site stands and how it was handed out: both are said in the head of its page.

/** `api`: a server answers at api/v1/…; `static`: files under data/…; `inline`: one page that holds everything. */
export type Mode = 'api' | 'static' | 'inline'

const said = (name: string) => document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content

function readMode(): Mode {
  const content = said('ceyuan-mode')
  return content === 'static' || content === 'inline' ? content : 'api'
}

export const mode: Mode = readMode()

/** Where the site begins, read before any page changes the address; a page says how far above itself that is. */
export const root = new URL(import.meta.env.DEV ? '/' : (said('ceyuan-root') ?? './'), location.href.replace(/[?#].*$/s, ''))

// What the head names beside the page stays where it is when the address of the page changes.
for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel="icon"], link[rel="alternate"]')) link.setAttribute('href', link.href)

const canonical = document.querySelector<HTMLLinkElement>('link[rel="canonical"]')
/** Where readers find the site, which behind a proxy or before publishing is another address than that of this page. */
export const home = canonical ? new URL(said('ceyuan-root') ?? './', canonical.href) : root

/** Tells search engines and those who save the page which address it has. */
export function tellCanonical(address: string): void {
  canonical?.setAttribute('href', new URL(address, home).href)
}

/** Where others find an address of this site; empty where nobody else can, as from disk. */
export function sharedAddress(address: string): string {
  if (location.protocol === 'file:') return ''
  if (mode === 'inline' || !address.startsWith(root.pathname)) return new URL(address, location.href).href
  return new URL(address.slice(root.pathname.length), home).href
}
