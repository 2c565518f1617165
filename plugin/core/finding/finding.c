/* The log of the findings made: in the order they were made, and found again by frame.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "finding.h"

#include "core/base/hash.h"

/* A finding and the frames it was filed under: its maker may change the finding afterwards. */
struct entry {
    struct finding finding;
    uint32_t filed[2];
};

struct finding_log {
    GPtrArray *entries;   /* struct entry * */
    GHashTable *by_frame; /* frame -> GArray of uint32_t indices, ascending */
    uint32_t last_frame;  /* the highest there */
    uint32_t dropped;
};

static void free_entry(void *data)
{
    struct entry *entry = data;

    g_free(entry->finding.text);
    g_free(entry);
}

static void free_indices(void *data)
{
    g_array_unref(data);
}

struct finding_log *finding_log_new(void)
{
    hash_start();
    struct finding_log *log = g_new0(struct finding_log, 1);

    log->entries = g_ptr_array_new_with_free_func(free_entry);
    log->by_frame = g_hash_table_new_full(hash_of_pointer, NULL, NULL, free_indices);
    return log;
}

void finding_log_free(struct finding_log *log)
{
    if (log == NULL)
        return;
    g_hash_table_destroy(log->by_frame);
    g_ptr_array_unref(log->entries);
    g_free(log);
}

struct finding finding_init(enum finding_id id)
{
    return (struct finding){
        .id = id,
        .interface = FINDING_NONE,
        .connection = FINDING_NONE,
        .session = FINDING_NONE,
        .link = FINDING_NONE,
        .ike_sa = FINDING_NONE,
        .esp_sa = FINDING_NONE,
        .ipsec_link = FINDING_NONE,
        .hop = FINDING_NONE,
        .direction = DIRECTION_NONE,
        .mistranslation = MISTRANSLATION_NONE,
        .cause = FINDING_NONE,
    };
}

/* Who reads a file asks of each frame, nearly always behind all that something was found on. */
static GArray *indices_of(const struct finding_log *log, uint32_t frame)
{
    return frame <= log->last_frame ? g_hash_table_lookup(log->by_frame, GUINT_TO_POINTER(frame))
                                    : NULL;
}

static void file_under(struct finding_log *log, uint32_t frame, uint32_t index)
{
    GArray *indices = indices_of(log, frame);

    if (indices == NULL) {
        indices = g_array_new(FALSE, FALSE, sizeof(uint32_t));
        g_hash_table_insert(log->by_frame, GUINT_TO_POINTER(frame), indices);
    }
    g_array_append_val(indices, index);
    log->last_frame = MAX(log->last_frame, frame);
}

static struct finding *store(struct finding_log *log, const struct finding *finding)
{
    struct entry *entry = g_new0(struct entry, 1);

    entry->finding = *finding;
    entry->finding.index = log->entries->len;
    g_ptr_array_add(log->entries, entry);
    entry->filed[0] = finding->judged_frame;
    entry->filed[1] =
        finding->deciding_frame != finding->judged_frame ? finding->deciding_frame : 0;
    for (unsigned i = 0; i < 2; i++) {
        if (entry->filed[i] != 0)
            file_under(log, entry->filed[i], entry->finding.index);
    }
    return &entry->finding;
}

struct finding_log *finding_log_copy(const struct finding_log *log)
{
    struct finding_log *copy = finding_log_new();

    for (guint i = 0; i < log->entries->len; i++) {
        const struct entry *entry = g_ptr_array_index(log->entries, i);
        struct finding finding = entry->finding;

        finding.text = g_strdup(finding.text);
        store(copy, &finding);
    }
    copy->dropped = log->dropped;
    return copy;
}

/* The last place of the log tells that it is full, on the frame of the first finding left out. */
static void say_full(struct finding_log *log, const struct finding *left_out)
{
    struct finding full = finding_init(FINDING_LIMIT_REACHED);

    full.judged_frame = left_out->judged_frame;
    full.deciding_frame = left_out->deciding_frame;
    full.interface = left_out->interface;
    full.text = g_strdup_printf("more than %u findings; the rest are only counted",
                                (unsigned)FINDING_LIMIT);
    store(log, &full);
}

struct finding *finding_log_add(struct finding_log *log, const struct finding *finding)
{
    if (log->entries->len + 1 < FINDING_LIMIT)
        return store(log, finding);
    if (log->entries->len < FINDING_LIMIT)
        say_full(log, finding);
    log->dropped++;
    g_free(finding->text);
    return NULL;
}

struct finding *finding_say(struct finding_log *log, struct finding *finding, const char *format,
                            ...)
{
    va_list arguments;

    va_start(arguments, format);
    finding->text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    return finding_log_add(log, finding);
}

uint32_t finding_log_count(const struct finding_log *log)
{
    return log->entries->len;
}

struct finding *finding_log_get(const struct finding_log *log, uint32_t index)
{
    struct entry *entry;

    if (index >= log->entries->len)
        return NULL;
    entry = g_ptr_array_index(log->entries, index);
    return &entry->finding;
}

uint32_t finding_log_dropped(const struct finding_log *log)
{
    return log->dropped;
}

bool finding_log_has(const struct finding_log *log, uint32_t frame)
{
    return frame != 0 && indices_of(log, frame) != NULL;
}

void finding_log_on_frame(const struct finding_log *log, uint32_t frame,
                          void (*each)(const struct finding *finding, void *user), void *user)
{
    const GArray *indices = frame != 0 ? indices_of(log, frame) : NULL;

    for (guint i = 0; indices != NULL && i < indices->len; i++)
        each(finding_log_get(log, g_array_index(indices, uint32_t, i)), user);
}
