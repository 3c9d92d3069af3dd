import { svelte } from '@sveltejs/vite-plugin-svelte'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'
import { viteSingleFile } from 'vite-plugin-singlefile'
import { licences } from './licences'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** In a single page the land of maps stands packed; `lib/land.ts` unpacks it. */
const packedLand = (): Plugin => ({
  name: 'packed-land',
  enforce: 'pre',
  resolveId: (id) => {
    const name = /^(?:\$gen|.*\/src\/gen)\/(land-\w+)\.json$/.exec(id)?.[1]
    return name ? `\0packed:${name}` : null
  },
  load: (id) => {
    if (!id.startsWith('\0packed:')) return null
    const land = readFileSync(here(`src/gen/${id.slice('\0packed:'.length)}.json`))
    return `export default ${JSON.stringify(gzipSync(land).toString('base64'))}`
  },
})

// Two builds of one site: `index.html` with its chunks for a server or a file server, and with `--mode single` one
// `single.html` that holds everything and opens from disk.
export default defineConfig(({ mode }) => {
  const single = mode === 'single'
  return {
    base: './',
    plugins: [svelte(), ...(single ? [packedLand(), viteSingleFile()] : [licences()])],
    resolve: { alias: { $lib: here('src/lib'), $components: here('src/components'), $gen: here('src/gen') } },
    json: { stringify: true },
    define: { __SINGLE__: JSON.stringify(single) },
    // The Host header stays, since a page may send texts only to its own address.
    server: { proxy: { '/api': { target: 'http://127.0.0.1:8000', changeOrigin: false } } },
    build: {
      target: 'es2022',
      outDir: '../src/ceyuan/web/site',
      emptyOutDir: !single,
      // Small files stay files: the Content-Security-Policy of the server names no data: addresses for scripts.
      assetsInlineLimit: single ? Number.MAX_SAFE_INTEGER : 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 2000,
      rollupOptions: { input: here(single ? 'single.html' : 'index.html') },
    },
  }
})
