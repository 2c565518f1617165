/* See path.h: the path's packets into an analysis, and what is asked of it then.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "path.h"

#include "core/pptp/pptp_outcome.h"

#include "ask.h"

static struct packet ip_packet(const struct path *path, const struct path_packet *packet)
{
    return (struct packet){
        .frame = packet->frame,
        .time_ns = packet->time_ns,
        .interface = path->interface[packet->place],
        .source = packet->source,
        .destination = packet->destination,
        .ttl = packet->ttl,
        .has_ip_id = packet->has_ip_id,
        .ip_id = packet->ip_id,
        .ip_checksum_wrong = packet->ip_checksum_wrong,
        .ip_checksum_seen = packet->ip_checksum_seen,
        .ip_checksum_right = packet->ip_checksum_right,
        .fragmented = packet->fragmented,
    };
}

static void feed_tcp(const struct path *path, struct analysis *analysis,
                     const struct path_packet *packet)
{
    struct tcp_segment segment = {
        .packet = ip_packet(path, packet),
        .source_port = packet->source_port,
        .destination_port = packet->destination_port,
        .seq = packet->seq,
        .ack = packet->ack,
        .flags = packet->flags,
        .length = packet->length,
        .captured = packet->cut ? MIN(packet->cut, packet->length) : packet->length,
        .payload = packet->octets,
        .has_checksum = packet->has_checksum,
        .checksum_seen = packet->checksum_seen,
        .checksum_right = packet->checksum_right,
        .checksum_offloaded = packet->checksum_offloaded,
    };
    analysis_tcp(analysis, &segment);
}

static void feed(const struct path *path, struct analysis *analysis,
                 const struct path_packet *packet)
{
    struct gre_packet gre = {.packet = ip_packet(path, packet)};
    struct icmp_error icmp = packet->icmp;
    struct ip_fragment fragment = {.packet = ip_packet(path, packet), .more = true};
    switch (packet->kind) {
    case PATH_TCP:
        feed_tcp(path, analysis, packet);
        break;
    case PATH_GRE:
        g_assert_cmpint(egre_parse(packet->octets, packet->length, &gre.header), ==, EGRE_OK);
        gre.captured = packet->length - gre.header.header_length;
        if (packet->cut)
            gre.captured = MIN(gre.captured, packet->cut);
        gre.payload = packet->octets + gre.header.header_length;
        analysis_gre(analysis, &gre);
        break;
    case PATH_ICMP:
        icmp.packet = ip_packet(path, packet);
        analysis_icmp(analysis, &icmp);
        break;
    case PATH_FRAGMENT:
        analysis_fragment(analysis, &fragment);
        break;
    }
}

static int by_time(gconstpointer a, gconstpointer b)
{
    const struct path_packet *x = *(struct path_packet *const *)a;
    const struct path_packet *y = *(struct path_packet *const *)b;
    return x->time_ns < y->time_ns ? -1 : x->time_ns > y->time_ns;
}

static int by_place(gconstpointer a, gconstpointer b)
{
    const struct path_packet *x = *(struct path_packet *const *)a;
    const struct path_packet *y = *(struct path_packet *const *)b;
    return x->place != y->place ? (int)x->place - (int)y->place : by_time(a, b);
}

static struct analysis *feed_sorted(struct path *path, GCompareFunc order)
{
    struct analysis_options options = {.link = true, .linker = path->options};
    struct analysis *analysis = analysis_new(&options);
    GPtrArray *sorted = g_ptr_array_new();
    for (guint i = 0; i < path->packets->len; i++) {
        struct path_packet *packet = path->packets->pdata[i];
        if (!packet->lost)
            g_ptr_array_add(sorted, packet);
    }
    g_ptr_array_sort(sorted, order);
    for (guint i = 0; i < sorted->len; i++) {
        struct path_packet *packet = sorted->pdata[i];
        packet->frame = i + 1;
        feed(path, analysis, packet);
        ask_early(analysis, i + 1);
    }
    g_ptr_array_free(sorted, TRUE);
    analysis_finish(analysis);
    return analysis;
}

struct analysis *path_feed(struct path *path)
{
    return feed_sorted(path, by_time);
}

struct analysis *path_feed_by_place(struct path *path)
{
    return feed_sorted(path, by_place);
}

const struct finding *path_finding(const struct analysis *analysis, enum finding_id id,
                                   uint32_t nth)
{
    const struct finding_log *log = analysis_log(analysis);
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        if (finding->id == id && nth-- == 0)
            return finding;
    }
    return NULL;
}

static void fail(const struct analysis *analysis, const char *what)
{
    GString *text = g_string_new(what);
    const struct finding_log *log = analysis_log(analysis);
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        g_string_append_printf(text, "\n  frame %u hop %d link %d decided %u: %s: %s",
                               finding->judged_frame, (int)finding->hop, (int)finding->link,
                               finding->deciding_frame, finding_kind(finding->id)->filter,
                               finding->text ? finding->text : "");
    }
    g_error("%s", text->str);
}

const struct finding *path_expect(const struct analysis *analysis, enum finding_id id,
                                  uint32_t frame)
{
    const struct finding *finding;
    for (uint32_t i = 0; (finding = path_finding(analysis, id, i)) != NULL; i++) {
        if (finding->judged_frame == frame)
            return finding;
    }
    char *what = g_strdup_printf("%s on frame %u was expected:", finding_kind(id)->filter, frame);
    fail(analysis, what);
    g_free(what);
    return NULL;
}

static bool is_fault(const struct finding *finding)
{
    return finding_kind(finding->id)->severity >= SEVERITY_WARN;
}

const struct finding *path_expect_only(const struct analysis *analysis, enum finding_id id,
                                       uint32_t frame)
{
    const struct finding *only = path_expect(analysis, id, frame);
    const struct finding_log *log = analysis_log(analysis);
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        const struct finding *finding = finding_log_get(log, i);
        if (finding != only && is_fault(finding))
            fail(analysis, "only one fault was expected:");
    }
    return only;
}

void path_expect_none(const struct analysis *analysis, enum finding_id id)
{
    if (path_finding(analysis, id, 0))
        fail(analysis, "this was not expected:");
}

void path_expect_fine(const struct analysis *analysis)
{
    const struct finding_log *log = analysis_log(analysis);
    for (uint32_t i = 0; i < finding_log_count(log); i++) {
        if (is_fault(finding_log_get(log, i)))
            fail(analysis, "no fault was expected:");
    }
}

uint32_t path_shown_links(const struct analysis *analysis)
{
    const struct linker *linker = analysis_linker(analysis);
    uint32_t count = 0;
    for (uint32_t i = 0; i < linker_link_count(linker); i++)
        count += link_view_is_shown(linker_link(linker, i));
    return count;
}

void path_done(struct path *path, struct analysis *analysis)
{
    analysis_free(analysis);
    path_free(path);
}

bool path_link_says(const struct analysis *analysis, uint32_t link, const char *part)
{
    const struct linker *linker = analysis_linker(analysis);
    char *text = pptp_link_text(linker, linker_link(linker, link));
    bool says = strstr(text, part) != NULL;
    g_free(text);
    return says;
}
