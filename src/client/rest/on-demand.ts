/** What is loaded with the first request (`loadRest`). Nothing else imports these modules. */
export { exportDocument } from "./exports.ts";
export { requestBlob, requestJson, requestList } from "./request.ts";
