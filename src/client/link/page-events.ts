export interface PageListener {
  /** The network may be back, or the page is seen again. */
  awake: () => void;
  offline: () => void;
  /** The page may be closed now, or frozen and never come back. */
  leave: () => void;
}

/** Listens to what a browser tells of the network and the page, until `signal` aborts. Elsewhere it tells nothing. */
export function listenToPage({ awake, offline, leave }: PageListener, signal: AbortSignal): void {
  const { window, document } = globalThis as { window?: Window; document?: Document };
  window?.addEventListener("online", awake, { signal });
  window?.addEventListener("offline", offline, { signal });
  window?.addEventListener("pageshow", awake, { signal });
  window?.addEventListener("pagehide", leave, { signal });
  document?.addEventListener(
    "visibilitychange",
    () => (document.visibilityState === "visible" ? awake() : leave()),
    { signal },
  );
}
