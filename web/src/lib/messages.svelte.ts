// Messages in three languages. English gives the type: a language that lacks a key, or has one too many, does not compile.
import { route } from './router.svelte'
import type { Language, Trilingual } from './languages'

/** A message: a text, or a function of what is put into it. */
type Message = string | ((...parts: never[]) => string)
type Catalogue = Readonly<Record<string, Message>>
type Same<T extends Catalogue> = {
  readonly [K in keyof T]: T[K] extends (...parts: infer P) => string ? (...parts: P) => string : string
}

/** A page's or component's catalogue; `const m = $derived(words())` follows the reader's language. */
export function messages<T extends Catalogue>(
  all: { readonly en: T } & { readonly [L in Exclude<Language, 'en'>]: Same<NoInfer<T>> },
): () => Same<T> {
  return () => all[route.language] as Same<T>
}

/** A text of the data in the reader's language. */
export function local(text: Trilingual): string {
  return text[route.language] || text.en
}

const HAN = /\p{Script=Han}/u
const LATIN_WORDS = /[A-Za-z]{2,}[\s,.:;–-]+[A-Za-z]{2,}/

/** Value of `lang` for a text of the data that is in another language than the page, such as the title of a foreign source. */
export function tongue(text: string): 'zh' | 'en' | undefined {
  if (route.language === 'en') return HAN.test(text) ? 'zh' : undefined
  return !HAN.test(text) && LATIN_WORDS.test(text) ? 'en' : undefined
}

/** Several names one after the other, as the language divides them. */
export function listed(names: readonly string[]): string {
  return names.join(route.language === 'en' ? ', ' : '、')
}

/** A plain count, grouped as the language does: 12,345. Figures are never written by it: they come written. */
export function count(n: number): string {
  return new Intl.NumberFormat(route.language === 'en' ? 'en' : 'zh').format(n)
}

/** A plain number for charts' axes and tables of raw values. */
export function number(value: number | null, digits = 4): string {
  if (value === null) return ''
  return new Intl.NumberFormat(route.language === 'en' ? 'en' : 'zh', { maximumFractionDigits: digits }).format(value)
}

/** A share of 1 in per cent, for chances and weights: 22.9%. */
export function percent(share: number | null, digits = 1): string {
  if (share === null) return ''
  return new Intl.NumberFormat(route.language === 'en' ? 'en' : 'zh', { style: 'percent', maximumFractionDigits: digits }).format(share)
}

/** A date as the language writes it: 25 November 2026; 2026年11月25日; a year or month alone stays one. */
export function date(iso: string): string {
  const part = /^(\d{4})(-\d{2})?(-\d{2})?$/.exec(iso)
  const parsed = new Date(part ? `${part[1]}${part[2] ?? '-01'}${part[3] ?? '-01'}T00:00:00` : iso)
  if (Number.isNaN(parsed.getTime())) return iso
  const tag = { en: 'en-GB', 'zh-Hans': 'zh-CN', 'zh-Hant': 'zh-HK' }[route.language]
  return new Intl.DateTimeFormat(tag, {
    year: 'numeric',
    ...(part && !part[2] ? {} : { month: 'long' }),
    ...(part && !part[3] ? {} : { day: 'numeric' }),
  }).format(parsed)
}
