/** The image can't be drawn on: it is damaged, of a rare kind or too large. The message tells a person what to do. */
export class UnusableImage extends Error {}

/** A decoder can't read the file, and doesn't say why. `openImage` turns it into an `UnusableImage`. */
export class UndecodableImage extends Error {}
