// Charts on other people's pages: the site's address with `?embed` before the `#` shows one chart without the frame.

/** Whether this page stands inside another one as a single chart. */
export const embedded = new URLSearchParams(location.search).has('embed')

/** HTML for somebody else's page that shows the chart at a route; null where the site has no address of its own. */
export function embedCode(route: string, title: string, height: number): string | null {
  if (location.protocol === 'file:') return null
  const address = `${location.origin}${location.pathname}?embed${route}`
  const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;')
  return `<iframe src="${escaped(address)}" title="${escaped(title)}" width="100%" height="${height}" loading="lazy" style="border:0"></iframe>`
}

/** Address of the whole page that an embedded chart is from. */
export const wholePage = (route: string): string => `${location.origin}${location.pathname}${route}`
