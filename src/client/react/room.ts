import {
  createElement,
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
} from "react";
import { type ConnectOptions, connect } from "../connect.ts";
import type { Room as OpenRoom } from "../room-api.ts";
import { RoomContext } from "./room-context.ts";
import type { TokenOption } from "../token-source.ts";
import { RoomSlot } from "./room-slot.ts";
import { useDocument } from "./use-values.ts";

interface CommonProps {
  children?: ReactNode;
  /** Is shown until the document is known for the first time. Absent: the children are, with empty lists. */
  fallback?: ReactNode;
}

/** Opens a document, and closes it when the component is unmounted. */
export interface ConnectedRoomProps extends CommonProps, ConnectOptions {
  url: string | URL;
  documentId: string;
  room?: never;
}

/** Shows a room that the application has opened. The application closes it, too. */
export interface GivenRoomProps extends CommonProps {
  room: OpenRoom;
}

export type RoomProps = ConnectedRoomProps | GivenRoomProps;

/**
 * Gives a document to the components under it. With another `url`, `documentId`, `actorId`, `name` or `hidden` it closes
 * the room and opens another one. `token` may be an inline function: the latest one is called. A new text as token is
 * taken without that. Other options are read when the room is opened.
 *
 * @example
 * <Room url="https://annotations.example" documentId={id} token={() => fetchToken(id)} fallback={<Spinner />}>
 *   <Canvas />
 * </Room>
 */
export function Room(props: RoomProps): ReactNode {
  return props.room ? createElement(GivenRoom, props) : createElement(ConnectedRoom, props);
}

function GivenRoom({ room, ...shown }: GivenRoomProps): ReactNode {
  const slot = useMemo(() => new RoomSlot(room), [room]);
  return provide(slot, shown);
}

function ConnectedRoom(props: ConnectedRoomProps): ReactNode {
  const { children, fallback, room: _, ...target } = props;
  const latest = useRef(target);
  const { url, documentId, token, ...options } = target;
  const hasToken = token !== undefined;
  const slot = useMemo(
    () =>
      new RoomSlot(() =>
        connect(url, documentId, { ...options, token: hasToken ? makeTokenFunction(latest) : undefined }),
      ),
    // As a text, since an inline `new URL()` is a new object in each render.
    [String(url), documentId, options.actorId, options.name, options.hidden, hasToken],
  );
  useEarlyEffect(() => {
    const before = latest.current.token;
    latest.current = target;
    const room = slot.current.value;
    if (typeof token === "string" && token !== before && room?.status.value.state !== "live")
      room?.reconnect();
  });
  // Before the effects of the children, so that they find it open. Its end is with `useEffect`: when a child suspends,
  // React ends what `useLayoutEffect` began, although the component stays.
  useEarlyEffect(() => slot.open(), [slot]);
  useEffect(() => slot.retain(), [slot]);
  return provide(slot, { children, fallback });
}

/** What the room asks for tokens. It asks again only when a token has been refused or expires soon. */
function makeTokenFunction(latest: RefObject<{ token?: TokenOption | undefined }>) {
  let given: string | null = null;
  return () => {
    const { token = null } = latest.current;
    if (typeof token === "function") return token();
    if (token !== null && token === given)
      throw new Error("the token that <Room> has is refused or expires soon; give it another, or a function");
    given = token;
    return token;
  };
}

/** React 18 warns of `useLayoutEffect` on a server. */
const useEarlyEffect = typeof window === "undefined" ? useEffect : useLayoutEffect;

function provide(slot: RoomSlot, { children, fallback }: CommonProps): ReactNode {
  const content = fallback === undefined ? children : createElement(Gate, { fallback }, children);
  return createElement(RoomContext.Provider, { value: slot }, content);
}

function Gate({ children, fallback }: CommonProps): ReactNode {
  const isKnown = useDocument((document) => document !== null);
  return isKnown ? children : fallback;
}
