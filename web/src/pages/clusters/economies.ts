// The economies that a cluster lies in, by their names in the workspace's places.
import type { Trilingual } from '$lib/languages'
import { listed, local } from '$lib/messages.svelte'

export const economies = (names: readonly Trilingual[]): string => listed(names.map(local))
