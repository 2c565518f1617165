/* The ladder of a call.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ladder.h"

#include <string.h>

#define MARGIN        76  /* half a box of an end */
#define SEGMENT       250 /* between two lanes */
#define SEGMENT_LONE  300 /* where there is only one */
#define HEAD          92
#define ROW_PLAIN     42
#define ROW_IDS       56
#define ROW_WRONG     14 /* more, for the line that says what is right */
#define BAR_HEADING   34
#define BAR_PITCH     58
#define BAR_THICKNESS 12.0

/* A message to place, with how often it was seen. */
struct sight {
    const struct message *message;
    int64_t count;
};

static void add_sights(GArray *sights, const GArray *messages)
{
    for (guint i = 0; i < messages->len && i < LADDER_MESSAGES_LIMIT; i++) {
        struct sight sight = {&g_array_index(messages, struct message, i), 1};
        g_array_append_val(sights, sight);
    }
}

static gint by_frame(gconstpointer a, gconstpointer b)
{
    int64_t x = ((const struct sight *)a)->message->frame;
    int64_t y = ((const struct sight *)b)->message->frame;
    return (x > y) - (x < y);
}

/* What a point saw: the call's messages and the connection's own, in order. */
static GArray *sights_of(const struct call *call)
{
    GArray *sights = g_array_new(FALSE, FALSE, sizeof(struct sight));
    add_sights(sights, call->messages);
    const struct connection *connection = call->connection;
    if (connection != NULL) {
        add_sights(sights, connection->messages);
        for (int i = 0; i < 2; i++) {
            struct sight echo = {&connection->echo[i].first, connection->echo[i].count};
            if (echo.count != 0)
                g_array_append_val(sights, echo);
        }
    }
    g_array_sort(sights, by_frame);
    return sights;
}

/* Rows by "title frame", for the frame itself and the frame at the other point; echoes by title,
 * since one row stands for all of them. */
static char *row_key(const struct message *message, int64_t frame)
{
    if (g_str_has_prefix(message->title, "Echo-"))
        return g_strdup(message->title);
    return g_strdup_printf("%s %" G_GINT64_FORMAT, message->title, frame);
}

static GList *find_row(GHashTable *rows, const struct message *message, unsigned place)
{
    char *own = row_key(message, message->frame);
    char *peer = row_key(message, message->peer_frame.value);
    GList *found = message->peer_frame.known ? g_hash_table_lookup(rows, peer) : NULL;
    if (found == NULL)
        found = g_hash_table_lookup(rows, own);
    g_free(own);
    g_free(peer);
    if (found == NULL || ((struct ladder_row *)found->data)->cell[place].message != NULL)
        return NULL;
    return found;
}

static void remember_row(GHashTable *rows, const struct message *message, GList *row)
{
    g_hash_table_replace(rows, row_key(message, message->frame), row);
    if (message->peer_frame.known)
        g_hash_table_replace(rows, row_key(message, message->peer_frame.value), row);
}

/* Puts what one point saw into rows: into that of the same message at another point, else into a
 * new one behind the message that this point saw before. */
static void place_sights(GQueue *queue, GHashTable *rows, const GArray *sights, unsigned place)
{
    GList *before = NULL;
    for (guint i = 0; i < sights->len; i++) {
        const struct sight *sight = &g_array_index(sights, struct sight, i);
        GList *at = find_row(rows, sight->message, place);
        if (at == NULL) {
            struct ladder_row *row = g_new0(struct ladder_row, 1);
            row->title = sight->message->title;
            row->from = sight->message->from;
            if (before == NULL) {
                g_queue_push_head(queue, row);
                at = queue->head;
            } else {
                g_queue_insert_after(queue, before, row);
                at = before->next;
            }
        }
        struct ladder_row *row = at->data;
        row->cell[place].message = sight->message;
        row->cell[place].count = sight->count;
        if (row->from == SENDER_UNKNOWN)
            row->from = sight->message->from;
        remember_row(rows, sight->message, at);
        before = at;
    }
}

static void judge_cell(struct ladder_cell *cell, const struct finding *finding)
{
    struct number id = cell->message->call_id, peer = cell->message->peer_call_id;
    struct number seen = finding->seen;
    const struct finding **of = &cell->remark;
    if (seen.known && peer.known && peer.value == seen.value)
        of = &cell->wrong_peer;
    else if (seen.known && id.known && id.value == seen.value)
        of = &cell->wrong_id;
    /* The one that says what kind of fault it is, among equals. */
    bool says_more = *of != NULL && (*of)->severity == finding->severity &&
                     (*of)->mistranslation[0] == '\0' && finding->mistranslation[0] != '\0';
    if (*of == NULL || (*of)->severity < finding->severity || says_more)
        *of = finding;
}

static void judge_row(const struct path *path, GHashTable *findings, struct ladder_row *row)
{
    for (unsigned place = 0; place < path->count; place++) {
        struct ladder_cell *cell = &row->cell[place];
        if (cell->message == NULL)
            continue;
        const GPtrArray *about = g_hash_table_lookup(findings, &cell->message->frame);
        for (guint i = 0; about != NULL && i < about->len; i++) {
            const struct finding *finding = g_ptr_array_index(about, i);
            judge_cell(cell, finding);
            row->wrong = row->wrong || finding->severity >= SEVERITY_WARNING;
        }
    }
}

static void judge_rows(const struct path *path, GQueue *queue)
{
    GHashTable *findings =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; i < path->findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(path->findings, i);
        GPtrArray *about = g_hash_table_lookup(findings, &finding->frame);
        if (about == NULL) {
            about = g_ptr_array_new();
            g_hash_table_insert(findings, (gpointer)&finding->frame, about);
        }
        g_ptr_array_add(about, (gpointer)finding);
    }
    for (GList *at = queue->head; at != NULL; at = at->next)
        judge_row(path, findings, at->data);
    g_hash_table_destroy(findings);
}

static void drop_surplus(struct ladder *ladder)
{
    unsigned shown = 0, faults = 0;
    for (GList *at = ladder->rows.head, *next; at != NULL; at = next) {
        struct ladder_row *row = at->data;
        next = at->next;
        if (row->wrong ? faults++ < LADDER_FAULTS_LIMIT : shown++ < LADDER_ROWS_LIMIT)
            continue;
        g_queue_delete_link(&ladder->rows, at);
        g_free(row);
        ladder->hidden++;
    }
}

static void make_rows(struct ladder *ladder)
{
    GHashTable *rows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (unsigned place = 0; place < ladder->path->count; place++) {
        const struct call *call = ladder->path->call[place];
        if (call == NULL)
            continue;
        GArray *sights = sights_of(call);
        place_sights(&ladder->rows, rows, sights, place);
        g_array_unref(sights);
    }
    g_hash_table_destroy(rows);
    judge_rows(ladder->path, &ladder->rows);
    drop_surplus(ladder);
}

static bool is_about(const struct finding *finding, enum direction direction)
{
    const char *const names[2][2] = {{"pns_to_pac", "a_to_b"}, {"pac_to_pns", "b_to_a"}};
    return strcmp(finding->direction, names[direction][0]) == 0 ||
           strcmp(finding->direction, names[direction][1]) == 0;
}

static bool is_control_frame(const struct ladder *ladder, int64_t frame, unsigned place)
{
    for (GList *at = ladder->rows.head; at != NULL; at = at->next) {
        const struct message *message = ((struct ladder_row *)at->data)->cell[place].message;
        if (message != NULL && message->frame == frame)
            return true;
    }
    return false;
}

/* A Call ID of GRE that is wrong is a finding with a direction and values on a frame that is no
 * control message. Packets with it may count as no flow of the call, which then has no id. */
static void judge_segment(const struct ladder *ladder, struct ladder_segment *segment,
                          unsigned place, const struct finding *finding)
{
    const struct point *point = ladder->path->point[place];
    if (!finding->seen.known || finding->severity < SEVERITY_WARNING || point == NULL ||
        point != finding->point || is_control_frame(ladder, finding->frame, place))
        return;
    segment->wrong = finding;
    if (!segment->call_id.known)
        segment->call_id = finding->seen;
}

static void judge_bar(const struct ladder *ladder, struct ladder_bar *bar)
{
    const struct path *path = ladder->path;
    for (guint i = 0; i < path->findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(path->findings, i);
        if (!is_about(finding, bar->direction))
            continue;
        if (g_str_has_suffix(finding->id, "not_forwarded") && bar->broken == NULL)
            bar->broken = finding;
        for (unsigned place = 0; place < path->count; place++) {
            if (bar->segment[place].wrong == NULL)
                judge_segment(ladder, &bar->segment[place], place, finding);
        }
    }
}

static void make_bar(struct ladder *ladder, enum direction direction)
{
    const struct path *path = ladder->path;
    const struct passage *passage = &path->passage[direction];
    struct ladder_bar *bar = &ladder->bar[direction];
    int64_t most = 1;
    bar->direction = direction;
    bar->rightwards = (direction == TO_PAC) == ladder->pns_left;
    for (unsigned i = 0; i < path->count; i++)
        most = MAX(most, passage->seen[i]);
    for (unsigned i = 0; i < path->count; i++) {
        struct ladder_segment *segment = &bar->segment[i];
        const struct call *call = path->call[i];
        unsigned hop = bar->rightwards ? i - 1 : i; /* valid if there is one before it */
        bool first = bar->rightwards ? i == 0 : i + 1 == path->count;
        segment->seen = passage->seen[i];
        segment->lost_before = first ? 0 : passage->hop[hop].lost;
        if (call != NULL)
            segment->call_id = call->flow[direction].call_id;
        if (segment->seen != 0)
            segment->thickness = MAX(3.0, BAR_THICKNESS * (double)segment->seen / (double)most);
    }
    judge_bar(ladder, bar);
}

static void set_geometry(struct ladder *ladder)
{
    double step = ladder->segments == 1 ? SEGMENT_LONE : SEGMENT;
    for (unsigned i = 0; i <= ladder->segments; i++)
        ladder->lane[i] = MARGIN + step * i;
    ladder->width = 2 * MARGIN + step * ladder->segments;
    ladder->top = HEAD;
    double y = HEAD + 6;
    for (GList *at = ladder->rows.head; at != NULL; at = at->next) {
        struct ladder_row *row = at->data;
        bool ids = false, wrong = false;
        for (unsigned i = 0; i < ladder->segments; i++) {
            const struct ladder_cell *cell = &row->cell[i];
            ids = ids || (cell->message != NULL &&
                          (cell->message->call_id.known || cell->message->peer_call_id.known));
            wrong =
                wrong || cell->wrong_id != NULL || cell->wrong_peer != NULL || cell->remark != NULL;
        }
        row->y = y;
        row->height = (ids ? ROW_IDS : ROW_PLAIN) + (wrong ? ROW_WRONG : 0);
        y += row->height;
    }
    ladder->bars = y + BAR_HEADING - 8;
    for (int d = 0; d < 2; d++)
        ladder->bar[d].y = ladder->bars + 38 + BAR_PITCH * d;
    ladder->height = ladder->bars + 38 + BAR_PITCH * 2 - 12;
}

struct ladder *ladder_new(const struct path *path)
{
    struct ladder *ladder = g_new0(struct ladder, 1);
    ladder->path = path;
    ladder->pns_left = path_pns_inside(path);
    ladder->segments = path->count;
    g_queue_init(&ladder->rows);
    make_rows(ladder);
    make_bar(ladder, TO_PAC);
    make_bar(ladder, TO_PNS);
    set_geometry(ladder);
    return ladder;
}

void ladder_free(struct ladder *ladder)
{
    g_queue_clear_full(&ladder->rows, g_free);
    g_free(ladder);
}

bool ladder_from_left(const struct ladder *ladder, enum sender from)
{
    return (from != SENDER_PAC) == ladder->pns_left;
}

const struct end *ladder_end(const struct ladder *ladder, unsigned place, bool left)
{
    const struct call *call = ladder->path->call[place];
    if (call == NULL || call->connection == NULL)
        return NULL;
    return left == ladder->pns_left ? &call->connection->pns : &call->connection->pac;
}

static bool same_id(struct number a, struct number b)
{
    return a.known == b.known && a.value == b.value;
}

bool ladder_is_nat(const struct ladder *ladder, unsigned hop)
{
    const struct call *in = ladder->path->call[hop], *out = ladder->path->call[hop + 1];
    if (in == NULL || out == NULL)
        return true;
    for (int left = 0; left < 2; left++) {
        const struct end *a = ladder_end(ladder, hop, left != 0);
        const struct end *b = ladder_end(ladder, hop + 1, left != 0);
        if (a == NULL || b == NULL || strcmp(a->address, b->address) != 0)
            return true;
    }
    return !same_id(in->pns_call_id, out->pns_call_id) ||
           !same_id(in->pac_call_id, out->pac_call_id);
}
