// What the site carries of others, with their licences: a text beside the pages, made from what is really bundled.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const MODULES = fileURLToPath(new URL('./node_modules/', import.meta.url))
/** Packages whose data and fonts come in by scripts, not by imports: land (Natural Earth, public domain) and Noto. */
const COPIED = ['world-atlas', ...['sans-hk', 'sans-sc', 'serif-hk', 'serif-sc'].map((f) => `@expo-google-fonts/noto-${f}`)]
const PACKAGE = /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//
const LICENCE = /^(licen[cs]e|copying|notice)/i

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
  readonly homepage?: string
}

/** Files that are named as licences, and those in a folder of licences. */
function licenceFiles(folder: string): string[] {
  const found = readdirSync(folder, { withFileTypes: true }).filter((entry) => LICENCE.test(entry.name))
  return found.flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path]
  })
}

/** A package with the full text of its licence. */
function told(folder: string): string {
  const { name, version, license, homepage } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
  const texts = licenceFiles(folder).map((file) => readFileSync(file, 'utf8').trim())
  return [`${name} ${version}`, `Licence: ${license ?? 'see below'}`, homepage ?? '', '', ...texts].join('\n').trim()
}

export function licences(): Plugin {
  return {
    name: 'licences',
    generateBundle(_, bundle) {
      const folders = new Set(COPIED.map((name) => join(MODULES, name)))
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue
        for (const id of Object.keys(chunk.modules)) {
          const found = PACKAGE.exec(id)?.[1]
          if (found) folders.add(found)
        }
      }
      const head = 'The site of Ceyuan carries, in whole or in part, the following packages from npm.'
      const rule = `\n\n${'='.repeat(80)}\n\n`
      this.emitFile({ type: 'asset', fileName: 'THIRD_PARTY.txt', source: [head, ...[...folders].sort().map(told)].join(rule) + '\n' })
    },
  }
}
