// MapLibre with its worker; loaded when the first map is shown.
import * as maplibre from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'

/** In the one-file build the worker is a data: address, from which browsers start no module worker; a blob they do. */
async function workerAddress(): Promise<string> {
  if (!workerUrl.startsWith('data:')) return new URL(workerUrl, document.baseURI).href
  return URL.createObjectURL(await (await fetch(workerUrl)).blob())
}

let ready: Promise<typeof maplibre> | undefined

export function loadMapLibre(): Promise<typeof maplibre> {
  ready ??= workerAddress().then((address) => {
    maplibre.setWorkerUrl(address)
    return maplibre
  })
  return ready
}
