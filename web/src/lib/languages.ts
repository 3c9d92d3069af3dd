// The three languages of the site, and texts that come in all of them.
import type { Trilingual } from '$gen/api'

export const LANGUAGES = ['zh-Hans', 'zh-Hant', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** A text in every language. */
export type { Trilingual }

/** What the switch calls each language. */
export const LANGUAGE_NAMES: Trilingual = { 'zh-Hans': '简体', 'zh-Hant': '繁體', en: 'EN' }

/** Values of the `lang` attribute: the region tells the browser which forms of the characters to draw. */
export const HTML_LANG: Trilingual = { 'zh-Hans': 'zh-Hans-CN', 'zh-Hant': 'zh-Hant-HK', en: 'en' }

export function isLanguage(text: string | undefined): text is Language {
  return (LANGUAGES as readonly (string | undefined)[]).includes(text)
}

/** The language that the browser asks for, Chinese where it asks for none of ours. */
export function preferredLanguage(asked: readonly string[]): Language {
  for (const tag of asked.map((t) => t.toLowerCase())) {
    if (tag.startsWith('zh')) return /hant|tw|hk|mo/.test(tag) ? 'zh-Hant' : 'zh-Hans'
    if (tag.startsWith('en')) return 'en'
  }
  return 'zh-Hans'
}
