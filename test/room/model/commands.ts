import fc from "fast-check";

/** What may happen in a run. `pick`s choose among what there is by then. */

const who = fc.nat({ max: 2 });
const pick = fc.nat();
const rest = fc.boolean();

const edit = fc.record({
  what: fc.constantFrom("create", "update", "update", "delete", "restore"),
  pick,
  /** Of the version it is made for. */
  late: fc.constantFrom(false, false, false, true),
});
export type EditPlan = typeof edit extends fc.Arbitrary<infer T> ? T : never;

const comment = fc.record({
  what: fc.constantFrom("create", "reply", "reply", "edit", "resolve", "reopen", "delete"),
  pick,
  /** Of the version it is made for; of a new one, its id. */
  late: fc.constantFrom(false, false, false, false, true),
});
export type CommentPlan = typeof comment extends fc.Arbitrary<infer T> ? T : never;

const commands = {
  /** Operations one after the other: each waits for its answer. */
  update: [8, fc.record({ who, rest, count: fc.integer({ min: 1, max: 5 }) })],
  edit: [6, fc.record({ who, rest, edits: fc.array(edit, { minLength: 1, maxLength: 3 }) })],
  batch: [3, fc.record({ who, rest, edits: fc.array(edit, { minLength: 2, maxLength: 6 }) })],
  comment: [4, fc.record({ who, rest, comments: fc.array(comment, { minLength: 1, maxLength: 4 }) })],
  /** Of something that was acknowledged: the same once more, or other content under its opId. */
  repeat: [4, fc.record({ who, rest, pick, other: fc.boolean() })],
  /** Everyone at once, and someone over REST; with a revert in between where `revert` picks one. */
  burst: [
    3,
    fc.record({
      count: fc.integer({ min: 50, max: 350 }),
      edits: fc.array(edit, { maxLength: 3 }),
      comments: fc.array(comment, { maxLength: 2 }),
      revert: fc.option(pick),
    }),
  ],
  /** Sent, and gone before anything is heard. */
  vanish: [1, fc.record({ who, count: fc.integer({ min: 1, max: 100 }) })],
  /** Updates that make a state too large for one message. */
  heavy: [1, fc.record({ who })],
  /** The label set, for a stale version now and then. */
  labels: [3, fc.record({ who, rest, pick, late: fc.constantFrom(false, false, true) })],
  document: [1, fc.record({ pick })],
  /** Deleted, and restored. */
  remove: [1, fc.record({ evict: fc.boolean() })],
  version: [2, fc.record({})],
  revert: [2, fc.record({ pick })],
  snapshot: [2, fc.record({ who })],
  /** A snapshot of something else, of a version that is `ahead` of the head, or behind it. */
  lie: [2, fc.record({ who, ahead: fc.integer({ min: -300, max: 1 }), isLarge: fc.boolean() })],
  connect: [
    4,
    fc.record({
      who,
      resume: fc.boolean(),
      batch: fc.boolean(),
      role: fc.constantFrom("editor", "editor", "editor", "commenter", "viewer"),
    }),
  ],
  drop: [2, fc.record({ who })],
  evict: [1, fc.record({})],
  /** The change feed, followed in small portions, and asked for what came after any seq. */
  feed: [2, fc.record({ limit: fc.integer({ min: 1, max: 400 }), pick })],
  revoke: [1, fc.record({})],
} as const;

type Commands = typeof commands;
type Name = keyof Commands;
type Values<N extends Name> = Commands[N][1] extends fc.Arbitrary<infer T> ? T : never;
export type Command = { [N in Name]: { do: N } & Values<N> }[Name];
export type CommandOf<N extends Name> = Extract<Command, { do: N }>;

export const command: fc.Arbitrary<Command> = fc.oneof(
  ...Object.entries(commands).map(([name, [weight, values]]) => ({
    weight,
    arbitrary: (values as fc.Arbitrary<object>).map((rest) => ({ do: name, ...rest }) as Command),
  })),
);
