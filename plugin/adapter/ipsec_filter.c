/* See ipsec_filter.h. Wireshark shows them in Conversation Filter of its Analyze menu and of the
 * packet list. It asks about the selected packet, long after that was dissected.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ipsec_filter.h"

#include "compat.h"
#include "core/ipsec/ipsec_link.h"
#include "ipsec_items.h"
#include "session_store.h"

/* The subject of the packet; all NULL if it is none of ours. */
static struct ipsec_subject subject_at(const packet_info *pinfo)
{
    const struct analysis *analysis = session_ipsec();
    const struct ipsec_tracker *tracker = analysis != NULL ? analysis_ipsec(analysis) : NULL;
    const struct ipsec_record *record =
        tracker != NULL ? ipsec_tracker_on(tracker, pinfo->num) : NULL;

    return record != NULL ? ipsec_subject_of(tracker, record) : (struct ipsec_subject){0};
}

/* The link of the packet, or of its IKE SA where it has none: a keepalive. */
static const struct ipsec_link *link_at(const packet_info *pinfo)
{
    const struct analysis *analysis = session_ipsec();
    const struct ipsec_links *links = analysis != NULL ? analysis_ipsec_links(analysis) : NULL;
    const struct ipsec_subject subject = subject_at(pinfo);
    const struct ipsec_link *link;
    uint32_t position;

    if (links == NULL || subject.record == NULL)
        return NULL;
    link = ipsec_links_of_frame(links, pinfo->num, &position);
    if (link == NULL && subject.ike != NULL)
        link = ipsec_links_of_ike(links, subject.ike, &position);
    return link;
}

static compat_bool is_at_all_points(packet_info *pinfo COMPAT_FILTER_DATA)
{
    return link_at(pinfo) != NULL;
}

/* The links of one tunnel: that of its IKE SA, and of the ESP SAs that it agreed on. */
static gchar *at_all_points(packet_info *pinfo COMPAT_FILTER_DATA)
{
    const struct ipsec_link *link = link_at(pinfo);
    const struct ipsec_links *links;
    GString *text;
    uint32_t ike;

    if (link == NULL)
        return NULL;
    ike = link->kind == IPSEC_LINK_IKE ? link->index : link->ike_link;
    if (ike == IPSEC_NONE)
        return g_strdup_printf("ipsec.nat.link == %u", link->index);
    links = analysis_ipsec_links(session_ipsec());
    text = g_string_new(NULL);
    for (uint32_t i = 0; i < ipsec_links_count(links); i++) {
        const struct ipsec_link *other = ipsec_links_get(links, i);

        if (other->index == ike || (other->kind == IPSEC_LINK_ESP && other->ike_link == ike))
            g_string_append_printf(text, "%s%u", text->len == 0 ? "ipsec.nat.link in {" : ", ",
                                   other->index);
    }
    g_string_append_c(text, '}');
    return g_string_free(text, FALSE);
}

static compat_bool is_at_this_point(packet_info *pinfo COMPAT_FILTER_DATA)
{
    const struct ipsec_subject subject = subject_at(pinfo);

    return subject.ike != NULL || subject.esp != NULL;
}

static gchar *at_this_point(packet_info *pinfo COMPAT_FILTER_DATA)
{
    const struct ipsec_subject subject = subject_at(pinfo);

    if (subject.ike != NULL)
        return g_strdup_printf("ipsec.ike == %u", subject.ike->index);
    return subject.esp != NULL ? g_strdup_printf("ipsec.esp == %u", subject.esp->index) : NULL;
}

void ipsec_filter_register(void)
{
    compat_conversation_filter("ipsec", "IPsec tunnel at all points", is_at_all_points,
                               at_all_points);
    compat_conversation_filter("ipsec", "IPsec tunnel at this point only", is_at_this_point,
                               at_this_point);
}
