/** Whether this is a Mac, or an iPad with the keyboard of one: ⌘ is then what Ctrl is elsewhere. */
export const isApple = /Mac|iPhone|iPad/.test(globalThis.navigator.userAgent);
