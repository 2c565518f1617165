/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record_live.h"

#include "core/base/hash.h"
#include "feed.h"
#include "report/report.h"

#define WAIT_US (1 * G_USEC_PER_SEC) /* how much later packets of one point may come in */

/* A packet that waits, with its octets behind it. */
struct held {
    gint64 arrived_us;
    int64_t time_ns;
    uint32_t point;
    uint32_t number; /* in the file of its point */
    uint32_t link_type;
    uint32_t captured;
    uint32_t length;
    uint8_t octets[];
};

/* Where a frame of the model stands. */
struct live_frame {
    uint32_t frame;
    uint32_t point;
    uint32_t number;
};

struct record_live {
    const char *const *names;
    uint32_t point_count;
    uint32_t *counts; /* packets of each point */
    GQueue *waiting;  /* of each point: struct held *, as they came */
    struct analysis *analysis;
    struct interfaces *interfaces;
    struct feed *feed;
    GArray *places; /* struct live_frame, by frame */
    uint32_t frame;
    uint32_t certain; /* findings of the log that no later packet can change; */
    uint32_t said;    /* those that were said */
    void (*say)(const char *text);
};

static const char *name_interface(void *user, const struct interface_id *id)
{
    const struct record_live *live = user;

    return live->names[id->file];
}

struct record_live *record_live_new(const char *const *names, const struct settings *settings,
                                    void (*say)(const char *text))
{
    struct record_live *live = g_new0(struct record_live, 1);
    struct analysis_options options = {
        .is_pptp_port = settings_is_pptp_port,
        .link = settings->link,
        .linker = {.window_s = settings->window_s,
                   .inside_subnets =
                       (const struct link_subnet *)(const void *)settings->inside.subnets->data,
                   .inside_subnet_count = settings->inside.subnets->len},
    };

    hash_start();
    live->names = names;
    live->point_count = g_strv_length((char **)names);
    live->counts = g_new0(uint32_t, live->point_count);
    live->waiting = g_new0(GQueue, live->point_count);
    for (uint32_t i = 0; i < live->point_count; i++)
        g_queue_init(&live->waiting[i]);
    live->analysis = analysis_new(&options);
    live->interfaces = interfaces_new();
    live->feed =
        feed_new(live->analysis, live->interfaces, settings_is_pptp_port, name_interface, live);
    live->places = g_array_new(FALSE, FALSE, sizeof(struct live_frame));
    live->say = say;
    return live;
}

void record_live_free(struct record_live *live)
{
    if (live == NULL)
        return;
    for (uint32_t i = 0; i < live->point_count; i++)
        g_queue_clear_full(&live->waiting[i], g_free);
    g_free(live->waiting);
    feed_free(live->feed);
    analysis_free(live->analysis);
    interfaces_free(live->interfaces);
    g_array_free(live->places, TRUE);
    g_free(live->counts);
    g_free(live);
}

void record_live_add(struct record_live *live, uint32_t point, uint32_t link_type,
                     const struct pcap_part *packet)
{
    struct held *held = g_malloc(sizeof *held + packet->captured);

    *held = (struct held){
        .arrived_us = g_get_monotonic_time(),
        .time_ns = packet->time_ns,
        .point = point,
        .number = ++live->counts[point],
        .link_type = link_type,
        .captured = packet->captured,
        .length = packet->length,
    };
    memcpy(held->octets, packet->frame, packet->captured);
    g_queue_push_tail(&live->waiting[point], held);
}

/* https://www.tcpdump.org/linktypes.html */
static enum frame_link link_of(uint32_t link_type)
{
    static const struct {
        uint32_t type;
        enum frame_link link;
    } links[] = {{1, FRAME_LINK_ETHERNET}, {113, FRAME_LINK_SLL},  {276, FRAME_LINK_SLL2},
                 {101, FRAME_LINK_RAW},    {228, FRAME_LINK_IPV4}, {229, FRAME_LINK_IPV6},
                 {0, FRAME_LINK_NULL},     {108, FRAME_LINK_LOOP}, {9, FRAME_LINK_PPP}};

    for (unsigned i = 0; i < G_N_ELEMENTS(links); i++) {
        if (links[i].type == link_type)
            return links[i].link;
    }
    return FRAME_LINK_OTHER;
}

static void feed_held(struct record_live *live, const struct held *held)
{
    struct feed_frame frame = {
        .number = live->frame + 1,
        .time_ns = held->time_ns,
        .from = {.file = held->point},
        .link = link_of(held->link_type),
        .octets = {held->octets, held->captured, held->length},
    };
    struct live_frame place = {frame.number, held->point, held->number};
    enum frame_kind kind;
    const char *reason;
    bool fed;

    live->frame++;
    kind = feed_frame(live->feed, &frame, &reason, &fed);
    if (!fed)
        return;
    g_array_append_val(live->places, place);
    /* Of ICMP, not all is analysed. Behind a packet that is, the log has no conclusions. */
    if (kind != FRAME_ICMP)
        live->certain = finding_log_count(analysis_log(live->analysis));
}

static const char *interface_name(const void *user, uint32_t interface)
{
    return interfaces_name(((const struct record_live *)user)->interfaces, interface);
}

static bool interface_file(const void *user, uint32_t interface, uint32_t *ret_file)
{
    const struct interface_id *id =
        interfaces_id(((const struct record_live *)user)->interfaces, interface);

    if (id != NULL)
        *ret_file = id->file;
    return id != NULL;
}

static int by_frame(const void *a, const void *b)
{
    uint32_t one = ((const struct live_frame *)a)->frame;
    uint32_t other = ((const struct live_frame *)b)->frame;

    return one < other ? -1 : one > other;
}

static bool own_frame(const void *user, uint32_t frame, uint32_t *ret_file, uint32_t *ret_number)
{
    const struct record_live *live = user;
    const struct live_frame *all = (const struct live_frame *)(const void *)live->places->data;
    struct live_frame wanted = {.frame = frame};
    guint at;

    if (!g_array_binary_search(live->places, &wanted, by_frame, &at))
        return false;
    *ret_file = all[at].point;
    *ret_number = all[at].number;
    return true;
}

static const char *file_name(const void *user, uint32_t file)
{
    return ((const struct record_live *)user)->names[file];
}

/* "ERROR, frame 15 of lan.pcap. Call ID translated wrongly: ..." */
static void say_finding(const struct record_live *live, const struct report *report,
                        const struct finding *finding)
{
    const struct finding_kind *kind = finding_kind(finding->id);
    char *severity = g_ascii_strup(finding_severity_name(kind->severity), -1);
    char *frame = finding->judged_frame != 0 ? report_frame_text(report, finding->judged_frame)
                                             : g_strdup("no frame");
    char *text = finding->text != NULL ? report_text(report, finding->text) : NULL;
    char *line = g_strdup_printf("%s: %s (%s)%s%s", severity, kind->summary, frame,
                                 text != NULL ? "\n" : "", text != NULL ? text : "");

    live->say(line);
    g_free(line);
    g_free(text);
    g_free(frame);
    g_free(severity);
}

static void say_news(struct record_live *live)
{
    struct sources sources = {
        .interface_name = interface_name,
        .interface_file = interface_file,
        .frame = own_frame,
        .file_name = file_name,
        .file_label = file_name,
        .file_count = live->point_count,
        .user = live,
    };
    struct report report;

    if (live->certain == live->said)
        return;
    analysis_finish(live->analysis);
    report = report_new(live->analysis, &sources);
    for (; live->said < live->certain; live->said++) {
        const struct finding *finding = finding_log_get(report.log, live->said);

        if (finding->cause == FINDING_NONE && finding_kind(finding->id)->severity >= SEVERITY_WARN)
            say_finding(live, &report, finding);
    }
    report_clear(&report);
}

/* The point whose next packet is the earliest of those that have waited; -1: none has. A clock that
 * is behind the others must not keep them waiting. */
static int next_point(const struct record_live *live, gint64 arrived_until)
{
    const struct held *earliest = NULL;
    int found = -1;

    for (uint32_t i = 0; i < live->point_count; i++) {
        const struct held *held = g_queue_peek_head(&live->waiting[i]);

        if (held != NULL && held->arrived_us <= arrived_until &&
            (earliest == NULL || held->time_ns < earliest->time_ns)) {
            earliest = held;
            found = (int)i;
        }
    }
    return found;
}

void record_live_go_on(struct record_live *live, bool all)
{
    gint64 now = g_get_monotonic_time();
    uint32_t before = live->frame;
    int point;

    while ((point = next_point(live, all ? now : now - WAIT_US)) >= 0) {
        struct held *held = g_queue_pop_head(&live->waiting[point]);

        feed_held(live, held);
        g_free(held);
    }
    if (live->frame != before)
        say_news(live);
}
