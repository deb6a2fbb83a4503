import { showPhoto } from "./bare-view.ts";

const query = new URLSearchParams(location.search);
const { stage } = await showPhoto(query.get("photo") ?? "");
stage.toggleAttribute("data-drawn", true);
