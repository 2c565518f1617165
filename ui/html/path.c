/* Paths: the calls of the report as all points saw them, with their findings.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "document_internal.h"

#include <string.h>

void *parse_lookup(GHashTable *things, struct number id)
{
    return id.known ? g_hash_table_lookup(things, &id.value) : NULL;
}

static struct path *path_new(void)
{
    struct path *path = g_new0(struct path, 1);
    path->evidence = g_ptr_array_new();
    path->findings = g_ptr_array_new();
    path->status = path->text = "";
    return path;
}

/* A call belongs to one path: the first that names it. */
static void add_sighting(struct path *path, struct call *call, const struct point *point)
{
    if (call != NULL && call->path != NULL)
        call = NULL;
    if (call != NULL) {
        call->path = path;
        path->addresses_known = path->addresses_known || call->connection != NULL;
        if (point == NULL)
            point = call->point;
    }
    path->call[path->count] = call;
    path->point[path->count] = point;
    path->count++;
}

static bool path_has_call(const struct path *path)
{
    for (unsigned i = 0; i < path->count; i++) {
        if (path->call[i] != NULL)
            return true;
    }
    return false;
}

static void read_link(struct parse *parse, JsonObject *object)
{
    GStringChunk *texts = parse->document->texts;
    JsonArray *calls = reader_array(object, "calls");
    JsonArray *points = reader_array(object, "points");
    JsonArray *evidence = reader_array(object, "evidence");
    JsonObject *verdict = reader_object(object, "verdict");
    struct path *path = path_new();
    path->linked = true;
    path->id = reader_count(object, "id");
    guint count = MIN(reader_length(calls), DOCUMENT_POINTS_LIMIT);
    for (guint i = 0; i < count; i++)
        add_sighting(path, parse_lookup(parse->calls, reader_element_number(calls, i)),
                     parse_lookup(parse->points, reader_element_number(points, i)));
    if (!path_has_call(path)) {
        parse_path_free(path);
        return;
    }
    for (guint i = 0; i < reader_length(evidence); i++)
        g_ptr_array_add(path->evidence, (gpointer)reader_element_text(evidence, i, texts));
    for (enum direction d = TO_PAC; d <= TO_PNS; d++)
        path->passage[d] = parse_passage(reader_object(object, "gre"), d);
    path->clock_offset = reader_moment(object, "clock_offset_s");
    path->clock_uncertainty = reader_moment(object, "clock_uncertainty_s");
    path->clock_drift = reader_moment(object, "clock_drift_ppm");
    path->status = reader_text(verdict, "status", texts);
    path->text = reader_text(verdict, "text", texts);
    g_ptr_array_add(parse->document->paths, path);
    g_hash_table_insert(parse->links, &path->id, path);
}

static void add_lone_call(struct document *document, struct call *call)
{
    struct path *path = path_new();
    path->id = call->id;
    add_sighting(path, call, call->point);
    for (enum direction d = TO_PAC; d <= TO_PNS; d++)
        path->passage[d].seen[0] = call->flow[d].packets;
    g_ptr_array_add(document->paths, path);
}

void parse_paths(struct parse *parse, JsonObject *root)
{
    JsonArray *links = reader_array(root, "links");
    for (guint i = 0; i < reader_length(links); i++)
        read_link(parse, reader_element_object(links, i));
    for (guint i = 0; i < parse->document->calls->len; i++) {
        struct call *call = g_ptr_array_index(parse->document->calls, i);
        if (call->path == NULL)
            add_lone_call(parse->document, call);
    }
    JsonArray *unlinked = reader_array(root, "unlinked");
    for (guint i = 0; i < reader_length(unlinked); i++) {
        JsonObject *object = reader_element_object(unlinked, i);
        struct call *call = parse_lookup(parse->calls, reader_number(object, "call"));
        if (call != NULL && !call->path->linked)
            call->path->text = reader_text(object, "reason", parse->document->texts);
    }
}

void parse_attach(struct parse *parse, struct finding *finding, struct number link)
{
    struct path *path = finding->call != NULL ? finding->call->path : NULL;
    if (path == NULL)
        path = parse_lookup(parse->links, link);
    if (path == NULL)
        return;
    finding->path = path;
    path->worst = MAX(path->worst, finding->severity);
    g_ptr_array_add(path->findings, finding);
}

void parse_connection_free(void *connection)
{
    g_array_unref(((struct connection *)connection)->messages);
    g_free(connection);
}

void parse_call_free(void *call)
{
    g_array_unref(((struct call *)call)->messages);
    g_free(call);
}

void parse_path_free(void *data)
{
    struct path *path = data;
    g_ptr_array_unref(path->evidence);
    g_ptr_array_unref(path->findings);
    g_free(path);
}

const char *severity_name(enum severity severity)
{
    switch (severity) {
    case SEVERITY_ERROR:
        return "error";
    case SEVERITY_WARNING:
        return "warning";
    case SEVERITY_NOTE:
        return "note";
    case SEVERITY_CHAT:
        return "chat";
    case SEVERITY_NONE:
        break;
    }
    return "";
}

const struct call *path_outermost(const struct path *path)
{
    unsigned i = path->count;
    while (i > 1 && path->call[i - 1] == NULL)
        i--;
    return path->call[i - 1];
}

const struct call *path_innermost(const struct path *path)
{
    unsigned i = 0;
    while (i + 1 < path->count && path->call[i] == NULL)
        i++;
    return path->call[i];
}

bool path_pns_inside(const struct path *path)
{
    const struct connection *in = path_innermost(path)->connection;
    const struct connection *out = path_outermost(path)->connection;
    if (in == NULL || out == NULL)
        return true;
    return strcmp(in->pac.address, out->pac.address) == 0 ||
           strcmp(in->pns.address, out->pns.address) != 0;
}

static void widen(struct moment *bound, struct moment time, bool later)
{
    if (time.known &&
        (!bound->known || (later ? time.seconds > bound->seconds : time.seconds < bound->seconds)))
        *bound = time;
}

static struct moment call_bound(const struct call *call, bool later)
{
    struct moment bound = {false, 0};
    for (guint i = 0; i < call->messages->len; i++)
        widen(&bound, g_array_index(call->messages, struct message, i).time, later);
    for (enum direction d = TO_PAC; d <= TO_PNS; d++)
        widen(&bound, later ? call->flow[d].last_time : call->flow[d].first_time, later);
    return bound;
}

struct moment call_first(const struct call *call)
{
    return call_bound(call, false);
}

struct moment call_last(const struct call *call)
{
    struct moment last = call_bound(call, true);
    return call->ended.known ? call->ended : last;
}
