// What a source says of itself.

/** Only web addresses become links: anything else in the data stays text. */
export const isWeb = (url: string | null): url is string => url !== null && /^https?:\/\//.test(url)
