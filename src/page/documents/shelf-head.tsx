import type { VNode } from "preact";
import { Icon } from "../../annotator/ui/icon.tsx";
import { usePage } from "../page-context.ts";
import { orders, type DocumentList } from "./document-list.ts";
import type { Uploads } from "./uploads.ts";

/** Above the cards: how many there are, what is being added, the order, and whether deleted ones are among them. */
export function ShelfHead({ list, uploads }: { list: DocumentList; uploads: Uploads }): VNode {
  const { words, language } = usePage();
  const t = words.documents;
  const total = list.total.value;
  const isAdding = uploads.isActive.value;
  return (
    <div class="shelf-head">
      <h1>
        {t.title} <span class="count">{total > 0 && new Intl.NumberFormat(language).format(total)}</span>
      </h1>
      <p class="save" role="status">
        {isAdding && t.adding(Math.min(uploads.done.value + 1, uploads.all.value), uploads.all.value)}
      </p>
      <select
        class="select bare"
        aria-label={t.order}
        value={list.sort.value}
        onChange={(event) => {
          const chosen = event.currentTarget.value;
          const sort = orders.find((each) => each === chosen);
          if (sort) list.sortBy(sort);
        }}
      >
        {orders.map((sort) => (
          <option key={sort} value={sort}>
            {t.orders[sort]}
          </option>
        ))}
      </select>
      <button
        class="button"
        aria-pressed={list.showsDeleted.value}
        aria-label={t.deletedOnes}
        onClick={() => list.showDeleted(!list.showsDeleted.value)}
      >
        <Icon name="trash" />
        <span class="wide">{t.deletedOnes}</span>
      </button>
    </div>
  );
}
