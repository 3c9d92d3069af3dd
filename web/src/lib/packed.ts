// What stands packed (gzip, base64) inside a single page: only what is looked at is unpacked.

/** The JSON of a packed text. */
export async function unpacked<T>(packed: string): Promise<T> {
  const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0))
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
  return (await new Response(stream).json()) as T
}

/** Resources that are packed together, since they repeat each other. */
export interface Block {
  readonly names: readonly string[]
  readonly packed: string
}

const KEPT = 8

/** Finds resources in blocks; the blocks looked at last stay unpacked. */
export class Blocks {
  readonly #blocks: readonly Block[]
  readonly #at: ReadonlyMap<string, number>
  readonly #open = new Map<number, Promise<Readonly<Record<string, unknown>>>>()

  constructor(blocks: readonly Block[]) {
    this.#blocks = blocks
    this.#at = new Map(blocks.flatMap((block, i) => block.names.map((name) => [name, i] as const)))
  }

  /** The resource, or undefined where there is none of that name. */
  async find(name: string): Promise<unknown> {
    const i = this.#at.get(name)
    const block = i === undefined ? undefined : this.#blocks[i]
    if (i === undefined || !block) return undefined
    const opened = this.#open.get(i) ?? unpacked<Record<string, unknown>>(block.packed)
    this.#open.delete(i)
    this.#open.set(i, opened)
    const oldest = this.#open.keys().next().value
    if (this.#open.size > KEPT && oldest !== undefined) this.#open.delete(oldest)
    return (await opened)[name]
  }
}
