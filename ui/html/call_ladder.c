/* The ladder of a call: which message each point saw, and which of its values is wrong.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "call_ladder.h"

#include <string.h>

#include "joined.h"
#include "markup.h"
#include "words.h"

#define MESSAGES_LIMIT 400 /* messages of a call, and of its connection, looked at */

/* What is about one message at one point. */
struct judged {
    const struct finding *id;     /* about Call ID, or NULL */
    const struct finding *peer;   /* about Peer's Call ID, or NULL */
    const struct finding *remark; /* about the message as a whole, or NULL */
};

static bool pns_left(const struct path *path)
{
    return path_pns_inside(path);
}

/* The address of an end as point `place` saw it, or NULL. */
static const struct end *end_at(const struct path *path, unsigned place, bool left)
{
    const struct call *call = path->call[place];
    if (call == NULL || call->connection == NULL)
        return NULL;
    return left == pns_left(path) ? &call->connection->pns : &call->connection->pac;
}

static bool same_id(struct number a, struct number b)
{
    return a.known == b.known && a.value == b.value;
}

/* Whether a hop changes an address or a Call ID. */
static bool is_nat(const struct path *path, unsigned hop)
{
    const struct call *in = path->call[hop], *out = path->call[hop + 1];
    if (in == NULL || out == NULL)
        return true;
    for (int left = 0; left < 2; left++) {
        const struct end *a = end_at(path, hop, left != 0);
        const struct end *b = end_at(path, hop + 1, left != 0);
        if (a == NULL || b == NULL || strcmp(a->address, b->address) != 0)
            return true;
    }
    return !same_id(in->pns_call_id, out->pns_call_id) ||
           !same_id(in->pac_call_id, out->pac_call_id);
}

static const char *end_title(const struct path *path, bool left)
{
    const struct call *call = path_innermost(path);
    bool pns = left == pns_left(path);
    if (!call->roles_known)
        return pns ? "End A" : "End B";
    if (strcmp(call->direction, "incoming") == 0)
        return pns ? "PNS (called)" : "PAC (caller)";
    return pns ? "Client (PNS)" : "Server (PAC)";
}

/* Without a control connection no address is known. */
static void set_end(struct ladder *ladder, struct ladder_lane *lane, const struct end *end)
{
    if (end == NULL || end->address[0] == '\0')
        return;
    bool v6 = strchr(end->address, ':') != NULL;
    lane->line = markup_keep(ladder->texts, v6 ? "[%s]:%" G_GINT64_FORMAT : "%s:%" G_GINT64_FORMAT,
                             end->address, end->port);
    lane->brief = end->address;
}

/* A NAT is known by the address that it gives one of the ends. */
static const char *nat_line(const struct path *path, unsigned hop)
{
    if (!path->addresses_known)
        return "";
    for (int left = 1; left >= 0; left--) {
        const struct end *in = end_at(path, hop, left != 0);
        const struct end *out = end_at(path, hop + 1, left != 0);
        if (in != NULL && out != NULL && strcmp(in->address, out->address) != 0)
            return left != 0 ? out->address : in->address;
    }
    return "keeps the addresses";
}

static void set_lanes(struct ladder *ladder, const struct path *path)
{
    unsigned last = ladder->segments;
    for (unsigned i = 0; i <= last; i++) {
        struct ladder_lane *lane = &ladder->lane[i];
        bool end = i == 0 || i == last;
        lane->title = end ? end_title(path, i == 0) : ladder_hop(ladder, i, is_nat(path, i - 1));
        lane->line = end ? "" : nat_line(path, i - 1);
        if (end)
            set_end(ladder, lane, end_at(path, i == 0 ? 0 : last - 1, i == 0));
    }
    for (unsigned i = 0; i < last; i++) {
        const struct point *point = path->point[i];
        ladder->side[i].name = point != NULL ? point->name : "point";
        if (point != NULL && strcmp(point->role, "unknown") != 0)
            ladder->side[i].role = point->role;
    }
}

static void add_sight(GArray *sights, const struct message *message, bool folded, int64_t count)
{
    struct sight sight = {message->title, message->frame, message->peer_frame,
                          folded,         message,        count};
    g_array_append_val(sights, sight);
}

static void add_sights(GArray *sights, const GArray *messages)
{
    for (guint i = 0; i < messages->len && i < MESSAGES_LIMIT; i++)
        add_sight(sights, &g_array_index(messages, struct message, i), false, 1);
}

static gint by_frame(gconstpointer a, gconstpointer b)
{
    int64_t x = ((const struct sight *)a)->frame, y = ((const struct sight *)b)->frame;
    return (x > y) - (x < y);
}

/* What a point saw: the call's messages and the connection's own, in order. */
static GArray *sights_of(const struct call *call)
{
    GArray *sights = g_array_new(FALSE, FALSE, sizeof(struct sight));
    const struct connection *connection = call->connection;
    add_sights(sights, call->messages);
    if (connection != NULL) {
        add_sights(sights, connection->messages);
        for (int i = 0; i < 2; i++) {
            if (connection->echo[i].count != 0)
                add_sight(sights, &connection->echo[i].first, true, connection->echo[i].count);
        }
    }
    g_array_sort(sights, by_frame);
    return sights;
}

/* The one that says what kind of fault it is, among equals. */
static void judge(struct judged *judged, const struct message *message,
                  const struct finding *finding)
{
    struct number id = message->call_id, peer = message->peer_call_id, seen = finding->seen;
    const struct finding **of = &judged->remark;
    if (seen.known && peer.known && peer.value == seen.value)
        of = &judged->peer;
    else if (seen.known && id.known && id.value == seen.value)
        of = &judged->id;
    bool says_more = *of != NULL && (*of)->severity == finding->severity &&
                     (*of)->mistranslation[0] == '\0' && finding->mistranslation[0] != '\0';
    if (*of == NULL || (*of)->severity < finding->severity || says_more)
        *of = finding;
}

static const struct finding *worst_of(const struct judged *judged)
{
    const struct finding *all[] = {judged->id, judged->peer, judged->remark};
    const struct finding *worst = NULL;
    for (int i = 0; i < 3; i++) {
        if (all[i] != NULL && (worst == NULL || all[i]->severity > worst->severity))
            worst = all[i];
    }
    return worst;
}

static const char *id_words(struct ladder *ladder, const struct message *message,
                            const struct judged *judged)
{
    char *id = markup_number(message->call_id), *peer = markup_number(message->peer_call_id);
    const char *id_mark = judged->id != NULL ? "✗ " : "";
    const char *peer_mark = judged->peer != NULL ? "✗ " : "";
    const char *words = "";
    if (message->call_id.known && message->peer_call_id.known)
        words =
            markup_keep(ladder->texts, "%sCall ID %s, %sPeer's %s", id_mark, id, peer_mark, peer);
    else if (message->call_id.known)
        words = markup_keep(ladder->texts, "%sCall ID %s", id_mark, id);
    else if (message->peer_call_id.known)
        words = markup_keep(ladder->texts, "%sPeer's Call ID %s", peer_mark, peer);
    g_free(id);
    g_free(peer);
    return words;
}

static void fill_cell(struct ladder *ladder, struct ladder_cell *cell,
                      const struct message *message, int64_t count, const GPtrArray *about)
{
    struct judged judged = {NULL, NULL, NULL};
    for (guint i = 0; about != NULL && i < about->len; i++)
        judge(&judged, message, g_ptr_array_index(about, i));
    const struct finding *worst = worst_of(&judged);
    cell->seen = true;
    cell->values = id_words(ladder, message, &judged);
    cell->values_mark = words_mark(judged.id != NULL ? judged.id : judged.peer);
    cell->mark = words_mark(worst);
    cell->where = count > 1
                      ? markup_keep(ladder->texts,
                                    "%" G_GINT64_FORMAT " times, first frame "
                                    "%" G_GINT64_FORMAT,
                                    count, message->point_frame)
                      : markup_keep(ladder->texts, "frame %" G_GINT64_FORMAT, message->point_frame);
    if (worst != NULL)
        cell->remark = words_right(ladder, worst);
}

static void fill_row(struct ladder *ladder, const struct document *document,
                     const struct path *path, GHashTable *findings, const struct joined_row *joined)
{
    struct ladder_row *row = ladder_add_row(ladder);
    enum sender from = SENDER_UNKNOWN;
    row->title = joined->title;
    for (unsigned i = 0; i < path->count; i++) {
        const struct message *message = joined->message[i];
        row->cell[i].missing = path->call[i] != NULL;
        if (message == NULL)
            continue;
        fill_cell(ladder, &row->cell[i], message, joined->count[i],
                  g_hash_table_lookup(findings, &message->frame));
        row->wrong = row->wrong || row->cell[i].mark == MARK_BAD;
        if (from == SENDER_UNKNOWN)
            from = message->from;
        if (!row->at.known)
            ladder_time(ladder, row, message->time, document->start);
    }
    row->from_left = (from != SENDER_PAC) == pns_left(path);
}

static bool is_about(const struct finding *finding, enum direction direction)
{
    const char *const names[2][2] = {{"pns_to_pac", "a_to_b"}, {"pac_to_pns", "b_to_a"}};
    return strcmp(finding->direction, names[direction][0]) == 0 ||
           strcmp(finding->direction, names[direction][1]) == 0;
}

/* A Call ID of GRE that is wrong is a finding with a direction and values on a frame that is no
 * control message. */
static const struct finding *wrong_gre(const struct path *path, const GHashTable *control,
                                       enum direction direction, unsigned place)
{
    for (guint i = 0; i < path->findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(path->findings, i);
        if (is_about(finding, direction) && finding->seen.known &&
            finding->severity >= SEVERITY_WARNING && path->point[place] != NULL &&
            path->point[place] == finding->point &&
            !g_hash_table_contains((GHashTable *)control, &finding->frame))
            return finding;
    }
    return NULL;
}

/* What a finding says of the packets of a direction as a whole, on the segment where they come out;
 * the point can be none of the call's. */
static void say_passage(struct ladder *ladder, const struct path *path, struct ladder_bar *bar,
                        enum direction direction)
{
    static const char *const kinds[] = {"pptp.nat.gre_misdelivered", "pptp.nat.gre_other_address"};
    for (guint i = 0; i < path->findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(path->findings, i);
        unsigned place = bar->rightwards ? path->count - 1 : 0;
        bool known = strcmp(finding->id, kinds[0]) == 0 || strcmp(finding->id, kinds[1]) == 0;
        if (!known || !is_about(finding, direction))
            continue;
        for (unsigned p = 0; p < path->count; p++)
            place = path->point[p] == finding->point ? p : place;
        bar->segment[place].mark = words_mark(finding);
        bar->segment[place].remark = words_right(ladder, finding);
    }
}

/* That the wrong id is `seen` stands above the bar, unless only some of the packets have it;
 * packets with it may count as no flow of the call, which then has no id. */
static void say_gre(struct ladder *ladder, struct ladder_segment *segment, struct number id,
                    const struct finding *wrong)
{
    char *count = markup_count(segment->seen, "packet", "packets");
    if (wrong != NULL && !id.known)
        id = wrong->seen;
    bool all = wrong != NULL && wrong->seen.value == id.value;
    segment->words = id.known ? markup_keep(ladder->texts, "%sCall ID %" G_GINT64_FORMAT ", %s",
                                            all ? "✗ " : "", id.value, count)
                              : markup_keep(ladder->texts, "%s", count);
    segment->mark = words_mark(wrong);
    if (wrong != NULL)
        segment->remark = all ? words_right(ladder, wrong)
                              : markup_keep(ladder->texts, "✗ also %" G_GINT64_FORMAT ", %s",
                                            wrong->seen.value, words_right(ladder, wrong));
    g_free(count);
}

/* The point whose clock the rows have. */
static unsigned first_seen(const struct path *path)
{
    unsigned place = 0;
    while (place + 1 < path->count && path->call[place] == NULL)
        place++;
    return place;
}

static void add_gre(struct ladder *ladder, const struct path *path, const GHashTable *control,
                    enum direction direction)
{
    const struct passage *passage = &path->passage[direction];
    struct ladder_bar *bar = ladder_add_bar(ladder);
    bar->rightwards = (direction == TO_PAC) == pns_left(path);
    for (guint i = 0; i < path->findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(path->findings, i);
        bar->broken = bar->broken || (is_about(finding, direction) &&
                                      g_str_has_suffix(finding->id, "not_forwarded"));
    }
    for (unsigned i = 0; i < path->count; i++) {
        struct ladder_segment *segment = &bar->segment[i];
        const struct call *call = path->call[i];
        unsigned hop = bar->rightwards ? i - 1 : i; /* valid if there is one before it */
        bool first = bar->rightwards ? i == 0 : i + 1 == path->count;
        segment->covered = call != NULL;
        segment->seen = passage->seen[i];
        segment->lost_before = first ? 0 : passage->hop[hop].lost;
        say_gre(ladder, segment,
                call != NULL ? call->flow[direction].call_id : (struct number){false, 0},
                wrong_gre(path, control, direction, i));
        if (call != NULL && i == first_seen(path))
            ladder_bars_last(ladder, call->flow[direction].last_time);
    }
    say_passage(ladder, path, bar, direction);
}

struct ladder *call_ladder(const struct document *document, const struct path *path)
{
    struct ladder *ladder = ladder_new(path->count);
    GArray *sights[DOCUMENT_POINTS_LIMIT] = {NULL};
    GQueue rows = G_QUEUE_INIT;
    GHashTable *findings = words_by_frame(path->findings);
    GHashTable *control = g_hash_table_new(g_int64_hash, g_int64_equal);
    set_lanes(ladder, path);
    for (unsigned i = 0; i < path->count; i++)
        sights[i] = path->call[i] != NULL ? sights_of(path->call[i]) : NULL;
    joined_rows(&rows, sights, path->count);
    for (GList *at = rows.head; at != NULL; at = at->next) {
        const struct joined_row *row = at->data;
        fill_row(ladder, document, path, findings, row);
        for (unsigned i = 0; i < path->count; i++) {
            const struct message *message = row->message[i];
            if (message != NULL)
                g_hash_table_add(control, (gpointer)&message->frame);
        }
    }
    ladder->bars_title = "GRE, all packets";
    add_gre(ladder, path, control, TO_PAC);
    add_gre(ladder, path, control, TO_PNS);
    ladder_arrange(ladder);
    for (unsigned i = 0; i < path->count; i++)
        g_clear_pointer(&sights[i], g_array_unref);
    g_queue_clear_full(&rows, g_free);
    g_hash_table_destroy(control);
    g_hash_table_destroy(findings);
    return ladder;
}
