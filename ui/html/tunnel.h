/* IPsec in the report: IKE SAs, ESP SAs, and tunnels: an IKE SA as all points saw it, with the ESP
 * SAs that it agreed on. Where IKE was not captured, the ESP SAs between two endpoints are a
 * tunnel.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_HTML_TUNNEL_H
#define PPTPNAT_HTML_TUNNEL_H

#include "document.h"

enum family { ON_500, ON_4500 };
enum ike_end { INITIATOR, RESPONDER };

/* Where an end was from some moment on. */
struct place {
    const char *address;
    int64_t port;        /* 0: native ESP */
    int64_t first_frame; /* 0: from the beginning */
    int64_t first_point_frame;
    struct moment first_time;
};

struct ike_message {
    const char *title; /* "Main mode 1" */
    const char *exchange;
    int64_t frame;
    int64_t point_frame;
    struct number peer_frame;
    struct moment time;
    enum ike_end from;
    enum family family;
    bool repeats;
    bool natd;      /* it carries address hashes */
    bool natd_fits; /* and all fit the addresses of this packet */
};

/* An IKE SA at one point. */
struct ike_sa {
    int64_t id;
    const struct point *point; /* or NULL */
    const char *version;
    const char *spi[2];
    GArray *places[2][2]; /* struct place, by end and family, in order */
    struct number natt[2];
    const char *state;
    const char *origin;
    GArray *messages; /* struct ike_message */
    struct tunnel *tunnel;
};

/* An ESP SA at one point. */
struct esp_sa {
    int64_t id;
    const struct point *point; /* or NULL */
    const char *spi;
    bool native;
    GArray *source; /* struct place, in order; never empty */
    GArray *target;
    int64_t packets;
    struct moment first_time;
    struct moment last_time;
    struct number first_point_frame;
    struct number ike_sa;
    struct number reverse;
    struct esp_path *path;
};

/* An ESP SA as all points saw it. */
struct esp_path {
    int64_t id;                                     /* of the link; valid if it is one */
    unsigned count;                                 /* points, inside first */
    const struct esp_sa *sa[DOCUMENT_POINTS_LIMIT]; /* NULL: not seen; one is not NULL */
    const struct point *point[DOCUMENT_POINTS_LIMIT];
    int64_t seen[DOCUMENT_POINTS_LIMIT];
    struct hop hop[DOCUMENT_POINTS_LIMIT - 1];
    int64_t elsewhere[DOCUMENT_POINTS_LIMIT - 1]; /* came to another host than they should */
    bool outwards;                                /* the inner end sends */
    struct number ike_link;
    struct tunnel *tunnel;
};

struct tunnel {
    bool linked;
    int64_t id;       /* of the IPsec link, or of the IKE SA; without IKE, of the first ESP SA */
    const char *kind; /* "ipsec", "ike" or "esp", by what `id` counts */
    unsigned count;   /* points, inside first; at least 1 */
    const struct ike_sa *ike[DOCUMENT_POINTS_LIMIT]; /* NULL: not seen there */
    const struct point *point[DOCUMENT_POINTS_LIMIT];
    bool initiator_inside;
    GPtrArray *esp;      /* struct esp_path *, by first time */
    GPtrArray *evidence; /* const char * */
    const char *status;
    const char *text;
    GPtrArray *findings; /* const struct finding * */
    enum severity worst;
};

/* What the report says of IPsec. */
struct ipsec {
    GPtrArray *ike_sas;   /* struct ike_sa * */
    GPtrArray *esp_sas;   /* struct esp_sa * */
    GPtrArray *esp_paths; /* struct esp_path * */
    GPtrArray *tunnels;   /* struct tunnel * */
};

/* A new one of `ipsec`, without anything in it. */
struct tunnel *tunnel_new(struct ipsec *ipsec, const char *kind, int64_t id);
/* Gives each ESP SA its tunnel, says which end is inside, and puts both into order. IKE SAs are
 * found by id, tunnels by that of their link (int64_t *). */
void tunnel_group(struct ipsec *ipsec, GHashTable *ike_sas, GHashTable *tunnels);

const struct ike_sa *tunnel_ike(const struct tunnel *tunnel); /* the innermost, or NULL */
/* The endpoints of the inner (`left`) or the outer end at point `place`, or NULL. ESP is asked
 * where IKE was not seen. */
const GArray *tunnel_places(const struct tunnel *tunnel, unsigned place, bool left,
                            enum family family);
/* The address of an end at a point, or "". */
const char *tunnel_address(const struct tunnel *tunnel, unsigned place, bool left);
/* Where it was at a frame, or NULL. */
const struct place *place_at(const GArray *places, int64_t frame);
/* When anything of it was seen, at any point. */
struct moment tunnel_first(const struct tunnel *tunnel);
struct moment tunnel_last(const struct tunnel *tunnel);

#endif
