/** From the top of a line to its baseline, in font sizes: the ascent of Noto Sans. */
export const ASCENT = 1.069;
/** From one baseline to the next, in font sizes: ascent and descent of Noto Sans. */
export const LINE_HEIGHT = 1.362;
