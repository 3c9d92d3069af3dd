// What the text that is open says of its figures: shown where one of them is traced.
import type { Verdict } from './verdicts'

export interface Stated {
  /** Identifier of the text among the communiqués. */
  readonly text: string
  readonly verdicts: Readonly<Record<string, Verdict>>
}

let current = $state.raw<Stated | null>(null)

export const stated = {
  get current() {
    return current
  },
  /** Puts it up; the function that comes back takes it down. */
  show(text: Stated): () => void {
    current = text
    return () => {
      if (current === text) current = null
    }
  },
}
