import { readOpenApi } from "../../src/http/openapi/document.ts";

/** What the OpenAPI file says of paths, and, beside them, of sockets: by path and method. */
export function readDocumented(): Record<string, object> {
  const { paths, "x-websockets": sockets } = readOpenApi() as Documented;
  return { ...paths, ...sockets };
}

interface Documented {
  paths?: Record<string, object>;
  "x-websockets"?: Record<string, object>;
}
