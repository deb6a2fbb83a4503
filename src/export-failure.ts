/** An export that no other try can save. The message is for a person: what is wrong, and what to do. */
export class ExportFailure extends Error {}
