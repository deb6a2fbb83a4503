/**
 * Ordinals that a seq has for the annotations made at it, so that one integer is both: at least `BATCH_OPERATIONS_MAX`, and exact up to
 * seq 2^44. It is in stored ordinals: never to be changed.
 */
export const ORDINALS_PER_SEQ = 512;
