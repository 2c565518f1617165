/* The ladder of a tunnel: which IKE message each point saw and on which ports, where a port
 * changes, and how far ESP comes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnel_ladder.h"

#include <string.h>

#include "joined.h"
#include "markup.h"
#include "tunnel_lanes.h"
#include "words.h"

#define MESSAGES_LIMIT 2000 /* messages of one SA looked at, at each point */

struct maker {
    const struct document *document;
    const struct tunnel *tunnel;
    struct ladder *ladder;
    GHashTable *findings; /* by frame */
    GHashTable *frames;   /* of IKE messages (int64_t *) */
    GArray *changes;      /* struct change, by frame */
    guint changes_done;
    enum family family; /* of the latest row */
};

/* Something that is no message and stands between two. */
struct change {
    int64_t frame;
    const char *words;
    bool wrong;
};

static GArray *sights_of(const struct ike_sa *sa)
{
    GArray *sights = g_array_new(FALSE, FALSE, sizeof(struct sight));
    for (guint i = 0; i < sa->messages->len && i < MESSAGES_LIMIT; i++) {
        const struct ike_message *message = &g_array_index(sa->messages, struct ike_message, i);
        struct sight sight = {message->title, message->frame, message->peer_frame,
                              false,          message,        1};
        g_array_append_val(sights, sight);
    }
    return sights;
}

static gint by_frame(gconstpointer a, gconstpointer b)
{
    int64_t x = ((const struct change *)a)->frame, y = ((const struct change *)b)->frame;
    return (x > y) - (x < y);
}

/* Earlier of two frames at which the inner end had a port. */
static void note_port(GHashTable *ports, const GArray *places)
{
    for (guint i = 1; places != NULL && i < places->len; i++) {
        const struct place *place = &g_array_index(places, struct place, i);
        const struct place *known = g_hash_table_lookup(ports, &place->port);
        if (known == NULL || place->first_frame < known->first_frame)
            g_hash_table_replace(ports, (gpointer)&place->port, (gpointer)place);
    }
}

/* From where on the inner end has another port on 4500. */
static GHashTable *ports_of(const struct tunnel *tunnel, unsigned place)
{
    GHashTable *ports = g_hash_table_new(g_int64_hash, g_int64_equal);
    const GArray *first = tunnel_places(tunnel, place, true, ON_4500);
    note_port(ports, first);
    for (guint i = 0; i < tunnel->esp->len; i++) {
        const struct esp_path *path = g_ptr_array_index(tunnel->esp, i);
        for (unsigned p = 0; p < path->count; p++) {
            const struct esp_sa *sa = path->sa[p];
            if (sa != NULL && path->point[p] == tunnel->point[place] && !sa->native)
                note_port(ports, path->outwards ? sa->source : sa->target);
        }
    }
    return ports;
}

static bool has_mapping_change(const struct tunnel *tunnel, const struct point *point)
{
    for (guint i = 0; i < tunnel->findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(tunnel->findings, i);
        if (strcmp(finding->id, "ipsec.nat.mapping_changed") == 0 && finding->point == point)
            return true;
    }
    return false;
}

static void add_port_changes(struct maker *maker, unsigned place)
{
    GHashTable *ports = ports_of(maker->tunnel, place);
    GHashTableIter iterator;
    gpointer value = NULL;
    g_hash_table_iter_init(&iterator, ports);
    while (g_hash_table_iter_next(&iterator, NULL, &value)) {
        const struct place *to = value;
        struct change change = {
            to->first_frame,
            markup_keep(maker->ladder->texts,
                        "%s: port %" G_GINT64_FORMAT " from frame %" G_GINT64_FORMAT " on",
                        maker->ladder->side[place].name, to->port, to->first_point_frame),
            has_mapping_change(maker->tunnel, maker->tunnel->point[place]),
        };
        g_array_append_val(maker->changes, change);
    }
    g_hash_table_destroy(ports);
}

/* Findings on packets that are neither IKE messages nor an ESP SA with a bar of its own. */
static void add_loose_findings(struct maker *maker)
{
    for (guint i = 0; i < maker->tunnel->findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(maker->tunnel->findings, i);
        if (finding->severity < SEVERITY_WARNING || finding->esp != NULL ||
            g_hash_table_contains(maker->frames, &finding->frame) ||
            strcmp(finding->id, "ipsec.nat.mapping_changed") == 0)
            continue;
        struct change change = {finding->frame, words_right(maker->ladder, finding), true};
        g_array_append_val(maker->changes, change);
    }
}

static void write_changes(struct maker *maker, int64_t before)
{
    for (; maker->changes_done < maker->changes->len; maker->changes_done++) {
        const struct change *change =
            &g_array_index(maker->changes, struct change, maker->changes_done);
        if (change->frame >= before)
            return;
        struct ladder_row *row = ladder_add_row(maker->ladder);
        row->is_change = true;
        row->title = change->words;
        row->wrong = change->wrong;
    }
}

static const char *port_at(struct maker *maker, unsigned place, bool left,
                           const struct ike_message *message)
{
    const GArray *places = tunnel_places(maker->tunnel, place, left, message->family);
    const struct place *at = place_at(places, message->frame);
    return at != NULL ? markup_keep(maker->ladder->texts, "%" G_GINT64_FORMAT, at->port) : "";
}

static const struct finding *worst_about(struct maker *maker, int64_t frame)
{
    const GPtrArray *about = g_hash_table_lookup(maker->findings, &frame);
    const struct finding *worst = NULL;
    for (guint i = 0; about != NULL && i < about->len; i++) {
        const struct finding *finding = g_ptr_array_index(about, i);
        if (worst == NULL || finding->severity > worst->severity)
            worst = finding;
    }
    return worst;
}

static void fill_cell(struct maker *maker, struct ladder_row *row, unsigned place,
                      const struct ike_message *message, int64_t count)
{
    struct ladder_cell *cell = &row->cell[place];
    const struct finding *finding = worst_about(maker, message->frame);
    cell->seen = true;
    cell->left = port_at(maker, place, true, message);
    cell->right = port_at(maker, place, false, message);
    if (message->natd)
        cell->values = message->natd_fits ? "NAT-D fits" : "NAT-D differs";
    cell->where = count > 1 ? markup_keep(maker->ladder->texts,
                                          "%" G_GINT64_FORMAT " times, first frame "
                                          "%" G_GINT64_FORMAT,
                                          count, message->point_frame)
                            : markup_keep(maker->ladder->texts, "frame %" G_GINT64_FORMAT,
                                          message->point_frame);
    cell->mark = words_mark(finding);
    if (finding != NULL)
        cell->remark = words_right(maker->ladder, finding);
}

static const struct ike_message *any_message(const struct joined_row *row, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (row->message[i] != NULL)
            return row->message[i];
    }
    return NULL;
}

static int64_t first_frame(const struct joined_row *row, unsigned count)
{
    int64_t first = G_MAXINT64;
    for (unsigned i = 0; i < count; i++) {
        const struct ike_message *message = row->message[i];
        if (message != NULL)
            first = MIN(first, message->frame);
    }
    return first;
}

/* Dead peer detection and repetitions go on and on: one row says how often. */
static bool goes_on(struct maker *maker, const struct joined_row *row,
                    const struct joined_row *next)
{
    unsigned count = maker->tunnel->count;
    const struct ike_message *a = any_message(row, count), *b = any_message(next, count);
    bool same = strcmp(row->title, next->title) == 0 && a->from == b->from &&
                a->family == b->family && a->repeats == b->repeats;
    bool dull = b->repeats || g_ascii_strncasecmp(b->exchange, "informational", 13) == 0;
    if (!same || !dull)
        return false;
    for (unsigned i = 0; i < count; i++) {
        const struct ike_message *x = row->message[i], *y = next->message[i];
        if ((x == NULL) != (y == NULL))
            return false;
        if (x != NULL && (worst_about(maker, x->frame) || worst_about(maker, y->frame)))
            return false;
    }
    return true;
}

static void write_row(struct maker *maker, const struct joined_row *joined, int64_t times)
{
    const struct tunnel *tunnel = maker->tunnel;
    const struct ike_message *message = any_message(joined, tunnel->count);
    write_changes(maker, first_frame(joined, tunnel->count));
    if (message->family == ON_4500 && maker->family == ON_500) {
        struct ladder_row *row = ladder_add_row(maker->ladder);
        row->is_change = true;
        row->title = "NAT traversal: now on UDP 4500";
    }
    maker->family = message->family;
    struct ladder_row *row = ladder_add_row(maker->ladder);
    row->title = message->repeats
                     ? markup_keep(maker->ladder->texts, "%s, sent again", message->title)
                     : message->title;
    ladder_time(maker->ladder, row, message->time, maker->document->start);
    row->from_left = (message->from == INITIATOR) == tunnel->initiator_inside;
    for (unsigned i = 0; i < tunnel->count; i++) {
        row->cell[i].missing = tunnel->ike[i] != NULL;
        if (joined->message[i] != NULL)
            fill_cell(maker, row, i, joined->message[i], times);
        row->wrong = row->wrong || row->cell[i].mark == MARK_BAD;
    }
}

static void write_rows(struct maker *maker, const GQueue *rows)
{
    for (GList *at = rows->head; at != NULL; at = at->next) {
        const struct joined_row *row = at->data;
        int64_t times = 1;
        for (; at->next != NULL && goes_on(maker, row, at->next->data); at = at->next)
            times++;
        write_row(maker, row, times);
    }
    write_changes(maker, G_MAXINT64);
}

/* "31 from port 4500, 61316": the port of the inner end, as this point saw it. */
static const char *packets_words(struct ladder *ladder, const struct esp_path *path,
                                 const struct esp_sa *sa, int64_t seen)
{
    const GArray *places = sa == NULL ? NULL : path->outwards ? sa->source : sa->target;
    GString *words = g_string_new(NULL);
    char *count = markup_count(seen, "packet", "packets");
    if (sa == NULL || sa->native) {
        g_string_append(words, count);
    } else {
        g_string_append_printf(words, "%" G_GINT64_FORMAT " %s port", seen,
                               path->outwards ? "from" : "to");
        for (guint i = 0; i < places->len && i < 3; i++)
            g_string_append_printf(words, "%s %" G_GINT64_FORMAT, i == 0 ? "" : ",",
                                   g_array_index(places, struct place, i).port);
    }
    const char *kept = markup_keep(ladder->texts, "%s", words->str);
    g_string_free(words, TRUE);
    g_free(count);
    return kept;
}

static void judge_segment(struct maker *maker, struct ladder_bar *bar,
                          struct ladder_segment *segment, const struct esp_sa *sa)
{
    for (guint i = 0; sa != NULL && i < maker->tunnel->findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(maker->tunnel->findings, i);
        if (finding->esp != sa || finding->severity < SEVERITY_NOTE)
            continue;
        if (g_str_has_suffix(finding->id, "not_forwarded")) {
            bar->broken = true;
            continue;
        }
        if (segment->mark < words_mark(finding)) {
            segment->mark = words_mark(finding);
            segment->remark = words_right(maker->ladder, finding);
        }
    }
}

static void add_bar(struct maker *maker, const struct esp_path *path)
{
    const struct tunnel *tunnel = maker->tunnel;
    struct ladder_bar *bar = ladder_add_bar(maker->ladder);
    const struct esp_sa *any = NULL;
    if (bar == NULL)
        return;
    bar->rightwards = path->outwards;
    for (unsigned i = 0; i < tunnel->count; i++) {
        struct ladder_segment *segment = &bar->segment[i];
        for (unsigned p = 0; p < path->count; p++) {
            unsigned before = bar->rightwards ? p - 1 : p; /* the hop, if there is one */
            bool first = bar->rightwards ? p == 0 : p + 1 == path->count;
            if (path->point[p] != tunnel->point[i])
                continue;
            segment->covered = true;
            segment->seen = path->seen[p];
            segment->lost_before = first ? 0 : path->hop[before].lost;
            segment->words = packets_words(maker->ladder, path, path->sa[p], path->seen[p]);
            judge_segment(maker, bar, segment, path->sa[p]);
            if (path->sa[p] != NULL && any == NULL)
                ladder_bars_last(maker->ladder, path->sa[p]->last_time);
            any = path->sa[p] != NULL ? path->sa[p] : any;
        }
    }
    if (any != NULL)
        bar->title = markup_keep(maker->ladder->texts, "SPI %s%s", any->spi,
                                 any->native ? ", IP protocol 50" : "");
}

struct ladder *tunnel_ladder(const struct document *document, const struct tunnel *tunnel)
{
    struct maker maker = {
        .document = document,
        .tunnel = tunnel,
        .ladder = ladder_new(tunnel->count),
        .findings = words_by_frame(tunnel->findings),
        .frames = g_hash_table_new(g_int64_hash, g_int64_equal),
        .changes = g_array_new(FALSE, FALSE, sizeof(struct change)),
    };
    GArray *sights[DOCUMENT_POINTS_LIMIT] = {NULL};
    GQueue rows = G_QUEUE_INIT;
    tunnel_lanes(maker.ladder, tunnel);
    for (unsigned i = 0; i < tunnel->count; i++) {
        sights[i] = tunnel->ike[i] != NULL ? sights_of(tunnel->ike[i]) : NULL;
        for (guint s = 0; sights[i] != NULL && s < sights[i]->len; s++)
            g_hash_table_add(maker.frames, &g_array_index(sights[i], struct sight, s).frame);
        add_port_changes(&maker, i);
    }
    joined_rows(&rows, sights, tunnel->count);
    add_loose_findings(&maker);
    g_array_sort(maker.changes, by_frame);
    write_rows(&maker, &rows);
    maker.ladder->bars_title = "ESP, all packets";
    for (guint i = 0; i < tunnel->esp->len; i++)
        add_bar(&maker, g_ptr_array_index(tunnel->esp, i));
    ladder_arrange(maker.ladder);
    g_queue_clear_full(&rows, g_free);
    g_array_unref(maker.changes);
    g_hash_table_destroy(maker.frames);
    g_hash_table_destroy(maker.findings);
    for (unsigned i = 0; i < tunnel->count; i++)
        g_clear_pointer(&sights[i], g_array_unref);
    return maker.ladder;
}
