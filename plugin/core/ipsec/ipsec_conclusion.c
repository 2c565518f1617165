/* Each rule is one pass over what it is about; tunnels of one server are sorted to be compared.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_conclusion.h"

#include "ike_names.h"

/* What is found before it is put in order: struct finding. */
G_GNUC_PRINTF(3, 4)
static void add(GArray *findings, struct finding finding, const char *format, ...)
{
    va_list arguments;
    g_array_append_val(findings, finding);
    va_start(arguments, format);
    g_array_index(findings, struct finding, findings->len - 1).text =
        g_strdup_vprintf(format, arguments);
    va_end(arguments);
}

/* The points that show packets of both directions between some two hosts: the others may be half a
 * tap, or a capture filter left one direction out. */
static GHashTable *two_way_points(const struct ipsec_tracker *tracker)
{
    GHashTable *points = g_hash_table_new(NULL, NULL);
    for (uint32_t i = 0; i < ipsec_tracker_conversation_count(tracker); i++) {
        const struct ipsec_conversation *conversation = ipsec_tracker_conversation(tracker, i);
        if (conversation->way[0].packets > 0 && conversation->way[1].packets > 0)
            g_hash_table_add(points, GUINT_TO_POINTER(conversation->point));
    }
    return points;
}

/* The second message of an exchange, or a later even one. */
static bool is_answer(const struct ike_record *record)
{
    return record->number > 0 && record->number % 2 == 0;
}

/* The first request of this end that was repeated often enough and that nothing came after. */
static const struct ike_record *find_unanswered(const struct ike_sa *sa, unsigned end)
{
    const struct ike_record *reply = sa->sent[1 - end].last;
    const struct ike_record *record = reply != NULL ? reply->next : sa->first;
    for (; record != NULL; record = record->next) {
        if (record->sender == end && !is_answer(record) &&
            record->repeats >= IPSEC_REPEATS_WITHOUT_REPLY)
            return record;
    }
    return NULL;
}

static void find_no_reply(const struct ipsec_tracker *tracker, GArray *findings)
{
    GHashTable *points = two_way_points(tracker);
    for (uint32_t i = 0; i < ipsec_tracker_ike_count(tracker); i++) {
        const struct ike_sa *sa = ipsec_tracker_ike(tracker, i);
        for (unsigned end = 0; end < 2; end++) {
            const struct ike_record *record = find_unanswered(sa, end);
            if (record == NULL || !g_hash_table_contains(points, GUINT_TO_POINTER(sa->point)))
                continue;
            char *message = ike_message_text(record->exchange, record->number);
            add(findings, ipsec_finding(IPSEC_NO_REPLY, record->frame, sa->point, sa, NULL),
                "%s from the %s, sent %u times", message, end == 0 ? "initiator" : "responder",
                record->repeats + 1);
            g_free(message);
        }
    }
    g_hash_table_destroy(points);
}

static bool is_one_way(const struct esp_sa *sa)
{
    if (sa->child == NULL || sa->child->frame == 0 || sa->reverse != NULL)
        return false;
    const struct ipsec_way *back = &sa->conversation->way[1 - sa->way];
    bool has_answer = back->esp_packets > 0 && back->esp_last_ns >= sa->ike->first->time_ns;
    /* Else it is half a tap, or a filter left one direction out. */
    bool shows_both_ways = sa->conversation->hosts->way[1 - sa->way].packets > 0;
    return shows_both_ways && !has_answer && sa->packets >= IPSEC_ONE_WAY_PACKETS &&
           sa->last_ns - sa->first_ns >= IPSEC_ONE_WAY_NS;
}

static void find_one_way(const struct ipsec_tracker *tracker, GArray *findings)
{
    for (uint32_t i = 0; i < ipsec_tracker_esp_count(tracker); i++) {
        const struct esp_sa *sa = ipsec_tracker_esp(tracker, i);
        if (is_one_way(sa))
            add(findings, ipsec_finding(IPSEC_ESP_ONE_WAY, sa->first_frame, sa->point, sa->ike, sa),
                "%u packets from the %s (SPI 0x%08x), none back", sa->packets,
                sa->sender == 0 ? "initiator" : "responder", sa->spi);
    }
}

/* A tunnel of ESP in UDP, seen as that of `server`. */
struct tunnel {
    const struct ipsec_conversation *conversation;
    unsigned server; /* the end with port 4500 */
};

static const struct ipsec_way *from_client(const struct tunnel *tunnel)
{
    return &tunnel->conversation->way[1 - tunnel->server];
}

static const struct ipsec_way *from_server(const struct tunnel *tunnel)
{
    return &tunnel->conversation->way[tunnel->server];
}

static const struct endpoint *client_of(const struct tunnel *tunnel)
{
    return &tunnel->conversation->end[1 - tunnel->server];
}

/* Order of groups: tunnels of one point, one server and one address of clients are together. */
static int compare_groups(const struct tunnel *a, const struct tunnel *b)
{
    if (a->conversation->point != b->conversation->point)
        return a->conversation->point < b->conversation->point ? -1 : 1;
    int order = memcmp(&a->conversation->end[a->server].address,
                       &b->conversation->end[b->server].address, sizeof(struct net_address));
    return order != 0
               ? order
               : memcmp(&client_of(a)->address, &client_of(b)->address, sizeof(struct net_address));
}

static int compare_tunnels(const void *a, const void *b)
{
    const struct tunnel *one = a;
    const struct tunnel *other = b;
    int order = compare_groups(one, other);
    return order != 0 ? order
                      : (one->conversation->index > other->conversation->index) -
                            (one->conversation->index < other->conversation->index);
}

static GArray *all_tunnels(const struct ipsec_tracker *tracker)
{
    GArray *tunnels = g_array_new(FALSE, FALSE, sizeof(struct tunnel));
    for (uint32_t i = 0; i < ipsec_tracker_conversation_count(tracker); i++) {
        const struct ipsec_conversation *conversation = ipsec_tracker_conversation(tracker, i);
        for (unsigned end = 0; end < 2; end++) {
            struct tunnel tunnel = {conversation, end};
            if (conversation->end[end].port == IKE_FLOAT_PORT &&
                from_client(&tunnel)->esp_packets > 0)
                g_array_append_val(tunnels, tunnel);
        }
    }
    g_array_sort(tunnels, compare_tunnels);
    return tunnels;
}

/* An ESP SA that was seen on both: one tunnel whose port changed. */
static bool is_moved(const struct tunnel *a, const struct tunnel *b)
{
    const struct esp_sa *one = from_client(a)->esp;
    const struct esp_sa *other = from_client(b)->esp;
    if (one == other || (one->ike != NULL && one->ike == other->ike))
        return true;
    for (const struct ipsec_place *place = one->source.first; place != NULL; place = place->next) {
        if (endpoint_equal(&place->endpoint, client_of(b)))
            return true;
    }
    for (const struct ipsec_place *place = other->source.first; place != NULL;
         place = place->next) {
        if (endpoint_equal(&place->endpoint, client_of(a)))
            return true;
    }
    return false;
}

/* The server has to know of the tunnel: it sent ESP once, or agreed on it. */
static bool was_up(const struct tunnel *tunnel)
{
    const struct esp_sa *esp = from_client(tunnel)->esp;
    return from_server(tunnel)->esp_packets > 0 || (esp->child != NULL && esp->child->frame != 0);
}

static bool is_silent(const struct tunnel *silent, const struct tunnel *served)
{
    const struct ipsec_way *alone = from_client(silent);
    int64_t both_ns = MAX(alone->esp_first_ns, from_client(served)->esp_first_ns);
    return from_server(served)->esp_packets >= IPSEC_ONE_WAY_PACKETS &&
           from_server(served)->esp_last_ns > both_ns && was_up(silent) &&
           (from_server(silent)->esp_packets == 0 || from_server(silent)->esp_last_ns < both_ns) &&
           alone->alone_packets >= IPSEC_ONE_WAY_PACKETS &&
           alone->alone_last_ns - MAX(alone->alone_first_ns, both_ns) >= IPSEC_ONE_WAY_NS &&
           !is_moved(silent, served);
}

/* The two tunnels that the server sent to last; NULL: fewer. */
static void find_served(const struct tunnel *group, unsigned count, const struct tunnel *ret[2])
{
    ret[0] = NULL;
    ret[1] = NULL;
    for (unsigned i = 0; i < count; i++) {
        int64_t last_ns = from_server(&group[i])->esp_last_ns;
        if (ret[0] == NULL || last_ns > from_server(ret[0])->esp_last_ns) {
            ret[1] = ret[0];
            ret[0] = &group[i];
        } else if (ret[1] == NULL || last_ns > from_server(ret[1])->esp_last_ns) {
            ret[1] = &group[i];
        }
    }
}

static void find_silent_in(const struct tunnel *group, unsigned count, GArray *findings)
{
    const struct tunnel *served[2];
    find_served(group, count, served);
    for (unsigned i = 0; i < count; i++) {
        const struct tunnel *other = served[0] != &group[i] ? served[0] : served[1];
        if (other == NULL || !is_silent(&group[i], other))
            continue;
        const struct ipsec_way *way = from_client(&group[i]);
        const struct ipsec_way *later =
            way->esp_first_ns >= from_client(other)->esp_first_ns ? way : from_client(other);
        add(findings,
            ipsec_finding(IPSEC_SA_SILENT, later->esp_first_frame, group[i].conversation->point,
                          way->esp->ike, way->esp),
            "the server sends to port %u; port %u sent %u packets and got none",
            client_of(other)->port, client_of(&group[i])->port, way->alone_packets);
    }
}

static void find_silent(const struct ipsec_tracker *tracker, GArray *findings)
{
    GArray *tunnels = all_tunnels(tracker);
    const struct tunnel *all = (const struct tunnel *)(void *)tunnels->data;
    unsigned first = 0;
    for (unsigned i = 1; i <= tunnels->len; i++) {
        if (i < tunnels->len && compare_groups(&all[first], &all[i]) == 0)
            continue;
        find_silent_in(all + first, i - first, findings);
        first = i;
    }
    g_array_free(tunnels, TRUE);
}

static bool has_esp_since(const struct ike_sa *sa, int64_t time_ns)
{
    for (unsigned i = 0; i < 2 * MIN(sa->children, IPSEC_RECENT); i++) {
        const struct esp_sa *esp = sa->child[i / 2].esp[i % 2];
        if (esp != NULL && esp->last_ns > time_ns)
            return true;
    }
    /* Joined in the middle: its exchanges were not seen, and so whose the ESP SAs are. */
    const struct ipsec_conversation *conversation = sa->conversation[IKE_ON_4500];
    return sa->children == 0 && conversation != NULL &&
           MAX(conversation->way[0].esp_last_ns, conversation->way[1].esp_last_ns) > time_ns;
}

bool ipsec_ike_seems_ended(const struct ike_sa *sa)
{
    bool is_informational =
        sa->last->exchange == IKE_V1_INFORMATIONAL || sa->last->exchange == IKE_V2_INFORMATIONAL;
    return is_informational && sa->last->encrypted && !has_esp_since(sa, sa->last->time_ns);
}

/* Our bounds are no fault of the network: a note. */
static void find_limits(const struct ipsec_tracker *tracker, GArray *findings)
{
    for (int i = 0; i < IPSEC_LIMIT_COUNT; i++) {
        struct ipsec_limit_note note = ipsec_tracker_limit(tracker, (enum ipsec_limit)i);
        if (note.frame != 0)
            add(findings,
                ipsec_finding(FINDING_LIMIT_REACHED, note.frame, FINDING_NONE, NULL, NULL),
                "more than %u %s; the rest is not followed", note.bound, note.what);
    }
}

static int compare_findings(const void *a, const void *b)
{
    const struct finding *one = a, *other = b;
    if (one->judged_frame != other->judged_frame)
        return one->judged_frame < other->judged_frame ? -1 : 1;
    return (int)one->id - (int)other->id;
}

void ipsec_conclude(const struct ipsec_tracker *tracker, struct finding_log *log)
{
    GArray *findings = g_array_new(FALSE, FALSE, sizeof(struct finding));
    find_no_reply(tracker, findings);
    find_one_way(tracker, findings);
    find_silent(tracker, findings);
    find_limits(tracker, findings);
    g_array_sort(findings, compare_findings);
    for (guint i = 0; i < findings->len; i++)
        finding_log_add(log, &g_array_index(findings, struct finding, i));
    g_array_free(findings, TRUE);
}
