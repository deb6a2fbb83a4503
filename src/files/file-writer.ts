import type { WriteBytes } from "../write-bytes.ts";
import { sendBytes } from "./pieces.ts";
import { endInTime, passInTime } from "./storage-stalled.ts";

/**
 * Bytes of a part. R2 demands that all parts of an upload but the last have one size, and at least 5 MiB. Larger ones
 * would only take more memory.
 */
export const PART_BYTES = 5 * 1024 * 1024;

/** Writes one file into R2, in order. After an error, call `abort`. */
export interface FileWriter {
  /** Bytes written so far. */
  readonly size: number;
  /** Throws `StorageStalled`. */
  readonly write: WriteBytes;
  /** Call after the last bytes: only now the key has the file. Throws `StorageStalled`. */
  finish(): Promise<void>;
  /** Drops what was written. The key keeps what it had. */
  abort(): Promise<void>;
}

/**
 * Writes a file whose size is not known before its end. Holds one part of it: a file that is no larger is put at once,
 * a larger one goes as a multipart upload.
 */
export class PartWriter implements FileWriter {
  readonly #bucket: R2Bucket;
  readonly #key: string;
  readonly #options: R2MultipartOptions;
  /** Made for the first bytes. */
  #part: Uint8Array<ArrayBuffer> | undefined;
  #filled = 0;
  #upload: R2MultipartUpload | undefined;
  readonly #uploaded: R2UploadedPart[] = [];
  size = 0;

  constructor(bucket: R2Bucket, key: string, options: R2MultipartOptions) {
    this.#bucket = bucket;
    this.#key = key;
    this.#options = options;
  }

  readonly write: WriteBytes = async (bytes) => {
    this.size += bytes.byteLength;
    this.#part ??= new Uint8Array(PART_BYTES);
    for (let rest = bytes; rest.byteLength > 0;) {
      // Only now: a file of exactly one part is put at once.
      if (this.#filled === PART_BYTES) await this.#uploadPart();
      const taken = rest.subarray(0, PART_BYTES - this.#filled);
      this.#part.set(taken, this.#filled);
      this.#filled += taken.byteLength;
      rest = rest.subarray(taken.byteLength);
    }
  };

  async finish(): Promise<void> {
    if (!this.#upload) {
      await sendBytes(this.#filledPart(), (body) => this.#bucket.put(this.#key, body, this.#options));
      return;
    }
    await this.#uploadPart();
    await endInTime(this.#upload.complete(this.#uploaded));
  }

  async abort(): Promise<void> {
    await abortUpload(this.#upload);
  }

  #filledPart(): Uint8Array<ArrayBuffer> {
    return this.#part?.subarray(0, this.#filled) ?? new Uint8Array();
  }

  async #uploadPart(): Promise<void> {
    const upload = (this.#upload ??= await endInTime(
      this.#bucket.createMultipartUpload(this.#key, this.#options),
    ));
    const number = this.#uploaded.length + 1;
    this.#uploaded.push(await sendBytes(this.#filledPart(), (body) => upload.uploadPart(number, body)));
    this.#filled = 0;
  }
}

/** A part that is on its way. */
interface OpenPart {
  writer: WritableStreamDefaultWriter<Uint8Array>;
  uploading: Promise<R2UploadedPart>;
  /** Bytes that are still to come. */
  left: number;
}

/**
 * Writes a file of `total` bytes as a multipart upload, and holds none of them: R2 takes a part as a stream if it knows
 * its length before.
 */
export class StreamWriter implements FileWriter {
  readonly #bucket: R2Bucket;
  readonly #key: string;
  readonly #total: number;
  readonly #options: R2MultipartOptions;
  #upload: R2MultipartUpload | undefined;
  #part: OpenPart | undefined;
  readonly #uploaded: R2UploadedPart[] = [];
  size = 0;

  constructor(bucket: R2Bucket, key: string, total: number, options: R2MultipartOptions) {
    this.#bucket = bucket;
    this.#key = key;
    this.#total = total;
    this.#options = options;
  }

  readonly write: WriteBytes = async (bytes) => {
    if (this.size + bytes.byteLength > this.#total) throw new RangeError("The file is larger than was said");
    for (let rest = bytes; rest.byteLength > 0;) {
      this.#upload ??= await endInTime(this.#bucket.createMultipartUpload(this.#key, this.#options));
      this.#part ??= this.#openPart(this.#upload);
      const taken = rest.subarray(0, this.#part.left);
      await this.#writePart(this.#part, taken);
      this.size += taken.byteLength;
      rest = rest.subarray(taken.byteLength);
    }
  };

  async finish(): Promise<void> {
    if (this.size < this.#total) throw new RangeError("The file is smaller than was said");
    if (this.#upload) await endInTime(this.#upload.complete(this.#uploaded));
  }

  async abort(): Promise<void> {
    try {
      // The local R2 never deletes what it has of a part that breaks off: fill it up, so that it is dropped as a whole.
      if (this.#part) await this.#writePart(this.#part, new Uint8Array(this.#part.left));
    } finally {
      await abortUpload(this.#upload);
    }
  }

  #openPart(upload: R2MultipartUpload): OpenPart {
    const left = Math.min(PART_BYTES, this.#total - this.size);
    const { readable, writable } = new FixedLengthStream(left);
    const uploading = upload.uploadPart(this.#uploaded.length + 1, readable);
    // `#writePart` reports the failure.
    uploading.catch(() => undefined);
    return { writer: writable.getWriter(), uploading, left };
  }

  async #writePart(part: OpenPart, bytes: Uint8Array): Promise<void> {
    try {
      await passInTime(part.writer.write(bytes), part.uploading);
      part.left -= bytes.byteLength;
      if (part.left > 0) return;
      await passInTime(part.writer.close(), part.uploading);
    } catch (error) {
      this.#part = undefined;
      throw error;
    }
    this.#part = undefined;
    this.#uploaded.push(await endInTime(part.uploading));
  }
}

/** Drops an upload's parts. R2 itself does so after a week. */
async function abortUpload(upload: R2MultipartUpload | undefined): Promise<void> {
  await upload?.abort().catch(() => undefined);
}
