// The economies that a cluster lies in, by their names in the workspace's places.
import type { T3 } from '$lib/languages'
import { listed, local } from '$lib/messages.svelte'

export const economies = (names: readonly T3[]): string => listed(names.map(local))
