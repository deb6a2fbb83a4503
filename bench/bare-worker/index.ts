interface Env {
  DB: { prepare(sql: string): { first(): Promise<unknown> } };
}

/** One D1 query, one JSON answer. */
export default {
  async fetch(_request: Request, env: Env): Promise<Response> {
    return Response.json(await env.DB.prepare("SELECT 1 AS one").first());
  },
};
