/* Checked reading of JSON.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "reader.h"

#include <math.h>

#include "core/base/printable.h"
#include "markup.h"

#define INTEGER_LIMIT ((int64_t)1 << 53)
#define SECONDS_LIMIT 1e12

bool reader_is_shallow(const char *text, size_t length)
{
    size_t depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (in_string) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '[' || c == '{') {
            if (++depth > READER_DEPTH_LIMIT)
                return false;
        } else if ((c == ']' || c == '}') && depth > 0) {
            depth--;
        }
    }
    return true;
}

static JsonNode *member(JsonObject *object, const char *name)
{
    return object != NULL ? json_object_get_member(object, name) : NULL;
}

JsonObject *reader_object(JsonObject *object, const char *name)
{
    JsonNode *node = member(object, name);
    return node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

JsonArray *reader_array(JsonObject *object, const char *name)
{
    JsonNode *node = member(object, name);
    return node != NULL && JSON_NODE_HOLDS_ARRAY(node) ? json_node_get_array(node) : NULL;
}

static struct number number_of(JsonNode *node)
{
    struct number unknown = {false, 0};
    if (node == NULL || !JSON_NODE_HOLDS_VALUE(node) ||
        json_node_get_value_type(node) != G_TYPE_INT64)
        return unknown;
    int64_t value = json_node_get_int(node);
    if (value < 0 || value > INTEGER_LIMIT)
        return unknown;
    return (struct number){true, value};
}

struct number reader_number(JsonObject *object, const char *name)
{
    return number_of(member(object, name));
}

int64_t reader_count(JsonObject *object, const char *name)
{
    return reader_number(object, name).value;
}

struct number reader_flag(JsonObject *object, const char *name)
{
    JsonNode *node = member(object, name);
    if (node == NULL || !JSON_NODE_HOLDS_VALUE(node) ||
        json_node_get_value_type(node) != G_TYPE_BOOLEAN)
        return (struct number){false, 0};
    return (struct number){true, json_node_get_boolean(node)};
}

struct moment reader_moment(JsonObject *object, const char *name)
{
    struct moment unknown = {false, 0};
    JsonNode *node = member(object, name);
    if (node == NULL || !JSON_NODE_HOLDS_VALUE(node) ||
        (json_node_get_value_type(node) != G_TYPE_INT64 &&
         json_node_get_value_type(node) != G_TYPE_DOUBLE))
        return unknown;
    double seconds = json_node_get_double(node);
    if (!isfinite(seconds) || fabs(seconds) > SECONDS_LIMIT)
        return unknown;
    return (struct moment){true, seconds};
}

static const char *text_of(JsonNode *node, GStringChunk *texts)
{
    if (node == NULL || !JSON_NODE_HOLDS_VALUE(node) ||
        json_node_get_value_type(node) != G_TYPE_STRING)
        return "";
    char *shown = printable_lines(json_node_get_string(node));
    char *cut = markup_short(shown, READER_TEXT_LIMIT);
    const char *kept = g_string_chunk_insert_const(texts, cut);
    g_free(cut);
    g_free(shown);
    return kept;
}

const char *reader_text(JsonObject *object, const char *name, GStringChunk *texts)
{
    return text_of(member(object, name), texts);
}

guint reader_length(JsonArray *array)
{
    return array != NULL ? json_array_get_length(array) : 0;
}

static JsonNode *element(JsonArray *array, guint index)
{
    return index < reader_length(array) ? json_array_get_element(array, index) : NULL;
}

JsonObject *reader_element_object(JsonArray *array, guint index)
{
    JsonNode *node = element(array, index);
    return node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

struct number reader_element_number(JsonArray *array, guint index)
{
    return number_of(element(array, index));
}

const char *reader_element_text(JsonArray *array, guint index, GStringChunk *texts)
{
    return text_of(element(array, index), texts);
}
