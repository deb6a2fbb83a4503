import type { WriteBytes } from "../write-bytes.ts";

/** R2 accepts no more of a file. */
export class StorageStalled extends Error {}

/**
 * How long R2 may take for one step: to accept a part or a piece, or to end a file. Normally a part takes less than a
 * second. The local R2 never ends a step when its disk is full, and the request would hang with it.
 */
const STALL_MS = 8_000;

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
  readonly #part = new Uint8Array(PART_BYTES);
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
      const bytes = this.#part.subarray(0, this.#filled);
      await endInTime(this.#bucket.put(this.#key, bytes, this.#options));
      return;
    }
    await this.#uploadPart();
    await endInTime(this.#upload.complete(this.#uploaded));
  }

  async abort(): Promise<void> {
    // R2 itself drops an upload that was not completed within a week.
    if (this.#upload) await endInTime(this.#upload.abort()).catch(() => undefined);
  }

  async #uploadPart(): Promise<void> {
    this.#upload ??= await endInTime(this.#bucket.createMultipartUpload(this.#key, this.#options));
    const bytes = this.#part.subarray(0, this.#filled);
    this.#uploaded.push(await endInTime(this.#upload.uploadPart(this.#uploaded.length + 1, bytes)));
    this.#filled = 0;
  }
}

/** Writes a file of `total` bytes, and holds none of them: R2 takes a stream if it knows the length before. */
export class StreamWriter implements FileWriter {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #put: Promise<unknown>;
  size = 0;

  constructor(bucket: R2Bucket, key: string, total: number, options: R2PutOptions) {
    const { readable, writable } = new FixedLengthStream(total);
    this.#writer = writable.getWriter();
    this.#put = bucket.put(key, readable, options);
    // `write` and `finish` report the failure.
    this.#put.catch(() => undefined);
  }

  readonly write: WriteBytes = async (bytes) => {
    this.size += bytes.byteLength;
    await this.#endInTime(this.#writer.write(bytes));
  };

  async finish(): Promise<void> {
    await this.#endInTime(this.#writer.close());
    await endInTime(this.#put);
  }

  async abort(): Promise<void> {
    // R2 sees that the stream ends too early, and stores nothing. Neither promise may ever settle.
    void this.#writer.abort(new Error("The file was given up")).catch(() => undefined);
  }

  async #endInTime(step: Promise<void>): Promise<void> {
    try {
      await endInTime(step);
    } catch (error) {
      // When R2 fails, the stream breaks too and says less about why: R2's own error comes first.
      if (!(error instanceof StorageStalled)) await endInTime(this.#put);
      throw error;
    }
  }
}

/** Waits for a step of R2. Throws `StorageStalled` if it takes too long. */
async function endInTime<T>(step: Promise<T>): Promise<T> {
  const { promise: stalled, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new StorageStalled(`R2 took nothing for ${STALL_MS / 1000} s`)),
    STALL_MS,
  );
  try {
    return await Promise.race([step, stalled]);
  } finally {
    clearTimeout(timer);
  }
}
