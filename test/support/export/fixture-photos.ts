import landscape1 from "../../fixtures/exif-landscape-1.jpg?inline";
import landscape3 from "../../fixtures/exif-landscape-3.jpg?inline";
import landscape6 from "../../fixtures/exif-landscape-6.jpg?inline";
import landscape8 from "../../fixtures/exif-landscape-8.jpg?inline";

export function toBytes(dataUrl: string): Uint8Array {
  return Uint8Array.from(atob(dataUrl.slice(dataUrl.indexOf(",") + 1)), (char) => char.charCodeAt(0));
}

/** One real photo, stored with EXIF orientation 1, 3, 6 and 8: upright each is 1800 × 1200. */
export const fixturePhotos = [
  { orientation: 1, bytes: toBytes(landscape1) },
  { orientation: 3, bytes: toBytes(landscape3) },
  { orientation: 6, bytes: toBytes(landscape6) },
  { orientation: 8, bytes: toBytes(landscape8) },
];

/** The photo stored upright. */
export const landscapePhoto = toBytes(landscape1);
