/** What a decoder throws of a file that it can't read. */
export class UndecodablePicture extends Error {}
