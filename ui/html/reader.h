/* Checked reading of a JSON document that nobody vouches for: a member that is missing, of another
 * type or out of range reads as "not known", and no text can carry anything but text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_READER_H
#define PPTPNAT_HTML_READER_H

#include <json-glib/json-glib.h>
#include <stdbool.h>
#include <stdint.h>

#define READER_DEPTH_LIMIT 32   /* the parser recurses; the report nests 7 deep */
#define READER_TEXT_LIMIT  4000 /* characters of one text */

/* A value on the wire can be 0, so that it is there is said beside it. */
struct number {
    bool known;
    int64_t value;
};

struct moment {
    bool known;
    double seconds; /* since the epoch, or a difference */
};

/* True if no array or object of `text` is nested deeper than READER_DEPTH_LIMIT. */
bool reader_is_shallow(const char *text, size_t length);

/* Members of `object`, which may be NULL (everything is then unknown). */
JsonObject *reader_object(JsonObject *object, const char *name);
JsonArray *reader_array(JsonObject *object, const char *name);
struct number reader_number(JsonObject *object, const char *name); /* 0 to 2^53 */
int64_t reader_count(JsonObject *object, const char *name);        /* not known: 0 */
struct number reader_flag(JsonObject *object, const char *name);   /* false and true: 0 and 1 */
struct moment reader_moment(JsonObject *object, const char *name);
/* Valid UTF-8 without control or direction characters; "" if not known. Kept in `texts`. */
const char *reader_text(JsonObject *object, const char *name, GStringChunk *texts);

/* Elements; `array` may be NULL. */
guint reader_length(JsonArray *array);
JsonObject *reader_element_object(JsonArray *array, guint index);
struct number reader_element_number(JsonArray *array, guint index);
const char *reader_element_text(JsonArray *array, guint index, GStringChunk *texts);

#endif
