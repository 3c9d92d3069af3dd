// The site's data: JSON resources, the same in the three modes of a site.
import { Blocks, type Block } from './packed'
import type { Fault as Problem, Meta, paths } from '$gen/api'
import { mode, root } from './site'

/** What an address below api/v1 answers with. */
type Answer<P> = P extends { get: { responses: { 200: { content: { 'application/json': infer Body } } } } } ? Body : never
/** Resources by name; those with an identifier in their name are typed where they are asked for. */
type Resources = { [P in keyof paths as P extends `/api/v1/${infer Name}` ? Name : never]: Answer<paths[P]> }

/** What went wrong while something was loaded, in a form that a reader can be shown. */
export class LoadError extends Error {
  constructor(
    readonly kind: 'network' | 'missing' | 'refused' | 'unreadable',
    readonly resource: string,
    readonly problem: Problem | null = null,
  ) {
    super(problem?.detail ?? problem?.title ?? `${resource}: ${kind}`)
    this.name = 'LoadError'
  }
}

const encodePath = (resource: string) => resource.split('/').map(encodeURIComponent).join('/')

/** What a resource is asked for; only the mode `api` answers it. */
type Asked = Readonly<Record<string, string>>

/** Address of a resource; null where it is inside the page. */
export function resourceUrl(resource: string, asked: Asked = {}): string | null {
  const query = new URLSearchParams(asked).toString()
  if (mode === 'api') return `${root.href}api/v1/${encodePath(resource)}${query ? `?${query}` : ''}`
  return mode === 'static' ? `${root.href}data/${encodePath(resource)}.json` : null
}

let inlined: Blocks | undefined
/** A resource inside the page. */
async function inline(resource: string): Promise<unknown> {
  inlined ??= new Blocks(JSON.parse(document.getElementById('ceyuan-data')?.textContent ?? '[]') as Block[])
  const found = await inlined.find(resource)
  if (found === undefined) throw new LoadError('missing', resource)
  return found
}

async function problemOf(response: Response): Promise<Problem | null> {
  if (!response.headers.get('content-type')?.includes('json')) return null
  return (await response.json().catch(() => null)) as Problem | null
}

/** Asks the server; used for everything that is not a plain resource as well. */
export async function request<T>(address: string, resource: string, init?: RequestInit): Promise<T> {
  let response: Response
  try {
    response = await fetch(address, init)
  } catch {
    throw new LoadError('network', resource)
  }
  if (!response.ok) {
    throw new LoadError(response.status === 404 ? 'missing' : 'refused', resource, await problemOf(response))
  }
  try {
    return (await response.json()) as T
  } catch {
    throw new LoadError('unreadable', resource)
  }
}

const cache = new Map<string, Promise<unknown>>()
const CACHED = 200
let build: string | undefined
let rebuilt = $state(false)

/** Whether the data were built anew while this page was open: what is shown may be older than what would come now. */
export const freshness = {
  get rebuilt() {
    return rebuilt
  },
}

function noticeBuild(value: unknown): void {
  const id = (value as { build?: unknown } | null)?.build
  if (typeof id !== 'string') return
  build ??= id
  if (id !== build) rebuilt = true
}

async function fetchResource(resource: string, asked: Asked): Promise<unknown> {
  const address = resourceUrl(resource, asked)
  const value = await (address === null ? inline(resource) : request<unknown>(address, resource))
  noticeBuild(value)
  return value
}

/** A resource of the contract, for the mode `api` with what it is asked for; each is fetched once while the page is open. */
export function load<K extends keyof Resources>(resource: K): Promise<Resources[K]>
export function load<T>(resource: string, asked?: Asked): Promise<T>
export function load(resource: string, asked: Asked = {}): Promise<unknown> {
  const key = `${resource}?${new URLSearchParams(asked)}`
  const known = cache.get(key)
  if (known) return known
  const value = fetchResource(resource, asked)
  value.catch(() => cache.delete(key))
  if (cache.size >= CACHED) cache.delete(cache.keys().next().value as string)
  cache.set(key, value)
  return value
}

export const loadMeta = (): Promise<Meta> => load('meta')

/** Something sent to the server: JSON, or the bytes of a file with its name; only the mode `api` has one. */
export function post<T>(resource: string, body: File | object): Promise<T> {
  const file = body instanceof File
  const query = file ? `?${new URLSearchParams({ name: body.name })}` : ''
  return request<T>(`${root.href}api/v1/${encodePath(resource)}${query}`, resource, {
    method: 'POST',
    headers: { 'content-type': file ? 'application/octet-stream' : 'application/json' },
    body: file ? body : JSON.stringify(body),
  })
}
