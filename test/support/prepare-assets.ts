export default function prepareAssets(): void {}
