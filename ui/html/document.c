/* Parses the report into structs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "document_internal.h"

#include <string.h>

#define REPORT_VERSION 1

static enum severity severity_of(const char *name)
{
    for (enum severity s = SEVERITY_CHAT; s <= SEVERITY_ERROR; s++) {
        if (strcmp(name, severity_name(s)) == 0)
            return s;
    }
    return SEVERITY_NONE;
}

static enum sender sender_of(const char *name)
{
    if (strcmp(name, "pns") == 0)
        return SENDER_PNS;
    return strcmp(name, "pac") == 0 ? SENDER_PAC : SENDER_UNKNOWN;
}

void parse_note_time(struct parse *parse, struct moment time)
{
    struct moment *start = &parse->document->start;
    if (time.known && (!start->known || time.seconds < start->seconds))
        *start = time;
}

static struct message read_message(struct parse *parse, JsonObject *object)
{
    struct message message = {
        .title = reader_text(object, "message", parse->document->texts),
        .frame = reader_count(object, "frame"),
        .peer_frame = reader_number(object, "peer_frame"),
        .call_id = reader_number(object, "call_id"),
        .peer_call_id = reader_number(object, "peer_call_id"),
        .time = reader_moment(object, "time"),
        .from = sender_of(reader_text(object, "from", parse->document->texts)),
    };
    struct number own = reader_number(object, "point_frame");
    message.point_frame = own.known ? own.value : message.frame;
    parse_note_time(parse, message.time);
    return message;
}

static GArray *read_messages(struct parse *parse, JsonObject *owner, struct connection *echoing)
{
    GArray *messages = g_array_new(FALSE, FALSE, sizeof(struct message));
    JsonArray *array = reader_array(owner, "timeline");
    for (guint i = 0; i < reader_length(array); i++) {
        struct message message = read_message(parse, reader_element_object(array, i));
        bool request = strcmp(message.title, "Echo-Request") == 0;
        if (echoing == NULL || !(request || strcmp(message.title, "Echo-Reply") == 0)) {
            g_array_append_val(messages, message);
            continue;
        }
        struct echo *echo = &echoing->echo[request ? 0 : 1];
        if (echo->count++ == 0)
            echo->first = message;
    }
    return messages;
}

static void read_points(struct parse *parse, JsonObject *root)
{
    GStringChunk *texts = parse->document->texts;
    JsonArray *array = reader_array(root, "points");
    for (guint i = 0; i < reader_length(array); i++) {
        JsonObject *object = reader_element_object(array, i);
        struct point *point = g_new0(struct point, 1);
        point->id = reader_count(object, "id");
        point->name = reader_text(object, "name", texts);
        point->role = reader_text(object, "role", texts);
        point->file = reader_text(object, "file", texts);
        point->frames = reader_count(object, "frames");
        g_ptr_array_add(parse->document->points, point);
        g_hash_table_insert(parse->points, &point->id, point);
    }
}

static void note_start(struct connection *connection)
{
    for (guint i = 0; i < connection->messages->len; i++) {
        const char *title = g_array_index(connection->messages, struct message, i).title;
        if (strcmp(title, "Start-Control-Connection-Request") == 0)
            connection->started[0] = true;
        else if (strcmp(title, "Start-Control-Connection-Reply") == 0)
            connection->started[1] = true;
    }
}

static struct end read_end(JsonObject *object, GStringChunk *texts)
{
    return (struct end){reader_text(object, "address", texts), reader_count(object, "port")};
}

static void read_connections(struct parse *parse, JsonObject *root)
{
    GStringChunk *texts = parse->document->texts;
    JsonArray *array = reader_array(root, "connections");
    for (guint i = 0; i < reader_length(array); i++) {
        JsonObject *object = reader_element_object(array, i);
        struct connection *connection = g_new0(struct connection, 1);
        connection->id = reader_count(object, "id");
        connection->point = parse_lookup(parse->points, reader_number(object, "point"));
        connection->pns = read_end(reader_object(object, "pns"), texts);
        connection->pac = read_end(reader_object(object, "pac"), texts);
        connection->state = reader_text(object, "state", texts);
        connection->first_frame = reader_count(object, "first_frame");
        connection->last_frame = reader_count(object, "last_frame");
        connection->messages = read_messages(parse, object, connection);
        note_start(connection);
        g_ptr_array_add(parse->document->connections, connection);
        g_hash_table_insert(parse->connections, &connection->id, connection);
    }
}

static struct flow read_flow(struct parse *parse, JsonObject *object)
{
    struct flow flow = {
        .packets = reader_count(object, "packets"),
        .data_packets = reader_count(object, "data_packets"),
        .bytes = reader_count(object, "bytes"),
        .lost = reader_count(object, "lost"),
        .out_of_order = reader_count(object, "out_of_order"),
        .duplicates = reader_count(object, "duplicates"),
        .call_id = reader_number(object, "call_id"),
        .first_seq = reader_number(object, "first_seq"),
        .last_seq = reader_number(object, "last_seq"),
        .first_point_frame = reader_number(object, "first_point_frame"),
        .last_point_frame = reader_number(object, "last_point_frame"),
        .first_time = reader_moment(object, "first_time"),
        .last_time = reader_moment(object, "last_time"),
    };
    parse_note_time(parse, flow.first_time);
    return flow;
}

/* Either direction of `gre`, under the names for known and for unknown roles. */
static JsonObject *direction_object(JsonObject *gre, enum direction direction)
{
    JsonObject *known = reader_object(gre, direction == TO_PAC ? "pns_to_pac" : "pac_to_pns");
    return known != NULL ? known : reader_object(gre, direction == TO_PAC ? "a_to_b" : "b_to_a");
}

static void read_calls(struct parse *parse, JsonObject *root)
{
    GStringChunk *texts = parse->document->texts;
    JsonArray *array = reader_array(root, "calls");
    for (guint i = 0; i < reader_length(array); i++) {
        JsonObject *object = reader_element_object(array, i);
        JsonObject *gre = reader_object(object, "gre");
        struct call *call = g_new0(struct call, 1);
        call->id = reader_count(object, "id");
        call->connection = parse_lookup(parse->connections, reader_number(object, "connection"));
        call->point = parse_lookup(parse->points, reader_number(object, "point"));
        if (call->point == NULL && call->connection != NULL)
            call->point = call->connection->point;
        call->pns_call_id = reader_number(object, "pns_call_id");
        call->pac_call_id = reader_number(object, "pac_call_id");
        call->direction = reader_text(object, "direction", texts);
        call->state = reader_text(object, "state", texts);
        call->ended_by = reader_text(object, "ended_by", texts);
        call->stage = reader_text(object, "stage", texts);
        call->ended = reader_moment(object, "ended_time");
        call->ended_point_frame = reader_number(object, "ended_point_frame");
        call->roles_known = reader_object(gre, "pns_to_pac") != NULL;
        call->messages = read_messages(parse, object, NULL);
        for (enum direction d = TO_PAC; d <= TO_PNS; d++)
            call->flow[d] = read_flow(parse, direction_object(gre, d));
        g_ptr_array_add(parse->document->calls, call);
        g_hash_table_insert(parse->calls, &call->id, call);
    }
}

struct passage parse_passage(JsonObject *gre, enum direction direction)
{
    struct passage passage = {0};
    JsonObject *object = direction_object(gre, direction);
    JsonArray *seen = reader_array(object, "seen");
    JsonArray *hops = reader_array(object, "hops");
    for (guint i = 0; i < DOCUMENT_POINTS_LIMIT; i++)
        passage.seen[i] = reader_element_number(seen, i).value;
    for (guint i = 0; i + 1 < DOCUMENT_POINTS_LIMIT; i++) {
        JsonObject *hop = reader_element_object(hops, i);
        passage.hop[i].lost = reader_count(hop, "lost");
        passage.hop[i].duplicated = reader_count(hop, "duplicated");
        passage.hop[i].reordered = reader_count(hop, "reordered");
    }
    return passage;
}

static void read_nats(struct parse *parse, JsonObject *root)
{
    GStringChunk *texts = parse->document->texts;
    JsonArray *array = reader_array(root, "nats");
    for (guint i = 0; i < reader_length(array); i++) {
        JsonObject *object = reader_element_object(array, i);
        JsonArray *points = reader_array(object, "points");
        struct nat *nat = g_new0(struct nat, 1);
        nat->inside = parse_lookup(parse->points, reader_element_number(points, 0));
        nat->outside = parse_lookup(parse->points, reader_element_number(points, 1));
        nat->editor = reader_text(object, "pptp_editor", texts);
        nat->calls = reader_count(object, "calls");
        nat->faults = reader_count(object, "faults");
        nat->text = reader_text(object, "text", texts);
        g_ptr_array_add(parse->document->nats, nat);
    }
}

static void read_findings(struct parse *parse, JsonObject *root)
{
    GStringChunk *texts = parse->document->texts;
    JsonArray *array = reader_array(root, "findings");
    guint count = reader_length(array);
    for (guint i = 0; i < count; i++) {
        JsonObject *object = reader_element_object(array, i);
        struct finding *finding = g_new0(struct finding, 1);
        finding->index = i;
        finding->id = reader_text(object, "id", texts);
        finding->severity = severity_of(reader_text(object, "severity", texts));
        finding->is_cause = strcmp(parse->document->status, "fault") == 0 &&
                            strcmp(finding->id, parse->document->cause) == 0;
        finding->frame = reader_count(object, "frame");
        finding->point = parse_lookup(parse->points, reader_number(object, "point"));
        finding->point_frame = reader_number(object, "point_frame");
        finding->call = parse_lookup(parse->calls, reader_number(object, "call"));
        finding->direction = reader_text(object, "direction", texts);
        finding->expected = reader_number(object, "expected");
        finding->seen = reader_number(object, "seen");
        finding->mistranslation = reader_text(object, "mistranslation", texts);
        finding->summary = reader_text(object, "summary", texts);
        finding->text = reader_text(object, "text", texts);
        finding->consequence_of = reader_number(object, "consequence_of");
        if (finding->consequence_of.value >= count || finding->consequence_of.value == i)
            finding->consequence_of = (struct number){false, 0};
        g_ptr_array_add(parse->document->findings, finding);
        parse_attach(parse, finding, reader_number(object, "link"));
        parse_attach_ipsec(parse, finding, object);
    }
}

static struct document *document_new(void)
{
    struct document *document = g_new0(struct document, 1);
    document->texts = g_string_chunk_new(4096);
    document->advice = g_ptr_array_new();
    document->points = g_ptr_array_new_with_free_func(g_free);
    document->connections = g_ptr_array_new_with_free_func(parse_connection_free);
    document->calls = g_ptr_array_new_with_free_func(parse_call_free);
    document->paths = g_ptr_array_new_with_free_func(parse_path_free);
    document->nats = g_ptr_array_new_with_free_func(g_free);
    document->findings = g_ptr_array_new_with_free_func(g_free);
    return document;
}

static void read_verdict(struct document *document, JsonObject *verdict)
{
    JsonArray *advice = reader_array(verdict, "advice");
    document->status = reader_text(verdict, "status", document->texts);
    document->text = reader_text(verdict, "text", document->texts);
    document->headline = reader_text(verdict, "headline", document->texts);
    document->detail = reader_text(verdict, "detail", document->texts);
    document->known = reader_text(verdict, "known", document->texts);
    document->symptom = reader_text(verdict, "symptom", document->texts);
    document->cause = reader_text(verdict, "cause", document->texts);
    for (guint i = 0; i < reader_length(advice); i++)
        g_ptr_array_add(document->advice,
                        (gpointer)reader_element_text(advice, i, document->texts));
}

static void read_document(struct document *document, JsonObject *root)
{
    struct parse parse = {.document = document};
    GHashTable **tables[] = {&parse.points,  &parse.connections, &parse.calls,   &parse.links,
                             &parse.ike_sas, &parse.esp_sas,     &parse.tunnels, &parse.esp_paths};
    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++)
        *tables[i] = g_hash_table_new(g_int64_hash, g_int64_equal);
    read_verdict(document, reader_object(root, "verdict"));
    read_points(&parse, root);
    read_connections(&parse, root);
    read_calls(&parse, root);
    parse_paths(&parse, root);
    document->ipsec = parse_ipsec(&parse, root);
    read_nats(&parse, root);
    read_findings(&parse, root);
    for (size_t i = 0; i < G_N_ELEMENTS(tables); i++)
        g_hash_table_destroy(*tables[i]);
}

static JsonObject *root_of(JsonParser *parser)
{
    JsonNode *node = json_parser_get_root(parser);
    return node != NULL && JSON_NODE_HOLDS_OBJECT(node) ? json_node_get_object(node) : NULL;
}

struct document *document_parse(const char *text, size_t length, GError **error)
{
    GQuark domain = g_quark_from_static_string("pptpnat-document");
    if (length > G_MAXSSIZE || !reader_is_shallow(text, length)) {
        g_set_error_literal(error, domain, 0, "the JSON is nested too deeply for a report");
        return NULL;
    }
    JsonParser *parser = json_parser_new_immutable();
    struct document *document = NULL;
    if (json_parser_load_from_data(parser, text, (gssize)length, error)) {
        JsonObject *root = root_of(parser);
        struct number version = reader_number(root, "version");
        if (reader_object(root, "verdict") == NULL)
            g_set_error_literal(error, domain, 0, "this is not a report of pptpnat --json");
        else if (!version.known || version.value != REPORT_VERSION)
            g_set_error(error, domain, 0, "the report is not of version %d", REPORT_VERSION);
        else {
            document = document_new();
            read_document(document, root);
        }
    }
    g_object_unref(parser);
    return document;
}

void document_free(struct document *document)
{
    if (document == NULL)
        return;
    g_ptr_array_unref(document->findings);
    g_ptr_array_unref(document->advice);
    parse_ipsec_free(document->ipsec);
    g_ptr_array_unref(document->nats);
    g_ptr_array_unref(document->paths);
    g_ptr_array_unref(document->calls);
    g_ptr_array_unref(document->connections);
    g_ptr_array_unref(document->points);
    g_string_chunk_free(document->texts);
    g_free(document);
}
