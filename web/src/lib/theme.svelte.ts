// Light or dark: as the system says until the reader chooses.
import { flushSync } from 'svelte'

export type Theme = 'light' | 'dark'

const STORED = 'ceyuan-theme'
const system = window.matchMedia('(prefers-color-scheme: dark)')

function stored(): Theme | null {
  try {
    const value = localStorage.getItem(STORED)
    return value === 'light' || value === 'dark' ? value : null
  } catch {
    return null
  }
}

let chosen = $state<Theme | null>(stored())
let systemDark = $state(system.matches)
system.addEventListener('change', (event) => (systemDark = event.matches))

/** Paper is light whatever the screen is; charts must be drawn again before the browser takes its picture of the page. */
let printing = $state(false)
window.matchMedia('print').addEventListener('change', (event) => flushSync(() => (printing = event.matches)))

export const theme = {
  get current(): Theme {
    if (printing) return 'light'
    return chosen ?? (systemDark ? 'dark' : 'light')
  },
}

export function switchTheme(): void {
  chosen = theme.current === 'dark' ? 'light' : 'dark'
  try {
    localStorage.setItem(STORED, chosen)
  } catch {
    // kept for this page only
  }
}

/** Value of a colour or length of the design, as a chart or a map needs it. */
export function token(name: `--${string}`): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}
