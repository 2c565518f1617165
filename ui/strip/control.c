/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "control.h"

#include <string.h>

#include <glib.h>

#include "core/base/bytes.h"
#include "core/pptp/control_stream.h"
#include "core/base/hash.h"
#include "core/pptp/pptp_wire.h"

/* A message, or octets between messages. */
struct piece {
    uint32_t seq;
    uint32_t length;
    uint32_t known; /* octets from its start that the layout explains; 0: not even a header */
    uint8_t type;   /* of the layout; 0: only the header is known */
    bool has_correlation_id;
};

struct control_direction {
    struct control_stream *stream; /* NULL before the first octet */
    GArray *pieces;                /* struct piece, by seq */
    bool has_isn;
    uint32_t isn;
};

struct connection {
    uint32_t first_frame;
    struct control_direction direction[2]; /* from the lower end, from the higher end */
};

/* Octets only, so that there is no padding and the memory can be compared. */
struct end {
    struct net_address address;
    uint8_t port[2];
};

struct key {
    struct end end[2]; /* the lower one first */
    uint8_t point[4];
};

struct control {
    GHashTable *connections; /* struct key -> GPtrArray of struct connection, by first frame */
};

static guint key_hash(gconstpointer key)
{
    return (guint)hash_octets(hash_secret.start, key, sizeof(struct key));
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
    return memcmp(a, b, sizeof(struct key)) == 0;
}

static void connection_free(gpointer data)
{
    struct connection *connection = data;

    for (int i = 0; i < 2; i++) {
        control_stream_free(connection->direction[i].stream);
        if (connection->direction[i].pieces != NULL)
            g_array_free(connection->direction[i].pieces, TRUE);
    }
    g_free(connection);
}

struct control *control_new(void)
{
    struct control *control = g_new0(struct control, 1);

    hash_start();
    control->connections =
        g_hash_table_new_full(key_hash, key_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    return control;
}

void control_free(struct control *control)
{
    g_hash_table_destroy(control->connections);
    g_free(control);
}

/* Returns which end sends. */
static int set_key(const struct control_segment_view *segment, struct key *ret)
{
    struct end ends[2] = {{.address = segment->source}, {.address = segment->destination}};
    int sender;

    memcpy(ends[0].port, &segment->source_port, sizeof ends[0].port);
    memcpy(ends[1].port, &segment->destination_port, sizeof ends[1].port);
    sender = memcmp(&ends[0], &ends[1], sizeof ends[0]) <= 0 ? 0 : 1;
    memcpy(ret->point, &segment->point, sizeof ret->point);
    ret->end[sender] = ends[0];
    ret->end[1 - sender] = ends[1];
    return sender;
}

static bool is_pptp(const struct control_segment_view *segment)
{
    return segment->source_port == PPTP_PORT || segment->destination_port == PPTP_PORT ||
           pptp_looks_like_message(segment->payload, segment->captured);
}

/* True if all but the Magic Cookie of the header is right: a message whose cookie is wrong. */
static bool is_only_cookie_wrong(const struct control_piece *piece)
{
    uint8_t header[PPTP_HEADER_LENGTH];
    static const uint8_t cookie[] = {0x1A, 0x2B, 0x3C, 0x4D};

    if (piece->captured < sizeof header)
        return false;
    memcpy(header, piece->data, sizeof header);
    memcpy(header + 4, cookie, sizeof cookie);
    return pptp_looks_like_message(header, sizeof header);
}

static void keep_piece(const struct control_piece *cut, void *user)
{
    struct control_direction *direction = user;
    struct piece piece = {.seq = cut->seq, .length = cut->length};
    const struct pptp_layout *layout;
    struct pptp_message message;
    enum pptp_status status = pptp_parse(cut->data, cut->captured, &message);

    if (cut->bad_cookie || status == PPTP_BAD_COOKIE) {
        piece.known = is_only_cookie_wrong(cut) ? PPTP_HEADER_LENGTH : 0;
    } else if (status == PPTP_OK || status == PPTP_BAD_LENGTH) {
        layout = pptp_layout(message.control_type);
        piece.type = (uint8_t)message.control_type;
        piece.known = MAX(MIN(message.length, layout->length), PPTP_HEADER_LENGTH);
        piece.has_correlation_id = message.has_correlation_id;
    } else if (status == PPTP_MANAGEMENT || status == PPTP_UNKNOWN_TYPE) {
        piece.known = PPTP_HEADER_LENGTH;
    }
    g_array_append_val(direction->pieces, piece);
}

static struct connection *new_connection(GPtrArray *list, uint32_t frame)
{
    struct connection *connection = g_new0(struct connection, 1);

    connection->first_frame = frame;
    for (int i = 0; i < 2; i++)
        connection->direction[i].pieces = g_array_new(FALSE, FALSE, sizeof(struct piece));
    g_ptr_array_add(list, connection);
    return connection;
}

/* The connection of the segment; a SYN with another number begins a new one. NULL: not PPTP. */
static struct connection *learn_connection(struct control *control, const struct key *key,
                                           const struct control_segment_view *segment, int sender)
{
    GPtrArray *list = g_hash_table_lookup(control->connections, key);
    struct connection *last;
    const struct control_direction *direction;

    if (list == NULL) {
        if (!is_pptp(segment))
            return NULL;
        list = g_ptr_array_new_with_free_func(connection_free);
        g_hash_table_insert(control->connections, g_memdup2(key, sizeof *key), list);
        return new_connection(list, segment->frame);
    }
    last = list->pdata[list->len - 1];
    direction = &last->direction[sender];
    if ((segment->flags & TCP_FLAG_SYN) != 0 &&
        (direction->has_isn ? direction->isn != segment->seq : direction->stream != NULL))
        return new_connection(list, segment->frame);
    return last;
}

static void start_stream(struct control_direction *direction, uint32_t frame)
{
    direction->stream = control_stream_new();
    if (direction->has_isn) {
        struct control_segment syn = {.frame = frame, .seq = direction->isn + 1, .syn = true};

        control_stream_feed(direction->stream, &syn, keep_piece, direction);
    }
}

void control_learn(struct control *control, const struct control_segment_view *segment)
{
    struct key key;
    struct connection *connection;
    struct control_direction *direction, *other;
    int sender;

    if (!segment->usable)
        return;
    sender = set_key(segment, &key);
    connection = learn_connection(control, &key, segment, sender);
    if (connection == NULL)
        return;
    direction = &connection->direction[sender];
    other = &connection->direction[1 - sender];
    if ((segment->flags & TCP_FLAG_SYN) != 0) {
        direction->has_isn = true;
        direction->isn = segment->seq;
    } else if (segment->length != 0) {
        struct control_segment octets = {.frame = segment->frame,
                                         .seq = segment->seq,
                                         .payload = segment->payload,
                                         .captured = segment->captured,
                                         .length = segment->length};

        if ((segment->flags & TCP_FLAG_ACK) != 0 && other->stream != NULL)
            control_stream_acked(other->stream, segment->ack, segment->frame, 0, keep_piece, other);
        if (direction->stream == NULL)
            start_stream(direction, segment->frame);
        control_stream_feed(direction->stream, &octets, keep_piece, direction);
    }
}

/* The piece with the octet at `seq`, or NULL. */
static const struct piece *find_piece(const struct control_direction *direction, uint32_t seq)
{
    const GArray *pieces = direction->pieces;
    guint low = 0, high = pieces->len;
    const struct piece *piece;

    while (low < high) {
        guint middle = low + (high - low) / 2;

        if ((int32_t)(seq - g_array_index(pieces, struct piece, middle).seq) >= 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0)
        return NULL;
    piece = &g_array_index(pieces, struct piece, low - 1);
    return seq - piece->seq < piece->length ? piece : NULL;
}

/* The text that the octet at `offset` of a message belongs to; NULL: it may stay. */
static const struct pptp_cell *private_cell(const struct piece *piece, uint32_t offset)
{
    const struct pptp_layout *layout = pptp_layout(piece->type);

    for (uint32_t i = 0; layout != NULL && i < layout->cell_count; i++) {
        const struct pptp_cell *cell = &layout->cells[i];

        if (offset < cell->offset || offset - cell->offset >= cell->width)
            continue;
        if (pptp_field(cell->field)->kind != PPTP_KIND_TEXT ||
            (cell->field == PPTP_F_SUBADDRESS && piece->has_correlation_id))
            return NULL;
        return cell;
    }
    return NULL;
}

static uint8_t strip_octet(const struct control_direction *direction, struct secret *secret,
                           uint32_t seq, uint8_t octet)
{
    const struct piece *piece = find_piece(direction, seq);
    const struct pptp_cell *cell;
    uint32_t offset;

    if (piece == NULL)
        return secret_substitute(secret, PPTP_FIELD_COUNT, (uint8_t)seq, octet);
    offset = seq - piece->seq;
    if (offset >= piece->known)
        return secret_substitute(secret, PPTP_FIELD_COUNT, (uint8_t)offset, octet);
    cell = private_cell(piece, offset);
    return cell == NULL ? octet
                        : secret_substitute(secret, (uint8_t)cell->field,
                                            (uint8_t)(offset - cell->offset), octet);
}

bool control_strip(struct control *control, struct secret *secret,
                   const struct control_segment_view *segment)
{
    struct key key;
    const struct connection *connection;
    const GPtrArray *list;
    guint at;
    int sender;

    if (!segment->usable)
        return false;
    sender = set_key(segment, &key);
    list = g_hash_table_lookup(control->connections, &key);
    if (list == NULL)
        return false;
    for (at = list->len - 1; at > 0; at--) {
        connection = list->pdata[at];
        if (connection->first_frame <= segment->frame)
            break;
    }
    connection = list->pdata[at];
    for (uint32_t i = 0; i < segment->captured; i++)
        segment->payload[i] = strip_octet(&connection->direction[sender], secret, segment->seq + i,
                                          segment->payload[i]);
    return true;
}
