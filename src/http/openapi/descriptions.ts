/** What the OpenAPI file says about the API as a whole. */
export function describeApi(): string {
  return `Live annotation of any picture or document, with history and finished picture files.

The same routes answer under \`/api/v1\`. Ids are UUIDv4, times are UTC with milliseconds. Every refusal is an RFC
9457 problem with a \`code\`, and every answer carries \`X-Request-Id\`. Inputs are strict: an unknown field or
query parameter is an error. Outputs may grow. Lengths and coordinates are pixels of the upright picture.

Without the secret \`AUTH_SECRET\` the service answers on localhost only, and needs no token there.

## Live, over a WebSocket

Connect to \`/ws/documents/{id}?actorId=&name=&since=\` (\`/v1/realtime?document_id=\` is the same). Frames are JSON
text. The client sends \`ClientMessage\`s, the server \`ServerMessage\`s, the first of which is a \`state\`.
\`since\` resumes after a seq. A client that offers the subprotocol \`acetate.v1.batch\` also takes arrays of
messages in one frame. A bare \`ping\` is answered with \`pong\`. Whoever can't come in is told over the socket: an
\`error\`, then a close code. \`x-websockets\` in this file has the parameters; the schemas \`ClientMessage\` and
\`ServerMessage\` have every message with an example.

## Names

REST and the fields of resources use snake_case, the envelopes of socket messages camelCase. The same name means the
same thing in both: \`op_id\` is \`opId\`, \`base_version\` is \`baseVersion\`, \`actor_id\` is \`actorId\`,
\`delta_b64\` is \`deltaB64\`, \`document_id\` is \`documentId\`.`;
}

export const tags = [
  { name: "Documents", description: "The sheets that annotations are drawn on" },
  { name: "Images", description: "The picture under a document, and small pictures of it" },
  { name: "Annotations", description: "Shapes, texts and points on a document" },
  { name: "Comments", description: "Threads of comments on annotations" },
  { name: "Changes", description: "The document's order of changes, and CRDT updates, without a socket" },
  { name: "Versions", description: "States that are kept for ever, compared, and reverted to" },
  { name: "Exports", description: "Finished files: pictures, SVG, JSON" },
  { name: "Tokens", description: "Who may do what" },
  { name: "Service", description: "Whether the service works" },
];
