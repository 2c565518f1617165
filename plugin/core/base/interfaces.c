/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "interfaces.h"

#include "hash.h"
#include "printable.h"

#define NAMELESS          "unknown" /* what Wireshark, too, calls an interface without a name */
#define LATEST_INTERFACES 8         /* the packets of several interfaces take turns */

struct capture_interface {
    struct interface_id id;
    bool used; /* false: reserved for an interface of this name */
    char *name;
};

/* The first packet of an interface: two interfaces that share it are one that was merged twice. */
struct first_packet {
    const char *name; /* of the interface, borrowed */
    uint32_t length;
    struct packet packet;
};

struct interfaces {
    GPtrArray *all;       /* struct capture_interface *, by number */
    GPtrArray *same;      /* the same; of others that share a number with one of them */
    GHashTable *by_id;    /* those in use, to their numbers */
    GHashTable *by_first; /* struct first_packet to the number of the interface */
    uint32_t reserved;    /* the first of them are kept for names */
    struct {
        const struct capture_interface *interface;
        uint32_t number;
    } latest[LATEST_INTERFACES]; /* by id and ifindex, to spare the look-up in `by_id` */
};

static void interface_free(gpointer data)
{
    struct capture_interface *known = data;
    g_free(known->name);
    g_free(known);
}

static guint id_hash(gconstpointer key)
{
    const struct interface_id *id = key;
    const uint64_t words[] = {(uint64_t)id->section << 32 | id->id,
                              (uint64_t)id->file << 32 | id->ifindex};
    return (guint)hash_words(words, G_N_ELEMENTS(words));
}

static gboolean id_equal(gconstpointer a, gconstpointer b)
{
    const struct interface_id *one = a;
    const struct interface_id *other = b;
    return one->file == other->file && one->section == other->section && one->id == other->id &&
           one->ifindex == other->ifindex;
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

struct interfaces *interfaces_new(void)
{
    struct interfaces *interfaces = g_new0(struct interfaces, 1);
    hash_start();
    interfaces->all = g_ptr_array_new_with_free_func(interface_free);
    interfaces->same = g_ptr_array_new_with_free_func(interface_free);
    interfaces->by_id = g_hash_table_new(id_hash, id_equal);
    interfaces->by_first = g_hash_table_new_full(first_hash, first_equal, g_free, NULL);
    return interfaces;
}

void interfaces_free(struct interfaces *interfaces)
{
    if (!interfaces)
        return;
    g_hash_table_destroy(interfaces->by_first);
    g_hash_table_destroy(interfaces->by_id);
    g_ptr_array_free(interfaces->same, TRUE);
    g_ptr_array_free(interfaces->all, TRUE);
    g_free(interfaces);
}

GArray *interfaces_reserve(struct interfaces *interfaces, const GPtrArray *names)
{
    GArray *numbers = g_array_new(FALSE, FALSE, sizeof(uint32_t));
    for (guint i = 0; i < names->len * INTERFACES_PER_NAME; i++) {
        struct capture_interface *kept = g_new0(struct capture_interface, 1);
        uint32_t number = interfaces->all->len;
        kept->name = g_strdup(g_ptr_array_index(names, i / INTERFACES_PER_NAME));
        g_ptr_array_add(interfaces->all, kept);
        g_array_append_val(numbers, number);
    }
    interfaces->reserved = interfaces->all->len;
    return numbers;
}

static struct capture_interface *get(const struct interfaces *interfaces, uint32_t number)
{
    return number < interfaces->all->len ? g_ptr_array_index(interfaces->all, number) : NULL;
}

/* The name as it may be shown; the ifindex tells the interfaces of `any` apart. Without a name it
 * is all there is: a pcap file of `any` has no more, and `ip link` lists interfaces by it. */
static char *title_of(const char *name, const struct interface_id *id)
{
    bool nameless = name == NULL || strcmp(name, NAMELESS) == 0;
    if (nameless && id->ifindex != 0)
        return g_strdup_printf("interface %u", id->ifindex);
    char *shown = printable_text(nameless ? NAMELESS : name);
    if (id->ifindex == 0)
        return shown;
    char *title = g_strdup_printf("%s ifindex %u", shown, id->ifindex);
    g_free(shown);
    return title;
}

/* A number reserved for interfaces of this name, or a new one. */
static uint32_t number_for(struct interfaces *interfaces, const char *title)
{
    for (uint32_t number = 0; number < interfaces->reserved; number++) {
        const struct capture_interface *known = get(interfaces, number);
        if (!known->used && strcmp(known->name, title) == 0)
            return number;
    }
    g_ptr_array_add(interfaces->all, g_new0(struct capture_interface, 1));
    return interfaces->all->len - 1;
}

/* Takes the title in `begins`. */
static uint32_t add(struct interfaces *interfaces, const struct interface_id *id, char *title,
                    const struct first_packet *begins)
{
    struct capture_interface *known;
    gpointer first;
    uint32_t number;
    if (g_hash_table_lookup_extended(interfaces->by_first, begins, NULL, &first)) {
        number = GPOINTER_TO_UINT(first);
        known = g_new0(struct capture_interface, 1);
        g_ptr_array_add(interfaces->same, known);
    } else {
        number = number_for(interfaces, title);
        known = get(interfaces, number);
        g_hash_table_insert(interfaces->by_first, g_memdup2(begins, sizeof *begins),
                            GUINT_TO_POINTER(number));
    }
    g_free(known->name);
    *known = (struct capture_interface){.id = *id, .used = true, .name = title};
    g_hash_table_insert(interfaces->by_id, &known->id, GUINT_TO_POINTER(number));
    return number;
}

uint32_t interfaces_number(struct interfaces *interfaces, const struct interface_id *id,
                           interface_namer namer, void *user, const struct packet *packet,
                           uint32_t length)
{
    uint32_t latest = (id->file + id->id + id->ifindex) % LATEST_INTERFACES;
    const struct capture_interface *known = interfaces->latest[latest].interface;
    if (known && id_equal(&known->id, id))
        return interfaces->latest[latest].number;
    gpointer number;
    if (!g_hash_table_lookup_extended(interfaces->by_id, id, NULL, &number)) {
        if (interfaces->all->len + interfaces->same->len >= INTERFACES_LIMIT)
            return INTERFACES_LIMIT - 1;
        char *title = title_of(namer(user, id), id);
        struct first_packet begins = {title, length, *packet};
        number = GUINT_TO_POINTER(add(interfaces, id, title, &begins));
    }
    gpointer key;
    g_hash_table_lookup_extended(interfaces->by_id, id, &key, NULL);
    interfaces->latest[latest].interface = key; /* the id is its first member */
    interfaces->latest[latest].number = GPOINTER_TO_UINT(number);
    return GPOINTER_TO_UINT(number);
}

void interfaces_append(struct interfaces *interfaces, const struct interface_id *id,
                       const char *name)
{
    struct capture_interface *known = g_new0(struct capture_interface, 1);
    known->used = id != NULL;
    if (id)
        known->id = *id;
    known->name = printable_text(name);
    g_ptr_array_add(interfaces->all, known);
}

uint32_t interfaces_count(const struct interfaces *interfaces)
{
    return interfaces->all->len;
}

const char *interfaces_name(const struct interfaces *interfaces, uint32_t number)
{
    const struct capture_interface *known = get(interfaces, number);
    return known ? known->name : "unknown";
}

const struct interface_id *interfaces_id(const struct interfaces *interfaces, uint32_t number)
{
    const struct capture_interface *known = get(interfaces, number);
    return known && known->used ? &known->id : NULL;
}
