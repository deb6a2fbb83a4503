/** What is loaded with the first request (`loadRest`). Nothing else of the library imports these modules. */
export { exportDocument } from "./exports.ts";
export { Http } from "./http.ts";
export { RoomRequests } from "./room-requests.ts";
