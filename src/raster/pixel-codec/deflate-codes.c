#include "deflate-codes.h"

#include "memory.h"

/** Makes sure that two symbols occur. */
static void complete(uint32_t *counts, int symbols) {
  int present = 0;
  for (int symbol = 0; symbol < symbols; symbol++) present += counts[symbol] > 0;
  for (int symbol = 0; present < 2; symbol++) {
    if (counts[symbol] > 0) continue;
    counts[symbol] = 1;
    present++;
  }
}

/** Sorts the symbols that occur, the rarest first. Returns how many there are. */
static int sort_symbols(const uint32_t *counts, int symbols, uint16_t *sorted) {
  int found = 0;
  for (int symbol = 0; symbol < symbols; symbol++) {
    if (counts[symbol] == 0) continue;
    int at = found++;
    for (; at > 0 && counts[sorted[at - 1]] > counts[symbol]; at--) sorted[at] = sorted[at - 1];
    sorted[at] = symbol;
  }
  return found;
}

/**
 * Huffman's algorithm: the two rarest nodes get a parent, until there is only one without. Leaves are sorted, and
 * parents come in the order of their counts, so that the rarest node is the next leaf or the next parent. Returns the
 * length of the longest code.
 */
static int find_lengths(const uint32_t *leaf_counts, const uint16_t *leaves, int leaf_count, Code *codes) {
  uint32_t counts[2 * SYMBOLS_MAX];
  uint16_t parents[2 * SYMBOLS_MAX];
  for (int leaf = 0; leaf < leaf_count; leaf++) counts[leaf] = leaf_counts[leaves[leaf]];
  int root = 2 * leaf_count - 2, next_leaf = 0, next_parent = leaf_count;
  for (int parent = leaf_count; parent <= root; parent++) {
    counts[parent] = 0;
    for (int child = 0; child < 2; child++) {
      bool is_leaf = next_leaf < leaf_count && (next_parent == parent || counts[next_leaf] <= counts[next_parent]);
      int node = is_leaf ? next_leaf++ : next_parent++;
      counts[parent] += counts[node];
      parents[node] = parent;
    }
  }
  uint16_t depths[2 * SYMBOLS_MAX];
  depths[root] = 0;
  for (int node = root - 1; node >= 0; node--) depths[node] = depths[parents[node]] + 1;
  for (int leaf = 0; leaf < leaf_count; leaf++) codes[leaves[leaf]].length = depths[leaf];
  return depths[0];
}

/** Gives out codes: shorter ones first, those of the same length in the order of their symbols (§3.2.2). */
static void number_codes(int symbols, Code *codes) {
  uint32_t next = 0;
  for (int length = 1; length <= CODE_BITS_MAX; length++, next <<= 1) {
    for (int symbol = 0; symbol < symbols; symbol++) {
      if (codes[symbol].length == length) codes[symbol].bits = __builtin_bitreverse32(next++) >> (32 - length);
    }
  }
}

void make_codes(uint32_t *counts, int symbols, int length_max, Code *codes) {
  uint16_t sorted[SYMBOLS_MAX];
  complete(counts, symbols);
  __builtin_memset(codes, 0, symbols * sizeof *codes);
  int found = sort_symbols(counts, symbols, sorted);
  // Counts that are nearer to each other make codes that are. Halving keeps their order.
  while (find_lengths(counts, sorted, found, codes) > length_max) {
    for (int i = 0; i < found; i++) counts[sorted[i]] = (counts[sorted[i]] + 1) / 2;
  }
  number_codes(symbols, codes);
}
