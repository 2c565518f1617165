/* Members of JSON objects, one call each, on top of Wireshark's json_dumper. Text becomes valid
 * UTF-8; NULL becomes null.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_JSON_WORDS_H
#define PPTPNAT_JSON_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include <wsutil/json_dumper.h>

void json_object(json_dumper *dumper, const char *name); /* begins an object; NULL: in an array */
void json_array(json_dumper *dumper, const char *name);  /* begins an array */
void json_text(json_dumper *dumper, const char *name, const char *text);
void json_text_taken(json_dumper *dumper, const char *name, char *text); /* frees it */
void json_number(json_dumper *dumper, const char *name, uint64_t number);
void json_number_or_null(json_dumper *dumper, const char *name, bool present, uint32_t number);
void json_frame(json_dumper *dumper, const char *name, uint32_t frame); /* 0: null */
void json_seconds(json_dumper *dumper, const char *name, int64_t ns);
void json_real_or_null(json_dumper *dumper, const char *name, bool present, double number);
void json_bool(json_dumper *dumper, const char *name, bool value);
void json_null(json_dumper *dumper, const char *name);

#endif
