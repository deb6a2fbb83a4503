// What the benches use of the peers: type checks must not need them installed.

declare module "@hocuspocus/server" {
  export class Server {
    constructor(configuration: { address: string; port: number; quiet: boolean; extensions: object[] });
    listen(): Promise<unknown>;
  }
}

declare module "@hocuspocus/extension-database" {
  export const Database: new (configuration: {
    fetch: (data: { documentName: string }) => Promise<Uint8Array | null>;
    store: (data: { documentName: string; state: Uint8Array }) => Promise<void>;
  }) => object;
}

declare module "partyserver" {
  export function routePartykitRequest(request: Request, env: object): Promise<Response | null>;
}

declare module "y-partyserver" {
  import type { Doc } from "yjs";

  export class YServer {
    readonly document: Doc;
    readonly ctx: {
      storage: {
        sql: { exec(query: string, ...values: unknown[]): { toArray(): Record<string, unknown>[] } };
      };
    };
    onLoad(): Promise<Doc | void>;
    onSave(): Promise<void>;
  }
}
