/** Every fixed limit of the contract, each with its reason. Configurable ones live in `src/config.ts`. */

const KIB = 1024;
const MIB = 1024 * KIB;

/** The version of the wire: raised when a message changes in a way an old client can't read. */
export const PROTOCOL_VERSION = 1;
/** Subprotocol of clients that take an array of messages in one frame. */
export const BATCH_SUBPROTOCOL = "acetate.v1.batch";

/** A title is one line on a screen. */
export const TITLE_MAX = 256;
/** Bags for the application's own data, not for files: UTF-8 bytes of the JSON text. */
export const METADATA_MAX_BYTES = 16 * KIB;
/** A page of text; more belongs into the document itself. Characters are UTF-16 units, as in JSON and JavaScript. */
export const TEXT_MAX = 10_000;
/** A freehand stroke of several minutes; keeps an annotation's row far under `ROW_MAX_BYTES`. */
export const POINTS_MAX = 10_000;
export const LABELS_MAX = 32;
export const LABEL_MAX = 64;
/** A name shown to people: an author, an actor, a version's label. */
export const NAME_MAX = 256;
/** Ids that clients choose (opId, actorId): room for a UUID with a prefix, small enough to index. */
export const CLIENT_ID_MAX = 128;
/** Pixels, both directions: the renderer computes in 32-bit floats, exact to 1/1000 pixel up to here only. */
export const COORDINATE_MAX = 1_000_000;
/** Sides of a document without a picture, and of a picture: more than any sensor, less than the renderer's integers. */
export const SIDE_MAX = 32_767;
export const STROKE_WIDTH_MAX = 1_000;
export const FONT_SIZE_MAX = 2_000;
export const DASH_MAX = 8;
export const Z_INDEX_MAX = 1_000_000;

/** One CRDT update, decoded: fits one SQL row. */
export const DELTA_MAX_BYTES = 1 * MIB;
/** One CRDT snapshot, decoded: 16 rows of 1 MiB; base64 of it fits a frame. */
export const SNAPSHOT_MAX_BYTES = 16 * MIB;
/**
 * UTF-8 bytes of its JSON. Presence travels to everyone at every cursor move, and is kept in the socket's attachment:
 * 16 KiB, in which a text takes up to two bytes a character.
 */
export const PRESENCE_MAX_BYTES = 4 * KIB;
/** The largest message is a snapshot in base64 (21.4 MiB); the platform's own limit is 32 MiB. */
export const FRAME_MAX_BYTES = 24 * MIB;
/** Messages in one client frame: bounds the work that one frame can ask for. */
export const FRAME_MESSAGES_MAX = 1_000;
/** What one connection may send: people never come near, a broken loop is stopped within seconds. */
export const MESSAGES_BURST = 10_000;
export const MESSAGES_PER_SECOND = 2_000;
/** Room for two of the largest frames at once. */
export const BYTES_BURST = 64 * MIB;
export const BYTES_PER_SECOND = 8 * MIB;
/**
 * Requests that a subject or an address may send at once, as seconds of its rate (`REQUESTS_PER_SECOND`): pages load and imports begin
 * in bursts.
 */
export const REQUESTS_BURST_SECONDS = 10;
/** What an address may do with any number of tokens, as times of one subject's rate: an office, or an application's server. */
export const ADDRESS_SUBJECTS = 10;
/** Subjects and addresses that an isolate counts, a few hundred bytes each; a new one takes the place of the one heard of least lately. */
export const RATED_MAX = 10_000;
/** Refusals for being too fast after which a client is taken for one that does not listen. */
export const RATE_REFUSALS_MAX = 1_000;
/** Sent ahead of what a client has confirmed with `received`: more, and it gets no presence; still more, and it must resume. */
export const UNCONFIRMED_CROWDED_BYTES = 1 * MIB;
export const UNCONFIRMED_MAX_BYTES = 4 * MIB;
/** Sent since the last frame of a client that never confirms. */
export const UNREPORTED_MAX_BYTES = 16 * MIB;
/** States on their way to joining clients, of one document, that are not known to have arrived; one may always go. */
export const JOINS_IN_FLIGHT_BYTES = 32 * MIB;
/** Part of a state sent at once; a larger state is sent in pages of about this size. */
export const STATE_PAGE_BYTES = 1 * MIB;
/** SQL rows: production refuses rows over 2 MB, the local runtime does not, so the code keeps to this everywhere. */
export const ROW_MAX_BYTES = 1_500_000;

/** The body of a JSON request; a batch may carry several strokes of `POINTS_MAX`. */
export const JSON_BODY_MAX_BYTES = 1 * MIB;
export const BATCH_BODY_MAX_BYTES = 4 * MIB;
/** Nesting of JSON from outside: our deepest schema needs 8; parsers and validators recurse. */
export const JSON_DEPTH_MAX = 64;
/** Operations in one batch: one seq, one transaction, one broadcast. */
export const BATCH_OPERATIONS_MAX = 500;
/**
 * What the annotations of a batch take together afterwards, as JSON: they are one message to everyone and one answer. Twice the body: small
 * patches may concern large strokes.
 */
export const BATCH_RESULT_MAX_BYTES = 8 * MIB;
/**
 * Ordinals that a seq has for the annotations made at it, so that one integer is both: at least `BATCH_OPERATIONS_MAX`, and exact up to
 * seq 2^44. It is in stored ordinals: never to be changed.
 */
export const ORDINALS_PER_SEQ = 512;
/** Updates in one HTTP append. */
export const APPEND_UPDATES_MAX = 500;

/** Bytes of an uploaded picture: held in memory while it is hashed and sniffed. */
export const IMAGE_MAX_BYTES = 32 * MIB;
/**
 * Chunks, segments or blocks of a picture's file. Each costs its readers microseconds, however empty: without a bound 32 MiB of them would
 * take seconds. Pictures have some thousands at most, animations and files in small pieces included.
 */
export const IMAGE_PARTS_MAX = 16_384;
/**
 * Scans of a progressive JPEG. A few bytes of scan make a decoder go over the whole picture once more (30 ms of 3 million pixels); encoders write
 * about ten.
 */
export const JPEG_SCANS_MAX = 32;

/**
 * Bytes of pictures that one isolate receives at once, the others wait: one of the largest, or many small ones. An isolate has
 * 128 MB, and a render beside them may take 96 MiB.
 */
export const IMAGE_BODIES_BYTES = IMAGE_MAX_BYTES;
/** The same for JSON, which takes several times its size once it is parsed: two of the largest batches, thousands of usual writes. */
export const JSON_BODIES_BYTES = 2 * BATCH_BODY_MAX_BYTES;
/** How long a request waits until there is room for its body: a large upload takes about as long over a usual line. */
export const BODY_WAIT_MAX_MS = 20_000;
/** Requests that wait for that, of each kind: more would not have their turn in time. */
export const BODIES_WAITING_MAX = 64;
/** Where others wait, a body of which nothing has come for so long gives way: its client has gone, or holds them up. */
export const BODY_SILENT_MAX_MS = 5_000;
/** The same for one that takes longer in all: the largest picture then comes at half a MiB a second. */
export const BODY_HOLD_MAX_MS = 60_000;

export const PAGE_SIZE_MAX = 100;
export const PAGE_SIZE_DEFAULT = 20;
/** The deepest page: `page × size` stays an exact integer and an OFFSET that a database can bear. */
export const PAGE_MAX = 100_000;
/** Annotations in the answer to a revert, in bytes: of more, the client reads pages. */
export const REVERT_ANSWER_BYTES = 1 * MIB;
/** Pieces (about 1 MiB) of large answers that one isolate makes at once: between them come other requests. */
export const LARGE_PIECES_AT_ONCE = 2;
/** Large answers that one isolate has open: each may hold a piece of 1 MiB, in an isolate of 128 MB. */
export const LARGE_ANSWERS_MAX = 24;
/** Seqs in one answer of the change feed. */
export const CHANGES_LIMIT_MAX = 1_000;
export const CHANGES_LIMIT_DEFAULT = 500;
/** A search text; longer ones can't match a title. */
export const QUERY_MAX = TITLE_MAX;

export const SCALE_MIN = 0.1;
export const SCALE_MAX = 4;
export const QUALITY_DEFAULT = 85;
/** Authors that an export's filter names: as many as labels, and far more than work on one sheet. */
export const AUTHORS_FILTER_MAX = 32;
/** Labels in a legend: more are no help to the eye. */
export const LEGEND_LABELS_MAX = 100;
/** Notes in one picture: as many numbers as can still be looked up. */
export const NOTES_MAX = 200;
/** Longer sides of thumbnails, in pixels: few, since each of them is kept. */
export const THUMBNAIL_SIZES = [64, 128, 256, 512, 1024] as const;
export const THUMBNAIL_SIZE_DEFAULT = 256;
/** Thumbnails that one isolate makes or has waiting: they are made one after the other, and each takes about a second. */
export const THUMBNAILS_WAITING_MAX = 8;
/** What a thumbnail may take to draw: whoever asks is waiting, and the platform ends what goes on 30 s after an answer. */
export const THUMBNAIL_DRAW_MAX_MS = 20_000;

/** A token in a query string is seen by proxies and histories: only short-lived ones are taken there. */
export const QUERY_TOKEN_MAX_SECONDS = 15 * 60;
/** The longest life of a token minted by route: a quarter. */
export const TOKEN_MAX_SECONDS = 90 * 24 * 3600;
