// Charts on other people's pages: an address of the site with `?embed` shows one chart without the frame.

/** Whether this page stands inside another one as a single chart. */
export const embedded = new URLSearchParams(location.search).has('embed')

/** The address that shows the chart of an address alone. */
export function embedding(address: string): string {
  const url = new URL(address, location.href)
  const query = url.search.replace(/^\?/, '')
  url.search = query ? `?embed&${query}` : '?embed'
  return url.href
}

/** HTML for somebody else's page that shows the chart at a route; null where the site has no address of its own. */
export function embedCode(route: string, title: string, height: number): string | null {
  if (location.protocol === 'file:') return null
  const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;')
  return `<iframe src="${escaped(embedding(route))}" title="${escaped(title)}" width="100%" height="${height}" loading="lazy" style="border:0"></iframe>`
}

/** Address of the whole page that an embedded chart is from. */
export function wholePage(route: string): string {
  const url = new URL(location.href)
  url.search = ''
  return new URL(route, url).href
}
