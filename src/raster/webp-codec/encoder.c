/*
 * Encodes a lossy WebP picture of rows. They become the encoder's own planes as they come, 1.5 bytes a pixel and one
 * more if some are translucent, so that the RGBA picture is nowhere as a whole.
 */
#include <stdlib.h>
#include <string.h>

#include "codec.h"
#include "src/dsp/lossless.h"
#include "src/enc/vp8i_enc.h"
#include "src/webp/encode.h"

enum { CHANNELS = 4, OPAQUE = 255 };

/** Rows converted at once. Chrominance is of two rows, so this is even. */
enum { BAND_ROWS = 32 };

/** Macroblocks between two calls of `yield`: a few milliseconds. */
enum { YIELD_BLOCKS = 64 };

/** Comparisons between two calls of `yield`, while alpha is compressed: about a millisecond. */
enum { YIELD_COMPARISONS = 16'384 };

/**
 * The parts that the coefficients are written in: 2 to the power of this. One part can have 16 MiB, which noise of 16
 * million pixels exceeds.
 */
enum { PARTITIONS_LOG2 = 3, PARTITION_PIXELS = 4'000'000 };

/**
 * Pictures that are no larger, such as thumbnails, are encoded in one pass: half of the time, but all that is to be
 * written is held at once. Of noise at quality 100 that is 27 bytes a pixel.
 */
enum { ONE_PASS_PIXELS = 1'024 * 1'024 };

IMPORT(writeFile)
void write_file(const uint8_t *data, size_t size);

/** May suspend this module while JavaScript does something else. */
IMPORT(yield)
void yield_to_host(void);

static WebPPicture picture;
static uint8_t *band;
static int next_row;

static int write_part(const uint8_t *data, size_t size, const WebPPicture *of) {
  (void)of;
  write_file(data, size);
  return 1;
}

/** Starts a picture. Returns where to put rows of RGBA for `addRows`, or 0 if there is no memory. */
EXPORT(startPicture)
uint8_t *start_picture(int width, int height) {
  claim_sse2();
  if (!WebPPictureInit(&picture)) return NULL;
  picture.width = width;
  picture.height = height;
  picture.writer = write_part;
  next_row = 0;
  if (!WebPPictureAlloc(&picture)) return NULL;
  band = malloc((size_t)width * CHANNELS * BAND_ROWS);
  return band;
}

EXPORT(bandRows)
int band_rows(void) { return BAND_ROWS; }

static void copy_plane(const uint8_t *from, int from_stride, uint8_t *to, int to_stride, int width, int rows) {
  for (int y = 0; y < rows; y++) memcpy(to + (size_t)y * to_stride, from + (size_t)y * from_stride, width);
}

/** The rows so far were opaque. */
static int add_alpha_plane(void) {
  size_t width = picture.width;
  // `WebPPictureFree` frees the planes of luminance and chrominance only.
  picture.a = malloc(width * picture.height);
  if (picture.a == NULL) return 0;
  picture.a_stride = picture.width;
  picture.colorspace = WEBP_YUV420A;
  memset(picture.a, OPAQUE, width * next_row);
  return 1;
}

static int add_alpha(const WebPPicture *rows) {
  if (rows->a == NULL && picture.a == NULL) return 1;
  if (picture.a == NULL && !add_alpha_plane()) return 0;
  uint8_t *to = picture.a + (size_t)next_row * picture.a_stride;
  if (rows->a == NULL) memset(to, OPAQUE, (size_t)picture.width * rows->height);
  else copy_plane(rows->a, rows->a_stride, to, picture.a_stride, picture.width, rows->height);
  return 1;
}

/**
 * Adds rows that were put where `startPicture` said: `bandRows()` of them, or fewer at the end. Returns 0 if there is
 * no memory.
 */
EXPORT(addRows)
int add_rows(int count) {
  WebPPicture rows;
  if (!WebPPictureInit(&rows)) return 0;
  rows.width = picture.width;
  rows.height = count;
  // It fills planes of its own.
  if (!WebPPictureImportRGBA(&rows, band, picture.width * CHANNELS)) return 0;
  int ok = add_alpha(&rows);
  size_t luma = (size_t)next_row * picture.y_stride;
  size_t chroma = (size_t)(next_row / 2) * picture.uv_stride;
  int half_width = (picture.width + 1) / 2, half_count = (count + 1) / 2;
  copy_plane(rows.y, rows.y_stride, picture.y + luma, picture.y_stride, picture.width, count);
  copy_plane(rows.u, rows.uv_stride, picture.u + chroma, picture.uv_stride, half_width, half_count);
  copy_plane(rows.v, rows.uv_stride, picture.v + chroma, picture.uv_stride, half_width, half_count);
  WebPPictureFree(&rows);
  next_row += count;
  return ok;
}

static void yield_in_comparisons(void);

/** Encodes the picture, with a quality of 0–100. Calls `writeFile` with its parts. Returns 0 if there is no memory. */
EXPORT(encodePicture)
int encode_picture(float quality, int compress_alpha) {
  WebPConfig config;
  if (!WebPConfigInit(&config)) return 0;
  yield_in_comparisons();
  config.quality = quality;
  config.alpha_compression = compress_alpha;
  size_t pixels = (size_t)picture.width * picture.height;
  config.low_memory = pixels > ONE_PASS_PIXELS;
  if (pixels > PARTITION_PIXELS) config.partitions = PARTITIONS_LOG2;
  return WebPEncode(&config, &picture);
}

/** Frees everything. */
EXPORT(endPicture)
void end_picture(void) {
  free(picture.a);
  picture.a = NULL;
  WebPPictureFree(&picture);
  free(band);
  band = NULL;
}

/* Each pass over the picture calls this for each macroblock. The linker puts it in the place of libwebp's own. */
int __real_VP8IteratorNext(VP8EncIterator *it);
int __wrap_VP8IteratorNext(VP8EncIterator *it) {
  static unsigned blocks;
  if (++blocks % YIELD_BLOCKS == 0) yield_to_host();
  return __real_VP8IteratorNext(it);
}

/* libwebp calls this one through a pointer, all the time while it compresses alpha. */
static VP8LVectorMismatchFunc compare;
static int compare_and_yield(const uint32_t *one, const uint32_t *other, int length) {
  static unsigned comparisons;
  if (++comparisons % YIELD_COMPARISONS == 0) yield_to_host();
  return compare(one, other, length);
}

static void yield_in_comparisons(void) {
  VP8LEncDspInit();
  if (VP8LVectorMismatch == compare_and_yield) return;
  compare = VP8LVectorMismatch;
  VP8LVectorMismatch = compare_and_yield;
}
