import openapiTypescript, { astToString } from "openapi-typescript";

/**
 * The types that a client of the API is made with, as `npx openapi-typescript` writes them.
 *
 * @example
 * await writeFile("api.d.ts", await generateTypes(await (await fetch("http://localhost:8787/openapi.json")).text()));
 *
 * @param {string} document the OpenAPI file, as JSON
 * @returns {Promise<string>}
 */
export async function generateTypes(document) {
  return astToString(await openapiTypescript(document, { silent: true }));
}
