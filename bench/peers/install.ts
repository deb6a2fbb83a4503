import { installPackages } from "../install-packages.ts";

export const peersFolder = import.meta.dirname;

export function installPeers(): void {
  installPackages(peersFolder);
}
