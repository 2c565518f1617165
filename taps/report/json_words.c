/* Members of JSON objects.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "json_words.h"

static void name_it(json_dumper *dumper, const char *name)
{
    if (name != NULL)
        json_dumper_set_member_name(dumper, name);
}

void json_object(json_dumper *dumper, const char *name)
{
    name_it(dumper, name);
    json_dumper_begin_object(dumper);
}

void json_array(json_dumper *dumper, const char *name)
{
    name_it(dumper, name);
    json_dumper_begin_array(dumper);
}

void json_null(json_dumper *dumper, const char *name)
{
    name_it(dumper, name);
    json_dumper_value_anyf(dumper, "null");
}

void json_bool(json_dumper *dumper, const char *name, bool value)
{
    name_it(dumper, name);
    json_dumper_value_anyf(dumper, value ? "true" : "false");
}

void json_text(json_dumper *dumper, const char *name, const char *text)
{
    if (text == NULL) {
        json_null(dumper, name);
        return;
    }
    char *valid = g_utf8_make_valid(text, -1);
    name_it(dumper, name);
    json_dumper_value_string(dumper, valid);
    g_free(valid);
}

void json_text_taken(json_dumper *dumper, const char *name, char *text)
{
    json_text(dumper, name, text);
    g_free(text);
}

void json_number(json_dumper *dumper, const char *name, uint64_t number)
{
    name_it(dumper, name);
    json_dumper_value_anyf(dumper, "%" G_GUINT64_FORMAT, number);
}

void json_number_or_null(json_dumper *dumper, const char *name, bool present, uint32_t number)
{
    if (present)
        json_number(dumper, name, number);
    else
        json_null(dumper, name);
}

void json_frame(json_dumper *dumper, const char *name, uint32_t frame)
{
    json_number_or_null(dumper, name, frame != 0, frame);
}

/* A double has no room for nanoseconds since the epoch, JSON has. */
void json_seconds(json_dumper *dumper, const char *name, int64_t ns)
{
    uint64_t magnitude = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
    name_it(dumper, name);
    json_dumper_value_anyf(dumper, "%s%" G_GUINT64_FORMAT ".%09u", ns < 0 ? "-" : "",
                           magnitude / 1000000000, (unsigned)(magnitude % 1000000000));
}

void json_real_or_null(json_dumper *dumper, const char *name, bool present, double number)
{
    name_it(dumper, name);
    if (present)
        json_dumper_value_double(dumper, number);
    else
        json_dumper_value_anyf(dumper, "null");
}
