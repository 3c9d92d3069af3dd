import { svelte } from '@sveltejs/vite-plugin-svelte'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { viteSingleFile } from 'vite-plugin-singlefile'
import { licences } from './licences'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// Two builds of one site: `index.html` with its chunks for a server or a file server, and with `--mode single` one
// `single.html` that holds everything and opens from disk.
export default defineConfig(({ mode }) => {
  const single = mode === 'single'
  return {
    base: './',
    plugins: [svelte(), single ? viteSingleFile() : licences()],
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
