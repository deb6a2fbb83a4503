import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { createClient } from "../client/rest/create-client.ts";
import type { Document } from "../protocol/model/document.ts";

/** The list of documents. */
export function Documents(): VNode {
  const [documents, setDocuments] = useState<readonly Document[]>([]);
  useEffect(() => {
    void createClient({ url: location.origin })
      .documents.list({ size: 24 })
      .then(({ items }) => setDocuments(items));
  }, []);
  return (
    <main class="shelf">
      <ul class="grid">
        {documents.map(({ id, title }) => (
          <li key={id} class="card">
            <h2>
              <a href={`/d/${id}`}>{title}</a>
            </h2>
          </li>
        ))}
      </ul>
    </main>
  );
}
