/**
 * How many ordinals each seq has for the annotations made at it, so that one integer holds the seq and the place in the
 * batch. At least `BATCH_OPERATIONS_MAX`, and exact up to seq 2^44. Never change it: stored ordinals contain it.
 */
export const ORDINALS_PER_SEQ = 512;
