/**
 * Takes the next bytes of a file. Wait for it before making more: it resolves when there is room again. The bytes have
 * been taken then, so the caller may reuse their buffer.
 */
export type WriteBytes = (bytes: Uint8Array) => Promise<void>;
