/* Reads IKE SAs, ESP SAs and their links, and makes tunnels of them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnel.h"

#include <string.h>

#include "document_internal.h"

/* "main 1" as people write it. */
static const char *title_of(struct parse *parse, const char *message)
{
    static const struct {
        const char *of;
        const char *title;
    } exchanges[] = {
        {"main", "Main mode"},
        {"aggressive", "Aggressive mode"},
        {"quick", "Quick mode"},
        {"informational-v1", "Informational"},
        {"transaction", "Configuration mode"},
    };
    for (size_t i = 0; i < G_N_ELEMENTS(exchanges); i++) {
        size_t length = strlen(exchanges[i].of);
        if (strncmp(message, exchanges[i].of, length) == 0 &&
            (message[length] == ' ' || message[length] == '\0')) {
            char *title = g_strconcat(exchanges[i].title, message + length, NULL);
            const char *kept = g_string_chunk_insert(parse->document->texts, title);
            g_free(title);
            return kept;
        }
    }
    return message;
}

static void read_natd(struct ike_message *message, JsonObject *object, GStringChunk *texts)
{
    JsonArray *natd = reader_array(object, "natd");
    message->natd = reader_length(natd) != 0;
    message->natd_fits = true;
    for (guint i = 0; i < reader_length(natd); i++) {
        if (strcmp(reader_element_text(natd, i, texts), "neither") == 0)
            message->natd_fits = false;
    }
}

static GArray *read_messages(struct parse *parse, JsonObject *object)
{
    GStringChunk *texts = parse->document->texts;
    GArray *messages = g_array_new(FALSE, FALSE, sizeof(struct ike_message));
    JsonArray *timeline = reader_array(object, "timeline");
    for (guint i = 0; i < reader_length(timeline); i++) {
        JsonObject *element = reader_element_object(timeline, i);
        struct number own = reader_number(element, "point_frame");
        struct ike_message message = {
            .title = title_of(parse, reader_text(element, "message", texts)),
            .exchange = reader_text(element, "exchange", texts),
            .frame = reader_count(element, "frame"),
            .peer_frame = reader_number(element, "peer_frame"),
            .time = reader_moment(element, "time"),
            .from = strcmp(reader_text(element, "from", texts), "responder") == 0 ? RESPONDER
                                                                                  : INITIATOR,
            .family = reader_count(element, "family") == 4500 ? ON_4500 : ON_500,
            .repeats = reader_number(element, "repeats_frame").known,
        };
        message.point_frame = own.known ? own.value : message.frame;
        read_natd(&message, element, texts);
        parse_note_time(parse, message.time);
        g_array_append_val(messages, message);
    }
    return messages;
}

static void add_place(GArray *places, JsonObject *object, GStringChunk *texts)
{
    struct place place = {
        .address = reader_text(object, "address", texts),
        .port = reader_count(object, "port"),
        .first_frame = reader_count(object, "first_frame"),
        .first_point_frame = reader_count(object, "first_point_frame"),
        .first_time = reader_moment(object, "first_time"),
    };
    if (object != NULL)
        g_array_append_val(places, place);
}

/* `name` holds the first place, `name`_later the others. */
static GArray *read_places(struct parse *parse, JsonObject *object, const char *name)
{
    GArray *places = g_array_new(FALSE, FALSE, sizeof(struct place));
    char *later_name = g_strconcat(name, "_later", NULL);
    JsonArray *later = reader_array(object, later_name);
    add_place(places, reader_object(object, name), parse->document->texts);
    for (guint i = 0; i < reader_length(later); i++)
        add_place(places, reader_element_object(later, i), parse->document->texts);
    g_free(later_name);
    return places;
}

static void read_ike_sas(struct parse *parse, struct ipsec *ipsec, JsonObject *root)
{
    static const char *const ends[] = {"initiator", "responder"};
    GStringChunk *texts = parse->document->texts;
    JsonArray *array = reader_array(root, "ike_sas");
    for (guint i = 0; i < reader_length(array); i++) {
        JsonObject *object = reader_element_object(array, i);
        JsonObject *natt = reader_object(object, "natt");
        struct ike_sa *sa = g_new0(struct ike_sa, 1);
        sa->id = reader_count(object, "id");
        sa->point = parse_lookup(parse->points, reader_number(object, "point"));
        sa->version = reader_text(object, "version", texts);
        sa->spi[INITIATOR] = reader_text(object, "initiator_spi", texts);
        sa->spi[RESPONDER] = reader_text(object, "responder_spi", texts);
        sa->state = reader_text(object, "state", texts);
        sa->origin = reader_text(object, "origin", texts);
        for (int end = INITIATOR; end <= RESPONDER; end++) {
            JsonObject *places = reader_object(object, ends[end]);
            sa->places[end][ON_500] = read_places(parse, places, "p500");
            sa->places[end][ON_4500] = read_places(parse, places, "p4500");
            sa->natt[end] = reader_flag(natt, ends[end]);
        }
        sa->messages = read_messages(parse, object);
        g_ptr_array_add(ipsec->ike_sas, sa);
        g_hash_table_insert(parse->ike_sas, &sa->id, sa);
    }
}

static void read_esp_sas(struct parse *parse, struct ipsec *ipsec, JsonObject *root)
{
    GStringChunk *texts = parse->document->texts;
    JsonArray *array = reader_array(root, "esp_sas");
    for (guint i = 0; i < reader_length(array); i++) {
        JsonObject *object = reader_element_object(array, i);
        struct esp_sa *sa = g_new0(struct esp_sa, 1);
        sa->id = reader_count(object, "id");
        sa->point = parse_lookup(parse->points, reader_number(object, "point"));
        sa->spi = reader_text(object, "spi", texts);
        sa->native = strcmp(reader_text(object, "encapsulation", texts), "native") == 0;
        sa->source = read_places(parse, object, "source");
        sa->target = read_places(parse, object, "destination");
        sa->packets = reader_count(object, "packets");
        sa->first_time = reader_moment(object, "first_time");
        sa->last_time = reader_moment(object, "last_time");
        sa->first_point_frame = reader_number(object, "first_point_frame");
        sa->ike_sa = reader_number(object, "ike_sa");
        sa->reverse = reader_number(object, "reverse");
        parse_note_time(parse, sa->first_time);
        g_ptr_array_add(ipsec->esp_sas, sa);
        g_hash_table_insert(parse->esp_sas, &sa->id, sa);
    }
}

/* An SA belongs to the link that names it first. */
static void read_ike_link(struct parse *parse, struct ipsec *ipsec, JsonObject *object)
{
    GStringChunk *texts = parse->document->texts;
    JsonArray *sas = reader_array(object, "sas"), *points = reader_array(object, "points");
    JsonArray *evidence = reader_array(object, "evidence");
    JsonObject *verdict = reader_object(object, "verdict");
    struct ike_sa *found[DOCUMENT_POINTS_LIMIT] = {NULL};
    guint count = MIN(reader_length(sas), DOCUMENT_POINTS_LIMIT), known = 0;
    for (guint i = 0; i < count; i++) {
        struct ike_sa *sa = parse_lookup(parse->ike_sas, reader_element_number(sas, i));
        if (sa != NULL && sa->tunnel == NULL) {
            found[i] = sa;
            known++;
        }
    }
    if (known == 0)
        return;
    struct tunnel *tunnel = tunnel_new(ipsec, "ipsec", reader_count(object, "id"));
    tunnel->linked = true;
    tunnel->count = count;
    tunnel->status = reader_text(verdict, "status", texts);
    tunnel->text = reader_text(verdict, "text", texts);
    for (guint i = 0; i < count; i++) {
        tunnel->ike[i] = found[i];
        tunnel->point[i] = parse_lookup(parse->points, reader_element_number(points, i));
        if (found[i] != NULL)
            found[i]->tunnel = tunnel;
    }
    for (guint i = 0; i < reader_length(evidence); i++)
        g_ptr_array_add(tunnel->evidence, (gpointer)reader_element_text(evidence, i, texts));
    g_hash_table_insert(parse->tunnels, &tunnel->id, tunnel);
}

static struct esp_path *esp_path_new(struct ipsec *ipsec, unsigned count)
{
    struct esp_path *path = g_new0(struct esp_path, 1);
    path->count = count;
    g_ptr_array_add(ipsec->esp_paths, path);
    return path;
}

static void read_esp_link(struct parse *parse, struct ipsec *ipsec, JsonObject *object)
{
    JsonArray *sas = reader_array(object, "sas"), *points = reader_array(object, "points");
    JsonArray *seen = reader_array(object, "seen"), *hops = reader_array(object, "hops");
    struct esp_sa *found[DOCUMENT_POINTS_LIMIT] = {NULL};
    guint count = MIN(reader_length(sas), DOCUMENT_POINTS_LIMIT), known = 0;
    for (guint i = 0; i < count; i++) {
        struct esp_sa *sa = parse_lookup(parse->esp_sas, reader_element_number(sas, i));
        if (sa != NULL && sa->path == NULL) {
            found[i] = sa;
            known++;
        }
    }
    if (known == 0)
        return;
    struct esp_path *path = esp_path_new(ipsec, count);
    path->ike_link = reader_number(object, "ike_link");
    for (guint i = 0; i < count; i++) {
        path->sa[i] = found[i];
        path->point[i] = parse_lookup(parse->points, reader_element_number(points, i));
        path->seen[i] = reader_element_number(seen, i).value;
        if (found[i] != NULL)
            found[i]->path = path;
        if (i + 1 == count)
            break;
        JsonObject *hop = reader_element_object(hops, i);
        path->hop[i].lost = reader_count(hop, "lost");
        path->hop[i].duplicated = reader_count(hop, "duplicated");
        path->hop[i].reordered = reader_count(hop, "reordered");
        path->elsewhere[i] = reader_count(hop, "elsewhere");
    }
    path->id = reader_count(object, "id");
    g_hash_table_insert(parse->esp_paths, &path->id, path);
}

static void read_links(struct parse *parse, struct ipsec *ipsec, JsonObject *root, const char *kind)
{
    GStringChunk *texts = parse->document->texts;
    JsonArray *array = reader_array(root, "ipsec_links");
    bool ike = strcmp(kind, "ike") == 0;
    for (guint i = 0; i < reader_length(array); i++) {
        JsonObject *object = reader_element_object(array, i);
        if (strcmp(reader_text(object, "kind", texts), kind) != 0)
            continue;
        if (ike)
            read_ike_link(parse, ipsec, object);
        else
            read_esp_link(parse, ipsec, object);
    }
}

/* What only one point saw. */
static void add_lone_sas(struct ipsec *ipsec)
{
    for (guint i = 0; i < ipsec->ike_sas->len; i++) {
        struct ike_sa *sa = g_ptr_array_index(ipsec->ike_sas, i);
        if (sa->tunnel != NULL)
            continue;
        struct tunnel *tunnel = tunnel_new(ipsec, "ike", sa->id);
        tunnel->count = 1;
        tunnel->ike[0] = sa;
        tunnel->point[0] = sa->point;
        sa->tunnel = tunnel;
    }
    for (guint i = 0; i < ipsec->esp_sas->len; i++) {
        struct esp_sa *sa = g_ptr_array_index(ipsec->esp_sas, i);
        if (sa->path != NULL)
            continue;
        struct esp_path *path = esp_path_new(ipsec, 1);
        path->sa[0] = sa;
        path->point[0] = sa->point;
        path->seen[0] = sa->packets;
        sa->path = path;
    }
}

struct ipsec *parse_ipsec(struct parse *parse, JsonObject *root)
{
    struct ipsec *ipsec = g_new0(struct ipsec, 1);
    ipsec->ike_sas = g_ptr_array_new();
    ipsec->esp_sas = g_ptr_array_new();
    ipsec->esp_paths = g_ptr_array_new_with_free_func(g_free);
    ipsec->tunnels = g_ptr_array_new();
    read_ike_sas(parse, ipsec, root);
    read_esp_sas(parse, ipsec, root);
    read_links(parse, ipsec, root, "ike");
    read_links(parse, ipsec, root, "esp");
    add_lone_sas(ipsec);
    tunnel_group(ipsec, parse->ike_sas, parse->tunnels);
    return ipsec;
}

static void ike_sa_free(void *data)
{
    struct ike_sa *sa = data;
    for (int end = INITIATOR; end <= RESPONDER; end++) {
        g_array_unref(sa->places[end][ON_500]);
        g_array_unref(sa->places[end][ON_4500]);
    }
    g_array_unref(sa->messages);
    g_free(sa);
}

static void esp_sa_free(void *data)
{
    struct esp_sa *sa = data;
    g_array_unref(sa->source);
    g_array_unref(sa->target);
    g_free(sa);
}

static void tunnel_free(void *data)
{
    struct tunnel *tunnel = data;
    g_ptr_array_unref(tunnel->esp);
    g_ptr_array_unref(tunnel->evidence);
    g_ptr_array_unref(tunnel->findings);
    g_free(tunnel);
}

void parse_ipsec_free(struct ipsec *ipsec)
{
    g_ptr_array_set_free_func(ipsec->ike_sas, ike_sa_free);
    g_ptr_array_set_free_func(ipsec->esp_sas, esp_sa_free);
    g_ptr_array_set_free_func(ipsec->tunnels, tunnel_free);
    g_ptr_array_unref(ipsec->tunnels);
    g_ptr_array_unref(ipsec->esp_paths);
    g_ptr_array_unref(ipsec->esp_sas);
    g_ptr_array_unref(ipsec->ike_sas);
    g_free(ipsec);
}

void parse_attach_ipsec(struct parse *parse, struct finding *finding, JsonObject *object)
{
    struct number link = reader_number(object, "ipsec_link");
    const struct ike_sa *ike = parse_lookup(parse->ike_sas, reader_number(object, "ike_sa"));
    const struct esp_sa *esp = parse_lookup(parse->esp_sas, reader_number(object, "esp_sa"));
    const struct esp_path *path = parse_lookup(parse->esp_paths, link);
    struct tunnel *tunnel = parse_lookup(parse->tunnels, link);
    if (tunnel == NULL && path != NULL)
        tunnel = path->tunnel;
    if (tunnel == NULL && ike != NULL)
        tunnel = ike->tunnel;
    if (tunnel == NULL && esp != NULL)
        tunnel = esp->path->tunnel;
    if (tunnel == NULL)
        return;
    finding->tunnel = tunnel;
    finding->esp = esp;
    tunnel->worst = MAX(tunnel->worst, finding->severity);
    g_ptr_array_add(tunnel->findings, finding);
}
