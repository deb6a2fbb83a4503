/**
 * Every fixed limit of the contract, each with its reason. What the server keeps to itself stands where it is used;
 * what can be configured is in `src/config.ts`.
 */

const KIB = 1024;
const MIB = 1024 * KIB;

/** The version of the wire. Raised when a message changes in a way that an old client can't read. */
export const PROTOCOL_VERSION = 1;
/** The subprotocol of clients that take an array of messages in one frame. */
export const BATCH_SUBPROTOCOL = "acetate.v1.batch";

// Documents and annotations

/** A title is one line on a screen. */
export const TITLE_MAX = 256;
/** UTF-8 bytes of JSON. Metadata and properties are bags for the application's own data, not for files. */
export const METADATA_MAX_BYTES = 16 * KIB;
/** A page of text; more belongs into the document itself. Characters are UTF-16 units, as in JSON and JavaScript. */
export const TEXT_MAX = 10_000;
/** Characters of a comment: as much as people read in a thread beside a picture. */
export const COMMENT_MAX = 4_000;
/** A freehand stroke of several minutes. It keeps an annotation far under the 2 MB that a database row may have. */
export const POINTS_MAX = 10_000;
/** As many as people can tell apart on one shape. */
export const LABELS_MAX = 32;
/** A label is a word or two, not a sentence. */
export const LABEL_MAX = 64;
/** Labels of a document's label set: as many as people still find by typing the first letters. */
export const LABEL_SET_MAX = 200;
/** A name that people read: an author, an actor, a version's label. */
export const NAME_MAX = 256;
/** Ids that clients choose (opId, actorId): room for a UUID with a prefix, and short enough to index. */
export const CLIENT_ID_MAX = 128;
/** Pixels, in both directions. The renderer computes in 32-bit floats, exact to 1/1000 pixel only up to here. */
export const COORDINATE_MAX = 1_000_000;
/** Degrees, in both directions: a full turn. */
export const ROTATION_MAX = 360;
/** Pixels of a side, of a document or its picture: more than any sensor has, less than the renderer's integers hold. */
export const SIDE_MAX = 32_767;
/** Pixels: wider than any line that is still a line. */
export const STROKE_WIDTH_MAX = 1_000;
/** Pixels: letters as high as most pictures. */
export const FONT_SIZE_MAX = 2_000;
/** Lengths of a dash pattern: SVG viewers draw more, people don't. */
export const DASH_MAX = 8;
/** Contributors that are counted: beyond it the number says no more than "many", and each of them is kept. */
export const CONTRIBUTORS_MAX = 100;
/** Room for any order, and exact in every number type. */
export const Z_INDEX_MAX = 1_000_000;

// The socket

/** Characters of a lineage that a client sends back: more than twice what the service makes. */
export const LINEAGE_MAX = 64;
/** One CRDT update, decoded: it fits one database row. */
export const DELTA_MAX_BYTES = 1 * MIB;
/** One CRDT snapshot, decoded: 16 rows of 1 MiB. In base64 it fits a frame. */
export const SNAPSHOT_MAX_BYTES = 16 * MIB;
/**
 * UTF-8 bytes of a presence's JSON. It travels to everyone with every move of a cursor. The server keeps it with the
 * socket, where there are 16 KiB and a text takes up to two bytes a character.
 */
export const PRESENCE_MAX_BYTES = 4 * KIB;
/** UTF-8 bytes of a broadcast's JSON: it travels to everyone, like a presence. */
export const BROADCAST_MAX_BYTES = 4 * KIB;
/** Broadcasts that a connection may send at once, and a second in the long run: as often as presence is told. */
export const BROADCASTS_BURST = 100;
export const BROADCASTS_PER_SECOND = 50;
/** The largest message is a snapshot in base64 (21.4 MiB). The platform's own limit is 32 MiB. */
export const FRAME_MAX_BYTES = 24 * MIB;
/** Messages in one frame of a client: bounds the work that one frame can ask for. */
export const FRAME_MESSAGES_MAX = 1_000;
/** Messages that a connection may send at once. People never come near; a broken loop is stopped within seconds. */
export const MESSAGES_BURST = 10_000;
/** Messages that a connection may send in the long run. */
export const MESSAGES_PER_SECOND = 2_000;
/** Bytes that a connection may send at once: room for two of the largest frames. */
export const BYTES_BURST = 64 * MIB;
/** Bytes that a connection may send in the long run. */
export const BYTES_PER_SECOND = 8 * MIB;
/** Messages refused for being too fast, without a pause, after which the socket is closed. */
export const RATE_REFUSALS_MAX = 1_000;
/** Frames in a row that are not of the protocol, after which the socket is closed: the client is broken. */
export const STRIKES_MAX = 20;
/** Bytes sent ahead of what a client has confirmed with `received`. Over it, the client gets no presence. */
export const UNCONFIRMED_CROWDED_BYTES = 1 * MIB;
/** The same. Over it, the socket is closed and the client has to resume. */
export const UNCONFIRMED_MAX_BYTES = 4 * MIB;
/** Bytes sent since the last frame of a client that never confirms. Over it, the socket is closed. */
export const UNREPORTED_MAX_BYTES = 16 * MIB;
/** A larger state is sent in pages of about this size. */
export const STATE_PAGE_BYTES = 1 * MIB;

// Requests

/** The body of a JSON request: room for one stroke of `POINTS_MAX`. */
export const JSON_BODY_MAX_BYTES = 1 * MIB;
/** The body of a batch, over REST or the socket: room for several such strokes. */
export const BATCH_BODY_MAX_BYTES = 4 * MIB;
/** Nesting of JSON from outside. The deepest schema needs 8; parsers and validators recurse. */
export const JSON_DEPTH_MAX = 64;
/** Operations in one batch: they are one seq, one transaction, one broadcast. */
export const BATCH_OPERATIONS_MAX = 500;
/**
 * Bytes of JSON that the annotations of a batch may take afterwards: they are one message to everyone and one answer.
 * Twice the body, because small patches may concern large strokes.
 */
export const BATCH_RESULT_MAX_BYTES = 8 * MIB;
/** Updates in one append over HTTP: each takes a seq of its own. */
export const APPEND_UPDATES_MAX = 500;
/** Items of a page: a page of large strokes still fits an answer. */
export const PAGE_SIZE_MAX = 100;
/** Items of a page where the query names no size. */
export const PAGE_SIZE_DEFAULT = 20;
/** The deepest page. `page × size` stays an exact integer, and an OFFSET that a database can bear. */
export const PAGE_MAX = 100_000;
/** Bytes of annotations in the answer to a revert. Where there are more, the client reads pages. */
export const REVERT_ANSWER_BYTES = 1 * MIB;
/** Seqs in one answer of the change feed. */
export const CHANGES_LIMIT_MAX = 1_000;
/** The same where the query names no limit. */
export const CHANGES_LIMIT_DEFAULT = 500;
/** A search text. Longer ones can't match a title. */
export const QUERY_MAX = TITLE_MAX;

/** A place in a list, as the list itself wrote it: a title's sort key in base64, and an id. */
export const CURSOR_MAX = 1_024;

// Pictures

/** Bytes of an uploaded picture: a PNG of 16 million pixels that hardly compresses. It is stored as it comes. */
export const IMAGE_MAX_BYTES = 64 * MIB;
/** Bytes of a WebP: it is held in memory while it is checked, and while it is decoded. */
export const WHOLE_IMAGE_MAX_BYTES = 32 * MIB;
/**
 * Chunks, segments or blocks of a picture's file. Each costs its readers microseconds, however empty: without a bound,
 * 64 MiB of them would take seconds. Pictures have some thousands at most, also animations and files in small pieces.
 */
export const IMAGE_PARTS_MAX = 16_384;
/**
 * Scans of a JPEG. A few bytes of scan make a decoder go over the whole picture once more, and each takes 40 KiB while
 * it is read. Encoders write about ten.
 */
export const JPEG_SCANS_MAX = 64;

// Exports and thumbnails

/** Output pixels per image pixel. */
export const SCALE_MIN = 0.1;
export const SCALE_MAX = 4;
/** Of the lossy formats, as their encoders count it. */
export const QUALITY_MIN = 1;
export const QUALITY_MAX = 100;
export const QUALITY_DEFAULT = 85;
/** Authors that an export's filter names: as many as labels, and far more than work on one sheet. */
export const AUTHORS_FILTER_MAX = 32;
/** Labels in a legend: more are no help to the eye. */
export const LEGEND_LABELS_MAX = 100;
/** Notes in one picture: as many numbers as people can still look up. */
export const NOTES_MAX = 200;
/** Longer sides of thumbnails, in pixels. There are few, since each of them is kept. */
export const THUMBNAIL_SIZES = [64, 128, 256, 512, 1024] as const;
export const THUMBNAIL_SIZE_DEFAULT = 256;
/**
 * Widths of previews, in pixels: from a place in a list to a large screen. There are few, since each of them is kept.
 * Beyond the largest, the picture itself is the better answer.
 */
export const PREVIEW_WIDTHS = [256, 512, 1024, 2048] as const;

// Tokens

/** Seconds that a token in a query string may live: proxies and histories see it. */
export const QUERY_TOKEN_MAX_SECONDS = 15 * 60;
/** Seconds that a token minted over REST may live: a quarter of a year. */
export const TOKEN_MAX_SECONDS = 90 * 86_400;
