/* The report of `pptpnat --json` (taps/report.schema.json) as structs: the data layer. Nothing here
 * knows how it is drawn. All texts are never NULL, and safe to print once escaped.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_DOCUMENT_H
#define PPTPNAT_HTML_DOCUMENT_H

#include "reader.h"

#define DOCUMENT_POINTS_LIMIT 8 /* points along one path */

struct point {
    int64_t id;
    const char *name;
    const char *role;
    const char *file; /* "": not known */
    int64_t frames;
};

enum sender { SENDER_UNKNOWN, SENDER_PNS, SENDER_PAC };

struct message {
    const char *title;
    int64_t frame;       /* in the merged capture */
    int64_t point_frame; /* in the user's own file */
    struct number peer_frame;
    struct number call_id;
    struct number peer_call_id;
    struct moment time;
    enum sender from;
};

struct end {
    const char *address;
    int64_t port;
};

struct echo {
    int64_t count;
    struct message first; /* valid if count */
};

struct connection {
    int64_t id;
    const struct point *point; /* or NULL */
    struct end pns;
    struct end pac;
    const char *state;
    int64_t first_frame;
    int64_t last_frame;
    GArray *messages;    /* struct message: of no call, without Echo */
    struct echo echo[2]; /* Echo-Request, Echo-Reply */
    bool started[2];     /* Start-Control-Connection-Request, -Reply were seen */
};

enum direction { TO_PAC, TO_PNS };

struct flow {
    int64_t packets;
    int64_t data_packets;
    int64_t bytes;
    int64_t lost;
    int64_t out_of_order;
    int64_t duplicates;
    struct number call_id;
    struct number first_seq;
    struct number last_seq;
    struct number first_point_frame;
    struct number last_point_frame;
    struct moment first_time;
    struct moment last_time;
};

/* A call at one point. */
struct call {
    int64_t id;
    const struct connection *connection; /* NULL: only its GRE is in the capture */
    const struct point *point;           /* or NULL */
    struct number pns_call_id;
    struct number pac_call_id;
    const char *direction;
    const char *state;
    const char *ended_by;
    const char *stage;
    struct moment ended;
    struct number ended_point_frame;
    bool roles_known;
    GArray *messages; /* struct message */
    struct flow flow[2];
    struct path *path; /* never NULL after parsing */
};

enum severity { SEVERITY_NONE, SEVERITY_CHAT, SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR };

struct hop {
    int64_t lost;
    int64_t duplicated;
    int64_t reordered;
};

/* How many GRE packets of one direction each point saw; hop[i] lies between points i and i + 1. */
struct passage {
    int64_t seen[DOCUMENT_POINTS_LIMIT];
    struct hop hop[DOCUMENT_POINTS_LIMIT - 1];
};

/* A call as all points saw it: a link of the report, or a call that only one point saw. */
struct path {
    bool linked;
    int64_t id;     /* of the link, or of the call */
    unsigned count; /* points, in path order, inside first; at least 1 */
    const struct call *call[DOCUMENT_POINTS_LIMIT]; /* NULL: not seen there; one is not NULL */
    const struct point *point[DOCUMENT_POINTS_LIMIT];
    GPtrArray *evidence; /* const char * */
    struct passage passage[2];
    struct moment clock_offset;
    struct moment clock_uncertainty;
    struct moment clock_drift;
    const char *status;   /* "ok", "fault", "unknown", "" */
    const char *text;     /* the verdict on it, or why it is not linked */
    GPtrArray *findings;  /* const struct finding * */
    enum severity worst;  /* of its findings */
    bool addresses_known; /* some point saw its control connection */
};

struct finding {
    unsigned index;
    const char *id;
    enum severity severity;
    bool is_cause; /* of the verdict that something is faulty */
    int64_t frame;
    const struct point *point; /* or NULL */
    struct number point_frame;
    struct path *path;        /* or NULL */
    struct tunnel *tunnel;    /* or NULL: tunnel.h */
    const struct esp_sa *esp; /* or NULL */
    const struct call *call;
    const char *direction; /* as in the report */
    struct number expected;
    struct number seen;
    const char *mistranslation;
    const char *summary;
    const char *text;
    struct number consequence_of; /* a smaller or greater index, never its own */
};

struct nat {
    const struct point *inside;
    const struct point *outside;
    const char *editor;
    int64_t calls;
    int64_t faults;
    const char *text;
};

struct document {
    const char *status;
    const char *text; /* of the verdict: all of the following */
    const char *headline;
    const char *detail;
    const char *known;
    const char *symptom;
    GPtrArray *advice; /* const char * */
    const char *cause;
    struct moment start; /* the earliest time of all */
    struct ipsec *ipsec; /* tunnel.h */
    GPtrArray *points;   /* struct point *, and so on */
    GPtrArray *connections;
    GPtrArray *calls;
    GPtrArray *paths;
    GPtrArray *nats;
    GPtrArray *findings;
    GStringChunk *texts;
};

/* NULL and an error if `text` is not such a report. `length` octets. */
struct document *document_parse(const char *text, size_t length, GError **error);
void document_free(struct document *document); /* NULL is fine */

const char *severity_name(enum severity severity);

/* The sighting of a path nearest to the outside, or to the inside. Never NULL. */
const struct call *path_outermost(const struct path *path);
const struct call *path_innermost(const struct path *path);
/* Whether the PNS is at the inner end: its address is the one that changes on the way. */
bool path_pns_inside(const struct path *path);
/* The first and the last time at which anything of the call was seen. */
struct moment call_first(const struct call *call);
struct moment call_last(const struct call *call);

#endif
