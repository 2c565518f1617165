/* The analysis of the open file and the numbering of capture interfaces.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "session_store.h"

#include <string.h>

#include <epan/dissectors/packet-ip.h>
#include <wiretap/wtap.h>

#include "core/base/bytes.h"
#include "core/base/hash.h"
#include "core/base/printable.h"
#include "fields.h"
#include "ports.h"
#include "ipsec_fields.h"
#include "prefs.h"

#define LATEST_INTERFACES   8      /* the packets of several interfaces take turns */
#define INTERFACE_LIMIT     65536  /* what lies beyond shares the last one */
#define INTERFACES_PER_NAME 8      /* interfaces of a name in pptp.nat.inside that are inside */
#define FRAGMENT_BITS       0x3FFF /* More Fragments and the offset (RFC 791 3.1) */
#define IP_HEADER           20     /* octets, without options */
#define SLL2_IFINDEX        4      /* octets into the LINUX_SLL2 header */

/* A capture interface: what a packet says of where it was captured. */
struct capture_interface {
    uint32_t section;
    uint32_t id;
    uint32_t ifindex; /* of a capture on `any`; 0: none */
    bool used;        /* false: kept for an interface that pptp.nat.inside names */
    char *name;
};

/* The first packet of an interface: two interfaces that share it are one that was merged twice. */
struct first_packet {
    const char *name; /* of the interface, borrowed */
    uint32_t length;
    struct packet packet; /* frame and interface are 0 */
};

struct session {
    struct analysis *analysis;
    bool pptp;             /* the user wants PPTP analysed, */
    bool ipsec;            /* and IPsec */
    GPtrArray *interfaces; /* struct capture_interface *, by number */
    GPtrArray *same;       /* the same; of others that share a number with one of them */
    GHashTable *by_id;     /* those in use, to their numbers */
    GHashTable *by_first;  /* struct first_packet to the number of the interface */
    uint32_t reserved;     /* the first of them are kept for the names in pptp.nat.inside */
    struct {
        const struct capture_interface *interface;
        uint32_t number;
    } latest[LATEST_INTERFACES]; /* by id and ifindex, to spare the look-up in `by_id` */
};

static struct session session;

static void interface_free(gpointer data)
{
    struct capture_interface *known = data;

    g_free(known->name);
    g_free(known);
}

static guint interface_hash(gconstpointer key)
{
    const struct capture_interface *known = key;
    const uint64_t words[] = {(uint64_t)known->section << 32 | known->id, known->ifindex};

    return (guint)hash_words(words, G_N_ELEMENTS(words));
}

static gboolean interface_equal(gconstpointer a, gconstpointer b)
{
    const struct capture_interface *one = a;
    const struct capture_interface *other = b;

    return one->section == other->section && one->id == other->id && one->ifindex == other->ifindex;
}

static guint first_hash(gconstpointer key)
{
    const struct first_packet *first = key;
    const uint64_t words[] = {(uint64_t)first->packet.time_ns, first->length, first->packet.ip_id};

    return (guint)hash_words(words, G_N_ELEMENTS(words));
}

static gboolean first_equal(gconstpointer a, gconstpointer b)
{
    const struct first_packet *one = a;
    const struct first_packet *other = b;
    const struct packet *x = &one->packet;
    const struct packet *y = &other->packet;

    return x->time_ns == y->time_ns && one->length == other->length && x->ttl == y->ttl &&
           x->ip_id == y->ip_id && net_address_equal(&x->source, &y->source) &&
           net_address_equal(&x->destination, &y->destination) &&
           strcmp(one->name, other->name) == 0;
}

/* The numbers that the interfaces named by the user will get: the linker has to know them before
 * the first packet tells which interfaces there are. */
static GArray *reserve_interfaces(const GPtrArray *names)
{
    GArray *numbers = g_array_new(FALSE, FALSE, sizeof(uint32_t));

    for (guint i = 0; i < names->len * INTERFACES_PER_NAME; i++) {
        struct capture_interface *kept = g_new0(struct capture_interface, 1);
        uint32_t number = session.interfaces->len;

        kept->name = g_strdup(g_ptr_array_index(names, i / INTERFACES_PER_NAME));
        g_ptr_array_add(session.interfaces, kept);
        g_array_append_val(numbers, number);
    }
    session.reserved = session.interfaces->len;
    return numbers;
}

bool session_enabled(void)
{
    return adapter_prefs.analysis &&
           proto_is_protocol_enabled(find_protocol_by_id(fields.proto_pptp));
}

static bool ipsec_enabled(void)
{
    return ipsec_fields.proto_ipsec > 0 && adapter_prefs.ipsec &&
           proto_is_protocol_enabled(find_protocol_by_id(ipsec_fields.proto_ipsec));
}

static void session_init(void)
{
    struct analysis_options options = {.is_pptp_port = ports_is_pptp, .link = adapter_prefs.nat};
    GArray *subnets;
    GArray *numbers;
    GPtrArray *names;

    session.pptp = session_enabled();
    session.ipsec = ipsec_enabled();
    if (!session.pptp && !session.ipsec)
        return;
    session.interfaces = g_ptr_array_new_with_free_func(interface_free);
    session.same = g_ptr_array_new_with_free_func(interface_free);
    session.by_id = g_hash_table_new(interface_hash, interface_equal);
    session.by_first = g_hash_table_new_full(first_hash, first_equal, g_free, NULL);
    adapter_prefs_inside(&subnets, &names);
    numbers = reserve_interfaces(names);
    options.linker = (struct linker_options){
        .window_s = adapter_prefs.window,
        .inside_interfaces = (const uint32_t *)(const void *)numbers->data,
        .inside_interface_count = numbers->len,
        .inside_subnets = (const struct link_subnet *)(const void *)subnets->data,
        .inside_subnet_count = subnets->len,
    };
    session.analysis = analysis_new(&options);
    g_array_free(numbers, TRUE);
    g_array_free(subnets, TRUE);
    g_ptr_array_free(names, TRUE);
}

static void session_cleanup(void)
{
    if (session.analysis == NULL)
        return;
    analysis_free(session.analysis);
    g_hash_table_destroy(session.by_first);
    g_hash_table_destroy(session.by_id);
    g_ptr_array_free(session.same, TRUE);
    g_ptr_array_free(session.interfaces, TRUE);
    memset(&session, 0, sizeof session);
}

/* Every packet was seen once; the second pass and the tables may know how it ends. */
static void session_end_of_file(void)
{
    if (session.analysis != NULL)
        analysis_finish(session.analysis);
}

void session_store_register(void)
{
    register_init_routine(session_init);
    register_cleanup_routine(session_cleanup);
    register_postseq_cleanup_routine(session_end_of_file);
}

struct analysis *session_analysis(void)
{
    return session.pptp ? session.analysis : NULL;
}

struct analysis *session_ipsec(void)
{
    return session.ipsec ? session.analysis : NULL;
}

struct analysis *session_any(void)
{
    return session.analysis;
}

/* In a capture on `any` the interface is told by the link layer header of each packet. */
static uint32_t packet_ifindex(const packet_info *pinfo)
{
    tvbuff_t *frame;

    if (pinfo->rec->rec_header.packet_header.pkt_encap != WTAP_ENCAP_SLL2 ||
        pinfo->data_src == NULL)
        return 0;
    frame = get_data_source_tvb(pinfo->data_src->data);
    return tvb_captured_length(frame) < SLL2_IFINDEX + 4 ? 0 : tvb_get_ntohl(frame, SLL2_IFINDEX);
}

/* The name as it may be shown; the ifindex tells the interfaces of `any` apart. */
static char *interface_title(const packet_info *pinfo, const struct capture_interface *key)
{
    const char *name = compat_interface_name(pinfo->epan, key->section, key->id);

    char *shown = printable_text(name != NULL ? name : "unknown");
    char *title;

    if (key->ifindex == 0)
        return shown;
    title = g_strdup_printf("%s ifindex %u", shown, key->ifindex);
    g_free(shown);
    return title;
}

/* A number kept for interfaces of this name, or a new one. */
static uint32_t interface_place(const char *title)
{
    struct capture_interface *known;
    uint32_t number;

    for (number = 0; number < session.reserved; number++) {
        known = g_ptr_array_index(session.interfaces, number);
        if (!known->used && strcmp(known->name, title) == 0)
            return number;
    }
    g_ptr_array_add(session.interfaces, g_new0(struct capture_interface, 1));
    return session.interfaces->len - 1;
}

/* The number of a new interface, which begins with `packet`. The same capture merged with itself
 * makes interfaces that begin alike to the nanosecond: they get one number, and the tracker takes
 * the second packets for the copies that they are. */
static uint32_t interface_add(const packet_info *pinfo, const struct capture_interface *key,
                              const struct packet *packet)
{
    char *title = interface_title(pinfo, key);
    struct first_packet begins = {title, pinfo->fd->pkt_len, *packet};
    struct capture_interface *known;
    gpointer number_of_first;
    uint32_t number;

    if (g_hash_table_lookup_extended(session.by_first, &begins, NULL, &number_of_first)) {
        known = g_memdup2(key, sizeof *key);
        known->name = title;
        g_ptr_array_add(session.same, known);
        g_hash_table_insert(session.by_id, known, number_of_first);
        return GPOINTER_TO_UINT(number_of_first);
    }
    number = interface_place(title);
    known = g_ptr_array_index(session.interfaces, number);
    g_free(known->name);
    *known = *key;
    known->used = true;
    known->name = title;
    g_hash_table_insert(session.by_id, known, GUINT_TO_POINTER(number));
    g_hash_table_insert(session.by_first, g_memdup2(&begins, sizeof begins),
                        GUINT_TO_POINTER(number));
    return number;
}

static uint32_t interface_number(const packet_info *pinfo, const struct packet *packet)
{
    const wtap_rec *rec = pinfo->rec;
    struct capture_interface key = {.ifindex = packet_ifindex(pinfo)};
    gpointer known;
    gpointer number;
    uint32_t latest;
    uint32_t found;

    if ((rec->presence_flags & WTAP_HAS_SECTION_NUMBER) != 0)
        key.section = rec->section_number;
    if ((rec->presence_flags & WTAP_HAS_INTERFACE_ID) != 0)
        key.id = rec->rec_header.packet_header.interface_id;
    latest = (key.id + key.ifindex) % LATEST_INTERFACES;
    if (session.latest[latest].interface != NULL &&
        interface_equal(session.latest[latest].interface, &key))
        return session.latest[latest].number;
    if (g_hash_table_lookup_extended(session.by_id, &key, &known, &number))
        found = GPOINTER_TO_UINT(number);
    else if (session.interfaces->len + session.same->len < INTERFACE_LIMIT)
        found = interface_add(pinfo, &key, packet);
    else
        return INTERFACE_LIMIT - 1;
    g_hash_table_lookup_extended(session.by_id, &key, &known, NULL);
    session.latest[latest].interface = known;
    session.latest[latest].number = found;
    return found;
}

static void read_address(const address *from, struct net_address *ret)
{
    if ((from->type == AT_IPv4 || from->type == AT_IPv6) && from->len <= (int)sizeof ret->octets) {
        ret->length = (uint8_t)from->len;
        memcpy(ret->octets, from->data, (size_t)from->len);
    }
}

void session_packet(const packet_info *pinfo, void *iph, struct packet *ret)
{
    const ws_ip4 *ip4 = WS_IP4_PTR(iph);
    const ws_ip6 *ip6 = WS_IP6_PTR(iph);

    memset(ret, 0, sizeof *ret);
    ret->frame = pinfo->num;
    ret->time_ns = packet_time_ns(pinfo->abs_ts.secs, pinfo->abs_ts.nsecs);
    read_address(&pinfo->src, &ret->source);
    read_address(&pinfo->dst, &ret->destination);
    ret->fragmented = pinfo->fragmented;
    if (ip4 != NULL) {
        ret->ttl = ip4->ip_ttl;
        ret->has_ip_id = true;
        ret->ip_id = ip4->ip_id;
        ret->fragmented = ret->fragmented || (ip4->ip_off & FRAGMENT_BITS) != 0;
    } else if (ip6 != NULL) {
        ret->ttl = ip6->ip6_hop;
    }
    ret->interface = interface_number(pinfo, ret);
}

void session_ip_checksum(void *iph, uint32_t length, struct packet *ret)
{
    const ws_ip4 *ip4 = WS_IP4_PTR(iph);
    uint32_t sum;

    if (ip4 == NULL || ip4->ip_sum == 0 || ret->fragmented || ip4->ip_len != length + IP_HEADER)
        return;
    sum = 0x4500u + ip4->ip_tos + ip4->ip_len + ip4->ip_id + ip4->ip_off +
          ((uint32_t)ip4->ip_ttl << 8) + ip4->ip_proto;
    for (unsigned i = 0; i < 4; i += 2)
        sum += (uint32_t)bytes_u16(ret->source.octets + i) + bytes_u16(ret->destination.octets + i);
    sum = (sum & 0xFFFF) + (sum >> 16);
    sum = (sum & 0xFFFF) + (sum >> 16);
    ret->ip_checksum_seen = ip4->ip_sum;
    ret->ip_checksum_right = (uint16_t)~sum;
    /* Two writings of one value (RFC 1624 3). */
    if (ret->ip_checksum_right == 0 && ret->ip_checksum_seen == 0xFFFF)
        ret->ip_checksum_right = 0xFFFF;
    ret->ip_checksum_wrong = ret->ip_checksum_right != ret->ip_checksum_seen;
}

bool session_inside_tunnel(const packet_info *pinfo)
{
    bool after_gre = false;

    if (!pinfo->flags.in_gre_pkt)
        return false;
    for (wmem_list_frame_t *layer = wmem_list_head(pinfo->layers); layer != NULL;
         layer = wmem_list_frame_next(layer)) {
        int protocol = GPOINTER_TO_INT(wmem_list_frame_data(layer));

        if (after_gre && protocol == fields.proto_ppp)
            return true;
        after_gre = protocol == fields.proto_gre;
    }
    return false;
}

bool session_inside_other(const packet_info *pinfo)
{
    unsigned ip = 0;

    for (wmem_list_frame_t *layer = wmem_list_head(pinfo->layers); layer != NULL;
         layer = wmem_list_frame_next(layer)) {
        int protocol = GPOINTER_TO_INT(wmem_list_frame_data(layer));

        if (protocol == ipsec_fields.proto_ip || protocol == ipsec_fields.proto_ipv6)
            ip++;
        if (ip > 1 || protocol == ipsec_fields.proto_esp || protocol == ipsec_fields.proto_udpencap)
            return true;
    }
    return false;
}

const char *session_interface_name(uint32_t interface)
{
    const struct capture_interface *known;

    if (session.interfaces == NULL || interface >= session.interfaces->len)
        return "unknown";
    known = g_ptr_array_index(session.interfaces, interface);
    return known->name;
}

void session_interface_id(uint32_t interface, uint32_t *ret_section, uint32_t *ret_id)
{
    const struct capture_interface *known;

    *ret_section = 0;
    *ret_id = 0;
    if (session.interfaces == NULL || interface >= session.interfaces->len)
        return;
    known = g_ptr_array_index(session.interfaces, interface);
    *ret_section = known->section;
    *ret_id = known->id;
}
