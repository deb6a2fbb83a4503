/**
 * Lets the browser do what waits first: paint a frame, answer a key, hear of the network. It is no timer, which a page
 * in the background would wait a second for, and no `scheduler.yield`, which goes before the network.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(null);
  });
}
