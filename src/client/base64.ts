/** Characters that are made at once: a call takes some ten thousand arguments. */
const CHUNK = 0x2000;

export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let start = 0; start < bytes.length; start += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(start, start + CHUNK));
  }
  return btoa(binary);
}

/** The bytes of texts that were encoded one by one. */
export function fromBase64(...texts: string[]): Uint8Array<ArrayBuffer> {
  const binary = texts.map((text) => atob(text)).join("");
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}
