// Names of economies by their ISO 3166 codes, from the browser's own tables.
import { HTML_LANG } from '$lib/languages'
import { route } from '$lib/router.svelte'

export function economies(codes: readonly string[]): string {
  const names = new Intl.DisplayNames([HTML_LANG[route.language]], { type: 'region', style: 'short', fallback: 'code' })
  const list = new Intl.ListFormat([HTML_LANG[route.language]], { type: 'unit' })
  return list.format(codes.map((code) => (/^[A-Z]{2}$/.test(code) ? (names.of(code) ?? code) : code)))
}
