/* What follows for a connection from octets that end at a hop and from resets made there.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "core/link/internal.h"

/* What a finding about a connection is of, wherever it was seen. */
static gconstpointer subject_of(const struct linker *linker, const struct finding *finding)
{
    const struct connection *connection =
        finding->connection == FINDING_NONE
            ? NULL
            : tracker_connection(linker->tracker, finding->connection);
    const struct sighting *sighting = connection ? sighting_of(linker, connection) : NULL;
    return sighting && sighting->path ? (gconstpointer)sighting->path : sighting;
}

GHashTable *link_before_causes(const struct linker *linker)
{
    GHashTable *causes = g_hash_table_new(hash_of_pointer, NULL);
    for (uint32_t i = 0; i < finding_log_count(linker->log); i++) {
        const struct finding *finding = finding_log_get(linker->log, i);
        gpointer subject = (gpointer)subject_of(linker, finding);
        bool lost = finding->id == FINDING_CONTROL_NOT_FORWARDED;
        if (!subject || (!lost && finding->id != FINDING_RESET_INJECTED))
            continue;
        gpointer known = g_hash_table_lookup(causes, subject);
        if (!known || (lost && finding_log_get(linker->log, GPOINTER_TO_UINT(known) - 1)->id ==
                                   FINDING_RESET_INJECTED))
            g_hash_table_insert(causes, subject, GUINT_TO_POINTER(i + 1));
    }
    return causes;
}

uint32_t link_before_cause(const struct linker *linker, GHashTable *causes,
                           const struct finding *finding)
{
    switch (finding->id) {
    case FINDING_RESET_INJECTED:
    case FINDING_CLOSED_EARLY:
    case FINDING_TCP_REFUSED:
    case FINDING_NO_REPLY:
    case FINDING_ECHO_UNANSWERED:
        break;
    default:
        return FINDING_NONE;
    }
    gconstpointer subject = subject_of(linker, finding);
    gpointer known = subject ? g_hash_table_lookup(causes, subject) : NULL;
    if (!known || GPOINTER_TO_UINT(known) - 1 == finding->index)
        return FINDING_NONE;
    return GPOINTER_TO_UINT(known) - 1;
}
