// What a page does on the server, one thing at a time: whether something is under way, and what went wrong with the last.

export class Acting {
  busy = $state(false)
  failed = $state.raw<unknown>()
  readonly #look: () => Promise<void>

  /** `look` reads again what the page shows, after each thing that was done or refused. */
  constructor(look: () => Promise<void>) {
    this.#look = look
  }

  /** Does something, if anything is given, and looks again; `refused` is told what went wrong and whether it has seen to it. */
  async act(what?: () => Promise<unknown>, refused: (error: unknown) => boolean = () => false): Promise<void> {
    this.busy = true
    this.failed = undefined
    let failed: unknown
    try {
      await what?.()
    } catch (error) {
      failed = refused(error) ? undefined : error
    }
    await this.#look().catch((error: unknown) => (failed ??= error))
    this.failed = failed
    this.busy = false
  }
}
