import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { AcetateError } from "../../../client/acetate-error.ts";
import { useAnnotator } from "../annotator-context.ts";
import { Icon } from "../icon.tsx";
import { copyText } from "../parts/copy-text.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { initialOf } from "../people.ts";

const DAY = 86_400;
const lives = [DAY, 30 * DAY, 90 * DAY] as const;

/** What each kind of link lets people do. */
const kinds = {
  viewer: { role: "viewer" },
  commenter: { role: "viewer", comment: true },
  editor: { role: "editor" },
} as const;
type Kind = keyof typeof kinds;

/** A link for others. Where the service runs without a secret, the address itself is the link. */
export function ShareDialog(): VNode {
  const { surface, words } = useAnnotator();
  const { dialog } = surface.dialogs;
  return (
    <Dialog
      name="share"
      isOpen={dialog.value === "share"}
      onClose={() => (dialog.value = null)}
      title={words.share.title}
    >
      {() => <ShareForm />}
    </Dialog>
  );
}

function ShareForm(): VNode {
  const { surface, client, options, words } = useAnnotator();
  const t = words.share;
  const hasSecret = options.token() !== null;
  const kind = useSignal<Kind>("commenter");
  const life = useSignal<number>(lives[1]);
  const link = useSignal("");
  const trouble = useSignal<AcetateError | null>(null);
  const isByHand = useSignal(false);
  const isCopied = useSignal(false);
  const { documentId, service } = options;

  // A link is only made when somebody asks for it: each is a key.
  const make = async (): Promise<string | null> => {
    const address = new URL(`/d/${encodeURIComponent(documentId)}`, service).href;
    if (!hasSecret) return address;
    try {
      const fields = { document_id: documentId, ...kinds[kind.value], expires_in: life.value };
      const { token } = await client.tokens.mint(fields);
      return `${address}#token=${token}`;
    } catch (error) {
      if (!(error instanceof AcetateError)) throw error;
      trouble.value = error;
      return null;
    }
  };
  const copy = async (): Promise<void> => {
    trouble.value = null;
    isByHand.value = false;
    if (link.value === "") link.value = (await make()) ?? "";
    if (link.value === "") return;
    isCopied.value = await copyText(link.value);
    isByHand.value = !isCopied.value;
  };
  const change = (act: () => void): void => {
    act();
    link.value = "";
    isCopied.value = false;
  };
  useEffect(() => {
    if (!hasSecret) void make().then((address) => (link.value = address ?? ""));
  }, [hasSecret]);

  return (
    <div class="dialog-body">
      {hasSecret && (
        <fieldset>
          <legend class="only-read">{t.roles}</legend>
          {(Object.keys(kinds) as Kind[]).map((name) => (
            <label key={name} class="role">
              <input
                type="radio"
                name="role"
                checked={kind.value === name}
                onChange={() => change(() => (kind.value = name))}
              />
              <strong>{t.kinds[name].title}</strong>
              <span>{t.kinds[name].text}</span>
            </label>
          ))}
        </fieldset>
      )}
      <div class="line">
        <div class="pair">
          <label for="link">{t.link}</label>
          {hasSecret && (
            <select
              class="select bare"
              aria-label={t.worksFor}
              value={life.value}
              onChange={(event) => change(() => (life.value = Number(event.currentTarget.value)))}
            >
              {lives.map((seconds) => (
                <option key={seconds} value={seconds}>
                  {t.days(seconds / DAY)}
                </option>
              ))}
            </select>
          )}
        </div>
        <div class="field">
          <Icon name="link" small />
          <input
            id="link"
            type="text"
            readOnly
            value={link.value}
            placeholder={t.placeholder}
            onFocus={(event) => event.currentTarget.select()}
          />
          <button class="button ink low" type="button" onClick={() => void copy()}>
            {isCopied.value ? t.copied : t.copy}
          </button>
        </div>
        <div role="status">
          {trouble.value ? (
            <Trouble error={trouble.value} />
          ) : (
            <p class={isByHand.value ? "trouble" : "quietly"}>
              {isByHand.value ? t.copyByHand : hasSecret ? t.keyHint : t.openHint}
            </p>
          )}
        </div>
      </div>
      <section aria-label={t.hereNow}>
        <h3>{t.hereNow}</h3>
        {surface.people.here.value.length === 0 && <p class="quietly">{words.people.alone}</p>}
        {surface.people.here.value.map(({ actorId, name, who, role }) => (
          <p key={actorId} class="person-row">
            <span class={`face ${who}`} aria-hidden="true">
              {initialOf(name ?? words.people.guest)}
            </span>
            <span class="grow">{name ?? words.people.guest}</span>
            {role && <span class="quietly">{t.kinds[role].title}</span>}
          </p>
        ))}
      </section>
    </div>
  );
}
