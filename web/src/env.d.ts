/// <reference types="vite/client" />
/// <reference types="svelte" />

/** Whether this is the build that holds everything in one file. */
declare const __SINGLE__: boolean
