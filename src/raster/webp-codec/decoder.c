/*
 * Decodes a WebP picture from its top, a few rows at a time. libwebp's `VP8Decode` and `VP8LDecodeImage` decode it in
 * one go. Here their steps are called one by one, so that a lossy picture is nowhere as a whole, and JavaScript can do
 * something else in between. This uses internal functions of libwebp, whose version is pinned.
 */
#include <stdlib.h>

#include "codec.h"
#include "src/dec/vp8i_dec.h"
#include "src/dec/vp8li_dec.h"
#include "src/dec/webpi_dec.h"
#include "src/utils/huffman_utils.h"
#include "src/webp/decode.h"

enum { CHANNELS = 4 };

/** Rows of a lossless step. libwebp's `NUM_ARGB_CACHE_ROWS` has to be the same. */
enum { STEP_ROWS = 16 };

/** The most rows of a step: those of a row of macroblocks, and what the loop filter and the upsampler had held back. */
enum { BAND_ROWS = 2 * STEP_ROWS };

/** What `decodeRows` returns instead of a number of rows. */
enum { DAMAGED = 0, OUT_OF_MEMORY = -1 };

static VP8Io io;
static WebPDecBuffer output;
static WebPDecParams params;
static WebPDecoderOptions options;
static VP8Decoder *lossy;
static VP8LDecoder *lossless;
static uint8_t *band;
static int opaque;

static void initialize(const uint8_t *data, size_t size) {
  claim_sse2();
  options = (WebPDecoderOptions){0};
  WebPInitDecBuffer(&output);
  output.colorspace = MODE_RGBA;
  output.is_external_memory = 1;
  WebPResetDecParams(&params);
  params.output = &output;
  VP8InitIo(&io);
  io.data = data;
  io.data_size = size;
  WebPInitCustomIo(&params, &io);
}

static int allocate_band(void) {
  output.width = io.width;
  output.height = io.height;
  output.u.RGBA.stride = io.width * CHANNELS;
  band = malloc((size_t)io.width * CHANNELS * BAND_ROWS);
  return band != NULL;
}

/**
 * Opens the data of a "VP8 " chunk, and of an "ALPH" chunk if `alpha_size` is not 0. Returns 0 if they are damaged. The
 * data stays in use until `closePicture`.
 */
EXPORT(openLossy)
int open_lossy(const uint8_t *data, size_t size, const uint8_t *alpha, size_t alpha_size) {
  initialize(data, size);
  opaque = alpha_size == 0;
  lossy = VP8New();
  if (lossy == NULL) return 0;
  lossy->alpha_data_ = opaque ? NULL : alpha;
  lossy->alpha_data_size_ = alpha_size;
  return VP8GetHeaders(lossy, &io) && allocate_band() && VP8EnterCritical(lossy, &io) == VP8_STATUS_OK &&
         VP8InitFrame(lossy, &io);
}

/** Opens the data of a "VP8L" chunk, as `openLossy` does. */
EXPORT(openLossless)
int open_lossless(const uint8_t *data, size_t size) {
  int width, height, has_alpha;
  if (!VP8LGetInfo(data, size, &width, &height, &has_alpha)) return 0;
  initialize(data, size);
  opaque = !has_alpha;
  params.options = &options;
  lossless = VP8LNew();
  return lossless != NULL && VP8LDecodeHeader(lossless, &io) && allocate_band();
}

EXPORT(pictureWidth)
int picture_width(void) { return io.width; }

EXPORT(pictureHeight)
int picture_height(void) { return io.height; }

EXPORT(isOpaque)
int is_opaque(void) { return opaque; }

/** A row of macroblocks, as in libwebp's `ParseFrame`. */
static int step_lossy(void) {
  if (lossy->mb_y_ >= lossy->br_mb_y_) return 0;
  VP8BitReader *tokens = &lossy->parts_[lossy->mb_y_ & (int)lossy->num_parts_minus_one_];
  if (!VP8ParseIntraModeRow(&lossy->br_, lossy)) return 0;
  for (; lossy->mb_x_ < lossy->mb_w_; ++lossy->mb_x_) {
    if (!VP8DecodeMB(lossy, tokens)) return 0;
  }
  VP8InitScanline(lossy);
  if (!VP8ProcessRow(lossy, &io)) return 0;
  ++lossy->mb_y_;
  return 1;
}

/** The next rows up to a multiple of `STEP_ROWS`. libwebp stops, and goes on, at the lower edge of a crop. */
static int step_lossless(void) {
  int end = params.last_y + STEP_ROWS;
  if (end > io.height) end = io.height;
  // The first call takes the crop from the options, the others from here.
  options.use_cropping = 1;
  options.crop_width = io.width;
  options.crop_height = end;
  io.crop_bottom = end;
  return VP8LDecodeImage(lossless);
}

/** libwebp takes alpha that the header does not announce for opaque, where it decodes to other than RGBA. */
static void make_opaque(int rows) {
  size_t bytes = (size_t)io.width * CHANNELS * rows;
  for (size_t at = CHANNELS - 1; at < bytes; at += CHANNELS) band[at] = 255;
}

/** Decodes the next rows of RGBA to `decodedRows()`. Returns their number, or `DAMAGED` or `OUT_OF_MEMORY`. */
EXPORT(decodeRows)
int decode_rows(void) {
  int from = params.last_y;
  // libwebp writes row y to `rgba + y * stride`. The next row comes first in the band.
  output.u.RGBA.rgba = band - (ptrdiff_t)from * output.u.RGBA.stride;
  while (params.last_y == from) {
    if (lossy != NULL ? step_lossy() : step_lossless()) continue;
    VP8StatusCode status = lossy != NULL ? lossy->status_ : lossless->status_;
    return status == VP8_STATUS_OUT_OF_MEMORY ? OUT_OF_MEMORY : DAMAGED;
  }
  int rows = params.last_y - from;
  if (opaque && lossless != NULL) make_opaque(rows);
  return rows;
}

EXPORT(decodedRows)
uint8_t *decoded_rows(void) { return band; }

/** Frees everything but the data. */
EXPORT(closePicture)
void close_picture(void) {
  if (lossy != NULL) VP8ExitCritical(lossy, &io);
  VP8Delete(lossy);
  VP8LDelete(lossless);
  free(band);
  lossy = NULL;
  lossless = NULL;
  band = NULL;
}

/*
 * Up to version 1.3.1 libwebp wrote a table of an incomplete code past its end, and noticed afterwards (CVE-2023-4863).
 * Without a table it only checks the code. The linker puts this function in the place of libwebp's own.
 */
int __real_VP8LBuildHuffmanTable(HuffmanCode *table, int root_bits, const int lengths[], int count);
int __wrap_VP8LBuildHuffmanTable(HuffmanCode *table, int root_bits, const int lengths[], int count) {
  int size = __real_VP8LBuildHuffmanTable(NULL, root_bits, lengths, count);
  return size == 0 || table == NULL ? size : __real_VP8LBuildHuffmanTable(table, root_bits, lengths, count);
}
