/* Findings in few words.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "words.h"

#include <string.h>

#include "markup.h"

struct pair {
    const char *of;
    const char *words;
};

static const char *find(const struct pair *pairs, size_t count, const char *of)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(pairs[i].of, of) == 0)
            return pairs[i].words;
    }
    return NULL;
}

enum mark words_mark(const struct finding *finding)
{
    if (finding == NULL)
        return MARK_NONE;
    return finding->is_cause || finding->severity >= SEVERITY_WARNING ? MARK_BAD : MARK_ODD;
}

/* Of findings that have no value to expect. */
static const char *short_words(const struct finding *finding)
{
    static const struct pair shorts[] = {
        {"pptp.nat.setup_untranslated", "not translated"},
        {"pptp.nat.no_editor", "no Call ID is translated"},
        {"pptp.nat.gre_misdelivered", "came to another host"},
        {"pptp.nat.gre_other_address", "sent from another address"},
        {"pptp.nat.tunnel_ambiguous", "also used by another call"},
        {"pptp.nat.tunnel_maybe_ambiguous", "may also be used by another call"},
        {"pptp.analysis.call_id_in_use", "also used by another call"},
        {"pptp.analysis.unknown_call_id", "no call has this Call ID"},
        {"ipsec.analysis.natt_not_announced", "no NAT traversal announced"},
        {"ipsec.analysis.no_reply", "no reply"},
        {"ipsec.analysis.esp_one_way", "no ESP comes back"},
        {"ipsec.analysis.sa_silent", "no more ESP for the other client"},
        {"ipsec.nat.natt_missing", "no NAT traversal announced"},
        {"ipsec.nat.natt_not_used", "stays on port 500"},
        {"ipsec.nat.float_blocked", "UDP 4500 ends at the NAT"},
        {"ipsec.nat.esp_native", "ESP without UDP"},
        {"ipsec.nat.esp_not_forwarded", "ESP ends at the NAT"},
        {"ipsec.nat.port_shared", "another client uses this port"},
        {"ipsec.nat.ike_misdelivered", "came to the wrong client"},
        {"ipsec.nat.esp_misdelivered", "came to the wrong client"},
        {"ipsec.nat.payload_altered", "contents were changed"},
        {"ipsec.nat.mapping_changed", "the outside port changed"},
        {"ipsec.nat.fragment_lost", "fragments were lost"},
        {"ipsec.nat.server_behind_nat", "the server is behind a NAT"},
    };
    const char *words = find(shorts, G_N_ELEMENTS(shorts), finding->id);
    return words != NULL ? words : finding->summary;
}

/* What a wrong Call ID is instead. */
static const char *kind_words(const char *mistranslation)
{
    static const struct pair kinds[] = {
        {"untranslated", "not translated"},
        {"zero", "it became 0"},
        {"tcp port", "it is a TCP port"},
        {"byte-swapped", "its bytes are swapped"},
        {"other owner's map", "it is the other end's"},
        {"another call's", "it is another call's"},
        {"an earlier call's", "it is an earlier call's"},
        {"unknown", ""},
        {"", ""},
    };
    const char *words = find(kinds, G_N_ELEMENTS(kinds), mistranslation);
    return words != NULL ? words : mistranslation;
}

const char *words_right(struct ladder *ladder, const struct finding *finding)
{
    const char *kind = kind_words(finding->mistranslation);
    if (!finding->expected.known)
        return short_words(finding);
    if (kind[0] == '\0')
        return markup_keep(ladder->texts, "should be %" G_GINT64_FORMAT, finding->expected.value);
    return markup_keep(ladder->texts, "should be %" G_GINT64_FORMAT " (%s)",
                       finding->expected.value, kind);
}

GHashTable *words_by_frame(const GPtrArray *findings)
{
    GHashTable *table =
        g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; i < findings->len; i++) {
        const struct finding *finding = g_ptr_array_index(findings, i);
        GPtrArray *about = g_hash_table_lookup(table, &finding->frame);
        if (about == NULL) {
            about = g_ptr_array_new();
            g_hash_table_insert(table, (gpointer)&finding->frame, about);
        }
        g_ptr_array_add(about, (gpointer)finding);
    }
    return table;
}
