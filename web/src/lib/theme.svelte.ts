// Light or dark: as the system says until the reader chooses.
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

export const theme = {
  get current(): Theme {
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
