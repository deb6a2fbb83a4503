export { DocumentRoom } from "./room/document-room.ts";

export default {
  async fetch(): Promise<Response> {
    return new Response("ok");
  },
};
