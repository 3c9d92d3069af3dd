import { local } from '$lib/messages.svelte'
import type { Figure } from '$gen/api'

/** A period in words, as a figure of it has them; as it is written in the address where none has. */
export function periodText(figures: readonly Figure[], period: string): string {
  const figure = figures.find((f) => f.period === period)
  return figure ? local(figure.period_text) : period
}
