// The site's pages: the first part of an address says which. Each is loaded when it is first opened.
import type { Component } from 'svelte'
import type { Meta } from '$gen/api'

export interface PageProps {
  /** Parts of the address after the page's own. */
  path: readonly string[]
  meta: Meta
}

export interface Page {
  /** First part of the address; empty for the overview. */
  readonly id: string
  readonly load: () => Promise<{ default: Component<PageProps> }>
  /** Name in the navigation, a key of the shell's messages; pages without one are reached from others. */
  readonly nav?: 'overview' | 'clusters' | 'indicators' | 'places' | 'communiques' | 'composites' | 'plan' | 'bulletins' | 'data' | 'team'
  /** Shown only where the workspace has such a thing. */
  readonly feature?: keyof Meta['features']
}

export const PAGES: readonly Page[] = [
  { id: '', nav: 'overview', load: () => import('./pages/overview/Overview.svelte') },
  { id: 'clusters', nav: 'clusters', feature: 'clusters', load: () => import('./pages/clusters/Clusters.svelte') },
  { id: 'indicators', nav: 'indicators', load: () => import('./pages/indicators/Indicators.svelte') },
  { id: 'places', nav: 'places', load: () => import('./pages/places/Places.svelte') },
  { id: 'composites', nav: 'composites', feature: 'composites', load: () => import('./pages/composites/Composites.svelte') },
  { id: 'observations', load: () => import('./pages/observation/Observation.svelte') },
  { id: 'communiques', nav: 'communiques', feature: 'claims', load: () => import('./pages/communiques/Communiques.svelte') },
  { id: 'plan', nav: 'plan', feature: 'plan', load: () => import('./pages/plan/Plan.svelte') },
  { id: 'bulletins', nav: 'bulletins', feature: 'bulletins', load: () => import('./pages/bulletins/Bulletins.svelte') },
  { id: 'team', nav: 'team', feature: 'team', load: () => import('./pages/team/Team.svelte') },
  { id: 'data', nav: 'data', load: () => import('./pages/data/Data.svelte') },
]
