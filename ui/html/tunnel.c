/* Tunnels: which ESP belongs to which IKE SA, and where both ends are.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "tunnel.h"

#include <string.h>

struct tunnel *tunnel_new(struct ipsec *ipsec, const char *kind, int64_t id)
{
    struct tunnel *tunnel = g_new0(struct tunnel, 1);
    tunnel->kind = kind;
    tunnel->id = id;
    tunnel->initiator_inside = true;
    tunnel->esp = g_ptr_array_new();
    tunnel->evidence = g_ptr_array_new();
    tunnel->findings = g_ptr_array_new();
    tunnel->status = tunnel->text = "";
    g_ptr_array_add(ipsec->tunnels, tunnel);
    return tunnel;
}

const struct ike_sa *tunnel_ike(const struct tunnel *tunnel)
{
    for (unsigned i = 0; i < tunnel->count; i++) {
        if (tunnel->ike[i] != NULL)
            return tunnel->ike[i];
    }
    return NULL;
}

const struct place *place_at(const GArray *places, int64_t frame)
{
    const struct place *at = NULL;
    for (guint i = 0; places != NULL && i < places->len; i++) {
        const struct place *place = &g_array_index(places, struct place, i);
        if (at == NULL || place->first_frame <= frame)
            at = place;
    }
    return at;
}

static const struct esp_sa *esp_at(const struct esp_path *path, const struct point *point)
{
    for (unsigned i = 0; i < path->count; i++) {
        if (path->sa[i] != NULL && path->point[i] == point)
            return path->sa[i];
    }
    return NULL;
}

static const GArray *ike_places(const struct tunnel *tunnel, unsigned place, bool left,
                                enum family family)
{
    enum ike_end end = left == tunnel->initiator_inside ? INITIATOR : RESPONDER;
    return tunnel->ike[place] != NULL ? tunnel->ike[place]->places[end][family] : NULL;
}

const GArray *tunnel_places(const struct tunnel *tunnel, unsigned place, bool left,
                            enum family family)
{
    const GArray *places = ike_places(tunnel, place, left, family);
    if ((places != NULL && places->len != 0) || family == ON_500)
        return places != NULL && places->len != 0 ? places : NULL;
    for (guint i = 0; i < tunnel->esp->len; i++) {
        const struct esp_path *path = g_ptr_array_index(tunnel->esp, i);
        const struct esp_sa *sa = esp_at(path, tunnel->point[place]);
        if (sa == NULL || sa->native)
            continue;
        places = path->outwards == left ? sa->source : sa->target;
        if (places->len != 0)
            return places;
    }
    return NULL;
}

static const char *address_of(const GArray *places)
{
    return places != NULL && places->len != 0 ? g_array_index(places, struct place, 0).address : "";
}

static const char *ike_address(const struct tunnel *tunnel, unsigned place, bool left)
{
    const char *address = address_of(ike_places(tunnel, place, left, ON_500));
    return address[0] != '\0' ? address : address_of(ike_places(tunnel, place, left, ON_4500));
}

const char *tunnel_address(const struct tunnel *tunnel, unsigned place, bool left)
{
    const char *address = ike_address(tunnel, place, left);
    for (guint i = 0; address[0] == '\0' && i < tunnel->esp->len; i++) {
        const struct esp_path *path = g_ptr_array_index(tunnel->esp, i);
        const struct esp_sa *sa = esp_at(path, tunnel->point[place]);
        if (sa != NULL)
            address = address_of(path->outwards == left ? sa->source : sa->target);
    }
    return address;
}

static void widen(struct moment *bound, struct moment time, bool later)
{
    if (time.known &&
        (!bound->known || (later ? time.seconds > bound->seconds : time.seconds < bound->seconds)))
        *bound = time;
}

static struct moment tunnel_bound(const struct tunnel *tunnel, bool later)
{
    struct moment bound = {false, 0};
    for (unsigned i = 0; i < tunnel->count; i++) {
        const GArray *messages = tunnel->ike[i] != NULL ? tunnel->ike[i]->messages : NULL;
        for (guint m = 0; messages != NULL && m < messages->len; m++)
            widen(&bound, g_array_index(messages, struct ike_message, m).time, later);
    }
    for (guint i = 0; i < tunnel->esp->len; i++) {
        const struct esp_path *path = g_ptr_array_index(tunnel->esp, i);
        for (unsigned p = 0; p < path->count; p++) {
            const struct esp_sa *sa = path->sa[p];
            if (sa != NULL)
                widen(&bound, later ? sa->last_time : sa->first_time, later);
        }
    }
    return bound;
}

struct moment tunnel_first(const struct tunnel *tunnel)
{
    return tunnel_bound(tunnel, false);
}

struct moment tunnel_last(const struct tunnel *tunnel)
{
    return tunnel_bound(tunnel, true);
}

/* The end whose address changes on the way is inside; the initiator if none does. */
static void find_inside(struct tunnel *tunnel)
{
    unsigned in = 0, out = tunnel->count - 1;
    while (in < out && tunnel->ike[in] == NULL)
        in++;
    while (out > in && tunnel->ike[out] == NULL)
        out--;
    tunnel->initiator_inside =
        strcmp(ike_address(tunnel, in, true), ike_address(tunnel, out, true)) != 0 ||
        strcmp(ike_address(tunnel, in, false), ike_address(tunnel, out, false)) == 0;
}

static const struct esp_sa *innermost(const struct esp_path *path)
{
    unsigned i = 0;
    while (i + 1 < path->count && path->sa[i] == NULL)
        i++;
    return path->sa[i];
}

/* ESP can be seen at more points than IKE. */
static void adopt_points(struct tunnel *tunnel, const struct esp_path *path)
{
    const struct ike_sa *ike[DOCUMENT_POINTS_LIMIT] = {NULL};
    unsigned found = 0, had = 0;
    for (unsigned i = 0; i < tunnel->count; i++)
        had += tunnel->ike[i] != NULL;
    for (unsigned i = 0; i < path->count; i++) {
        for (unsigned j = 0; j < tunnel->count; j++) {
            if (tunnel->ike[j] != NULL && tunnel->point[j] == path->point[i] && ike[i] == NULL) {
                ike[i] = tunnel->ike[j];
                found++;
            }
        }
    }
    if (path->count <= tunnel->count || found != had)
        return;
    memcpy(tunnel->ike, ike, sizeof(ike));
    memcpy(tunnel->point, path->point, sizeof(path->point));
    tunnel->count = path->count;
}

/* Whether the inner end sends: its address is known from IKE at one of the points. */
static bool is_outwards(const struct tunnel *tunnel, const struct esp_path *path)
{
    for (unsigned i = 0; i < tunnel->count; i++) {
        const struct esp_sa *sa = esp_at(path, tunnel->point[i]);
        const char *inner = tunnel_address(tunnel, i, true);
        if (sa != NULL && inner[0] != '\0')
            return strcmp(address_of(sa->source), inner) == 0;
    }
    /* Nothing is known yet: the end that keeps its address is outside. */
    const struct esp_sa *in = innermost(path), *out = path->sa[path->count - 1];
    return out == NULL || in == out ||
           strcmp(address_of(in->source), address_of(out->source)) != 0 ||
           strcmp(address_of(in->target), address_of(out->target)) == 0;
}

static void join(struct tunnel *tunnel, struct esp_path *path)
{
    adopt_points(tunnel, path);
    path->outwards = is_outwards(tunnel, path);
    path->tunnel = tunnel;
    g_ptr_array_add(tunnel->esp, path);
}

static struct tunnel *tunnel_by_ike(const struct esp_path *path, GHashTable *ike_sas,
                                    GHashTable *tunnels)
{
    struct tunnel *tunnel =
        path->ike_link.known ? g_hash_table_lookup(tunnels, &path->ike_link.value) : NULL;
    for (unsigned i = 0; tunnel == NULL && i < path->count; i++) {
        const struct esp_sa *sa = path->sa[i];
        const struct ike_sa *ike =
            sa != NULL && sa->ike_sa.known ? g_hash_table_lookup(ike_sas, &sa->ike_sa.value) : NULL;
        if (ike != NULL)
            tunnel = ike->tunnel;
    }
    return tunnel;
}

static char *endpoint_words(const GArray *places)
{
    if (places->len == 0)
        return g_strdup("?");
    const struct place *place = &g_array_index(places, struct place, 0);
    return g_strdup_printf("%s %" G_GINT64_FORMAT, place->address, place->port);
}

/* The two endpoints at the innermost point, whoever sends. */
static char *pair_key(const struct esp_path *path)
{
    const struct esp_sa *sa = innermost(path);
    char *a = endpoint_words(sa->source), *b = endpoint_words(sa->target);
    bool order = strcmp(a, b) <= 0;
    char *key =
        g_strdup_printf("%" G_GINT64_FORMAT " %s %s", sa->point != NULL ? sa->point->id : -1,
                        order ? a : b, order ? b : a);
    g_free(a);
    g_free(b);
    return key;
}

static struct tunnel *tunnel_without_ike(struct ipsec *ipsec, GHashTable *pairs,
                                         const struct esp_path *path)
{
    char *key = pair_key(path);
    struct tunnel *tunnel = g_hash_table_lookup(pairs, key);
    if (tunnel != NULL) {
        g_free(key);
        return tunnel;
    }
    tunnel = tunnel_new(ipsec, "esp", innermost(path)->id);
    tunnel->count = path->count;
    tunnel->linked = path->count > 1;
    memcpy(tunnel->point, path->point, sizeof(path->point));
    g_hash_table_insert(pairs, key, tunnel);
    return tunnel;
}

static gint by_first_time(gconstpointer a, gconstpointer b)
{
    const struct esp_path *x = *(struct esp_path *const *)a, *y = *(struct esp_path *const *)b;
    double from = innermost(x)->first_time.seconds, to = innermost(y)->first_time.seconds;
    return (from > to) - (from < to);
}

void tunnel_group(struct ipsec *ipsec, GHashTable *ike_sas, GHashTable *tunnels)
{
    GHashTable *pairs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < ipsec->tunnels->len; i++)
        find_inside(g_ptr_array_index(ipsec->tunnels, i));
    g_ptr_array_sort(ipsec->esp_paths, by_first_time);
    for (guint i = 0; i < ipsec->esp_paths->len; i++) {
        struct esp_path *path = g_ptr_array_index(ipsec->esp_paths, i);
        struct tunnel *tunnel = tunnel_by_ike(path, ike_sas, tunnels);
        join(tunnel != NULL ? tunnel : tunnel_without_ike(ipsec, pairs, path), path);
    }
    g_hash_table_destroy(pairs);
}
