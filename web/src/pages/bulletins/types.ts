// Shapes of `bulletins`, `bulletins/{id}` and `editions/{id}`.
import type { Language, T3 } from '$lib/languages'
import type { Figure, Listed, Resource, Verdict } from '$lib/types'

export interface BulletinItem {
  readonly id: string
  readonly title: T3
  readonly date: string
  readonly current: boolean
}

export interface EditionItem {
  readonly id: string
  readonly bulletin: string
  readonly title: T3
  readonly date: string
  readonly from_build: string
}

interface Bad {
  readonly file: string
  readonly code: string
  readonly message: string
  readonly hint: string
}

export interface Bulletins extends Listed<BulletinItem> {
  readonly editions: readonly EditionItem[]
  readonly unreadable: readonly Bad[]
  readonly damaged: readonly Bad[]
}

export interface Inline {
  readonly text: string
  readonly figure: string | null
  readonly strong: boolean
  readonly emphasis: boolean
  readonly break: boolean
}
export type Inlines = readonly Inline[]

export interface Heading {
  readonly type: 'heading'
  readonly level: number
  readonly inline: Inlines
}
export interface Drawing {
  readonly type: 'chart' | 'map'
  readonly id: string
  readonly title: string
  readonly note: string
  readonly svg: string
  readonly rows: readonly { readonly label: string; readonly figure: string; readonly text: string }[]
}
export type Block =
  | Heading
  | Drawing
  | { readonly type: 'paragraph'; readonly inline: Inlines }
  | { readonly type: 'list'; readonly ordered: boolean; readonly items: readonly Inlines[]; readonly depths: readonly number[] }
  | { readonly type: 'table'; readonly head: readonly Inlines[]; readonly rows: readonly (readonly Inlines[])[] }

export interface Note {
  readonly number: number
  readonly key: string
  readonly heading: string
  readonly text: string
  readonly lines: readonly { readonly label: string; readonly text: string }[]
  readonly simulated: boolean
}

export interface Doc {
  readonly title: string
  readonly subtitle: string
  readonly issuer: string
  readonly date: string
  readonly blocks: readonly Block[]
  readonly keys: readonly string[]
  readonly computed: Readonly<
    Record<string, { readonly how: string; readonly text: string; readonly inputs: readonly string[] }>
  >
  readonly notes: readonly Note[]
}

export interface BulletinPage extends Resource {
  readonly id: string
  readonly title: T3
  readonly date: string
  readonly current: boolean
  readonly documents: Readonly<Record<Language, Doc>>
  readonly figures: Readonly<Record<string, Figure>>
  readonly verdicts: Readonly<Record<string, Verdict>>
}

/** A figure as an edition stated it, beside today's. */
export interface Said {
  readonly text: T3
  readonly value: number | null
  readonly unit: string
  readonly how: string
  readonly now: Figure | null
  readonly changed: boolean
}

export interface EditionPage extends Resource {
  readonly id: string
  readonly bulletin: string
  readonly title: T3
  readonly date: string
  readonly from_build: string
  readonly documents: Readonly<Record<Language, Doc>>
  readonly figures: Readonly<Record<string, Said>>
}

/** What the document needs to show a figure: today's, and how an edition differs from it. */
export interface Shown {
  readonly figure: Figure | undefined
  readonly said?: Said | undefined
}
export type FigureOf = (key: string) => Shown
