import { env } from "cloudflare:workers";

/**
 * The bucket, and the multipart uploads to it: a log of their calls. `answer` may replace what a call would do.
 */
export function logBucket(
  answer: (call: string, args: unknown[]) => Promise<unknown> | undefined = () => undefined,
) {
  const calls: string[] = [];
  const watch = <T extends object>(target: T): T =>
    new Proxy(target, {
      get(object, name) {
        const value: unknown = Reflect.get(object, name);
        if (typeof value !== "function" || typeof name !== "string") return value;
        return async (...args: unknown[]) => {
          calls.push(name);
          const answered = answer(name, args);
          if (answered) return answered;
          const result: unknown = await Reflect.apply(value, object, args);
          return name === "createMultipartUpload" ? watch(result as R2MultipartUpload) : result;
        };
      },
    });
  return { bucket: watch(env.BUCKET), calls };
}
