import { env } from "cloudflare:workers";

/** The bucket, with a callback after each call of one method. */
export function watchBucket(
  method: "get" | "put",
  then: (call: number) => Promise<unknown>,
  inner = env.BUCKET,
): R2Bucket {
  let calls = 0;
  return new Proxy(inner, {
    get(bucket, name) {
      const value: unknown = Reflect.get(bucket, name);
      if (typeof value !== "function") return value;
      return async (...args: unknown[]) => {
        const result: unknown = await Reflect.apply(value, bucket, args);
        if (name === method) await then(++calls);
        return result;
      };
    },
  });
}

/** A key longer than R2 accepts: every call with it fails in R2, as in an outage. */
const REFUSED_KEY = "x".repeat(2_000);

/** A bucket whose every call fails, with an error of R2 itself. */
export function breakBucket(inner = env.BUCKET): R2Bucket {
  return new Proxy(inner, {
    get(bucket, name) {
      const value: unknown = Reflect.get(bucket, name);
      if (typeof value !== "function") return value;
      return (_key: unknown, ...args: unknown[]): unknown =>
        Reflect.apply(value, bucket, [REFUSED_KEY, ...args]);
    },
  });
}
