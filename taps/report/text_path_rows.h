/* The rows of the picture of a path, for text_path.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TEXT_PATH_ROWS_H
#define PPTPNAT_TEXT_PATH_ROWS_H

#include "text_path.h"

enum end { CLIENT, SERVER };

/* A link from its outermost point inwards. */
struct path_turned {
    struct link_view link;
    struct session *session[LINK_POINTS_LIMIT];
    uint32_t point[LINK_POINTS_LIMIT];
    struct link_place places[LINK_POINTS_LIMIT];
    struct link_hop hops[LINK_POINTS_LIMIT];
};

/* A call and where it was seen; one without a link has one point. */
struct path_subject {
    const struct report *report;
    const struct finding *cause; /* NULL: nothing is wrong with it */
    struct link_view link;
    struct { /* the memory of `link`, where the call has none */
        struct session *session;
        uint32_t point;
        struct link_place place;
    } alone;
    enum id_owner client; /* which of the call's ends it is */
    bool is_turned;       /* the client is outside, and `link` the other way round */
    struct path_turned turned;
};

/* The client opens the control connection. It is the PNS, but for incoming calls that it places. */
enum id_owner path_client_of(const struct call *call);
/* One of the calls of the link, or NULL. */
const struct call *path_first_call(const struct link_view *link);
enum direction path_direction_to(const struct path_subject *subject, enum end end);

/* The link with its points in the other order, for as long as `ret` stays where it is. */
void path_turn(const struct link_view *link, struct path_turned *ret);
/* The hop of the cause in the order of the picture; FINDING_NONE: it has none. */
uint32_t path_hop_of_cause(const struct path_subject *subject);

/* Whether it says that ids of several calls are the same. */
bool path_is_clash(const struct finding *cause);

/* A new row, at the end. */
struct path_row *path_add_row(struct path_picture *picture, const char *label);
/* Each adds one or more rows. */
/* The names of the points, which are `picture->points`. */
void path_add_names(const struct report *report, const uint32_t *points,
                    struct path_picture *picture);
void path_add_ids(const struct path_subject *subject, struct path_picture *picture);
/* text_path_wrong.c */
void path_add_wrong_field(const struct path_subject *subject, struct path_picture *picture);
void path_add_gre(const struct path_subject *subject, enum end to, struct path_picture *picture);

/* The whole picture of the IPsec tunnel that `cause` (NULL: none) is about, else of the first;
 * false: there is none at several points in a known order, and nothing was added. */
bool path_add_ipsec(const struct report *report, const struct finding *cause,
                    struct path_picture *picture);

#endif
