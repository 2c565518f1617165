/* Call requests whose id passed a hop unchanged: whether that was a choice of the editor or a miss
 * (FINDINGS, setup_untranslated).
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "nat_rules.h"

static const char *setup_reason(const struct link *link, uint32_t hop)
{
    for (uint32_t position = hop; position <= hop + 1; position++) {
        const struct message *request = link->at[position].request;
        if (request && record_of(request)->split)
            return "it spans TCP segments";
        if (request && record_of(request)->not_first)
            return "it does not start its TCP segment";
    }
    const struct message *request =
        link->at[hop].request ? link->at[hop].request : link->at[hop + 1].request;
    return request && request->type == PPTP_ICRQ ? "it is an incoming call" : NULL;
}

/* A hop as a key: the positions on its two sides. */
static int64_t hop_key(const struct link *link, uint32_t hop)
{
    return (int64_t)((uint64_t)link->view.point[hop] << 32 | link->view.point[hop + 1]);
}

/* A request of another call was translated at the same hop: there is an editor. */
static bool others_translated(const struct linker *linker, const struct link *link, uint32_t hop)
{
    int64_t key = hop_key(link, hop);
    return g_hash_table_contains(nat_own(linker)->editors, &key);
}

/* The requester is the end that the hop hides: its address changes there. The other end's id has no
 * need of translation, nor has any where no address is translated. */
static bool requester_is_hidden(const struct link *link, uint32_t hop)
{
    uint32_t end = link->at[hop].request->sender;
    return !net_address_equal(&link->path->row[hop]->connection->end[end].address,
                              &link->path->row[hop + 1]->connection->end[end].address);
}

/* An unchanged id alone is no fault: an editor may leave the first client's as it is (RRAS). It is
 * one when a later field shows that the editor meant otherwise, or when there is an editor and the
 * reason why it missed this request shows. */
void link_setup_judge(struct linker *linker, struct link *link, uint32_t hop)
{
    if (link->cross[hop].setup_reported || !link->cross[hop].request_same ||
        !link->at[hop].request || !link->at[hop + 1].request || !requester_is_hidden(link, hop))
        return;
    const char *reason = setup_reason(link, hop);
    if (!link->cross[hop].contradicted && !(reason && others_translated(linker, link, hop)))
        return;
    const struct message *request = link->at[hop].request;
    uint32_t far = link_path_downward(link->path, request->sender) ? hop + 1 : hop;
    const struct message *judged = link->at[far].request;
    const struct message *meant = link->at[far == hop ? hop + 1 : hop].request;
    struct finding finding =
        link_finding(linker, FINDING_SETUP_UNTRANSLATED, link, hop, far, judged->frame);
    finding.peer_frame = meant->frame;
    finding.has_seen = true;
    finding.seen = record_of(judged)->call_id;
    finding.mistranslation = MISTRANSLATION_UNTRANSLATED;
    finding.text = g_strdup_printf("%s leaves the NAT with Call ID %u unchanged%s%s",
                                   pptp_message_name(judged->type), record_of(judged)->call_id,
                                   reason ? ": " : "", reason ? reason : "");
    struct finding *reported = link_say(linker, &finding);
    if (reported)
        link->cause = reported->index;
    link->cross[hop].setup_reported = true;
}

void link_setup_request(struct linker *linker, struct link *link, const struct message_pair *pair)
{
    struct message *near = pair->near, *far = pair->far;
    if ((near->type != PPTP_OCRQ && near->type != PPTP_ICRQ) || !record_of(near)->has_call_id ||
        !record_of(far)->has_call_id ||
        (link->at[pair->far_position].request && link->at[pair->far_position].request != far))
        return;
    link->at[pair->near_position].request = near;
    link->at[pair->far_position].request = far;
    link->cross[pair->hop].request_same = record_of(near)->call_id == record_of(far)->call_id;
    if (!link->cross[pair->hop].request_same) {
        int64_t key = hop_key(link, pair->hop);
        g_hash_table_add(nat_own(linker)->editors, g_memdup2(&key, sizeof key));
    }
    link_setup_judge(linker, link, pair->hop);
}
