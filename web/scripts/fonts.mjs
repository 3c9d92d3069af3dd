// Fonts of the bulletin's PDF, from npm (SIL Open Font License), beside the Python package that typesets with them.
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const OUT = fileURLToPath(new URL('../../src/ceyuan/bulletin/fonts/', import.meta.url))
const FONTS = [
  ['noto-serif-sc', ['400Regular', '700Bold']],
  ['noto-serif-hk', ['400Regular', '700Bold']],
  ['noto-sans-sc', ['500Medium']],
  ['noto-sans-hk', ['500Medium']],
]

mkdirSync(OUT, { recursive: true })
for (const [family, weights] of FONTS) {
  const folder = dirname(require.resolve(`@expo-google-fonts/${family}/package.json`))
  copyFileSync(join(folder, 'LICENSE_FONT'), join(OUT, `LICENSE-${family}.txt`))
  for (const weight of weights) {
    for (const file of readdirSync(join(folder, weight)).filter((name) => /\.(ttf|otf)$/.test(name))) {
      copyFileSync(join(folder, weight, file), join(OUT, file))
    }
  }
}
