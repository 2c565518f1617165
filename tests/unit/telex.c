/* See telex.h. Most of it says that there is nothing to say.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "telex.h"

#include "core/outcome/at_end.h"
#include "core/outcome/cause.h"

static const char *name_of(const struct session *session, enum direction direction)
{
    return session->connection && direction == DIRECTION_A_TO_B ? "client" : "server";
}

static uint32_t point_of(const struct facts *facts, uint32_t interface)
{
    (void)facts;
    return interface;
}

static struct message *messages_on(const struct facts *facts, uint32_t frame)
{
    const GPtrArray *messages = ((const struct telex *)facts)->messages;
    for (guint i = 0; i < messages->len; i++) {
        struct message *message = messages->pdata[i];
        if (message->frame == frame)
            return message;
    }
    return NULL;
}

static uint32_t header_length(const struct packet_record *record)
{
    (void)record;
    return 4;
}

static void *own_new(struct linker *linker, const struct linker *copy_of)
{
    (void)linker;
    return copy_of ? copy_of->own : NULL;
}

static void own_free(struct linker *linker)
{
    (void)linker;
}

/* Each end says its own number, and the far side shows what the hop made of it. */
static void judge_pair(struct linker *linker, struct link *link, const struct message_pair *pair)
{
    enum id_owner owner = pair->near->type == REQUEST ? OWNER_A : OWNER_B;
    (void)linker;
    if (!link)
        return;
    uint16_t near = ((const struct telex_message *)pair->near)->number;
    uint16_t far = ((const struct telex_message *)pair->far)->number;
    link->map[owner].firm = true;
    link_put_id(link, owner, pair->near_position, near);
    link_put_id(link, owner, pair->far_position, far);
    link->cross[pair->hop].id_changed = link->cross[pair->hop].id_changed || near != far;
}

static void linked(struct linker *linker, struct session *session)
{
    (void)linker;
    (void)session;
}

static enum mistranslation kind_of(struct linker *linker, const struct link *link, uint32_t far,
                                   enum id_owner owner, uint16_t expected, uint16_t meant,
                                   uint16_t seen)
{
    (void)linker;
    (void)link;
    (void)far;
    (void)owner;
    (void)expected;
    return seen == meant ? MISTRANSLATION_UNTRANSLATED : MISTRANSLATION_UNKNOWN;
}

static struct link_shared shared(const struct linker *linker, const struct session *session,
                                 enum direction direction)
{
    (void)linker;
    (void)session;
    (void)direction;
    return (struct link_shared){false, 0};
}

static void nothing(struct facts *facts, struct linker *linker, struct finding_log *log)
{
    (void)facts;
    (void)linker;
    (void)log;
}

static void no_rule(struct linker *linker)
{
    (void)linker;
}

static uint32_t astray(const struct linker *linker, uint32_t session)
{
    (void)linker;
    (void)session;
    return FINDING_NONE;
}

static uint32_t hop_of(const struct finding *finding)
{
    return finding->hop;
}

static bool is_of_lost_state(const struct finding *finding)
{
    (void)finding;
    return false;
}

static const struct cause_row *causes(uint32_t *ret_count)
{
    /* Packets that end at the hop do so because it wrote a wrong number into others. */
    static const struct cause_row rows[] = {{TELEX_LOST, TELEX_WRONG_NUMBER, CAUSE_LINK, NULL}};
    *ret_count = 1;
    return rows;
}

const struct supplier telex_supplier = {
    .data = "telex",
    .id = "number",
    .finding = {[LINK_FACT_WRONG_ID] = TELEX_WRONG_NUMBER,
                [LINK_FACT_MAP_CHANGED] = TELEX_WRONG_NUMBER,
                [LINK_FACT_NOT_FORWARDED] = FINDING_CONTROL_NOT_FORWARDED,
                [LINK_FACT_LOSS] = TELEX_LOST},
    .sender_name = name_of,
    .receiver_name = name_of,
    .point_of = point_of,
    .messages_on = messages_on,
    .header_length = header_length,
    .own_new = own_new,
    .own_free = own_free,
    .judge_pair = judge_pair,
    .linked = linked,
    .kind_of = kind_of,
    .shared = shared,
    .begin = nothing,
    .conclude = nothing,
    .judge_nats = no_rule,
    .astray = astray,
    .hop_of = hop_of,
    .is_of_lost_state = is_of_lost_state,
    .causes = causes,
};

/* Its share of the verdict: the linker's own links. */
static void *part_conclude(const void *facts, struct linker *linker, struct finding_log *log)
{
    (void)facts;
    (void)log;
    return linker;
}

static void part_free(void *concluded)
{
    (void)concluded;
}

static bool has(enum finding_id id)
{
    return id == TELEX_WRONG_NUMBER || id == TELEX_LOST;
}

static unsigned weight(enum finding_id id)
{
    return id == TELEX_WRONG_NUMBER ? 1 : 2;
}

static uint32_t link_count(const void *concluded)
{
    return linker_link_count(concluded);
}

static struct verdict_place place(const void *concluded, const struct finding *finding)
{
    (void)concluded;
    return (struct verdict_place){finding->link, finding->hop};
}

static uint32_t points_of(const void *concluded, uint32_t link, const uint32_t **ret_points)
{
    const struct link_view *view = linker_link(concluded, link);
    *ret_points = view->point;
    return view->count;
}

static void judge_link(void *concluded, uint32_t link, const struct finding *worst)
{
    struct link *of = ((struct linker *)concluded)->links->pdata[link];
    of->view.status = worst ? VERDICT_FAULT : VERDICT_OK;
}

static char *judge_nat(const void *concluded, const struct nat_device *nat, const char *name)
{
    (void)concluded;
    (void)nat;
    return g_strdup_printf("%s keeps its word.", name);
}

static bool is_there(const void *concluded)
{
    return linker_link_count(concluded) > 0;
}

static enum verdict_status judge(const void *concluded, struct verdict_well *well)
{
    (void)concluded;
    g_string_append(well->text, "All telexes are right.");
    return VERDICT_OK;
}

static char *headline(const void *concluded, const struct finding *finding, const char *nat)
{
    (void)concluded;
    (void)nat;
    return g_strdup(finding->id == TELEX_WRONG_NUMBER ? "The number is wrong" : "Lost");
}

static char *consequence(const void *concluded, const struct finding *finding)
{
    (void)concluded;
    (void)finding;
    return g_strdup("");
}

static struct verdict_advice advice(const void *concluded, const struct finding *finding)
{
    (void)concluded;
    (void)finding;
    return (struct verdict_advice){NULL, NULL, "Write a letter."};
}

static bool where(const void *concluded, const struct finding *finding, struct verdict_hop *ret)
{
    (void)concluded;
    (void)finding;
    *ret = (struct verdict_hop){0};
    return false;
}

static const char *step(const void *concluded, const struct finding *finding)
{
    (void)concluded;
    (void)finding;
    return "";
}

const struct outcome_part telex_part = {
    .name = "telex",
    .conclude = part_conclude,
    .free = part_free,
    .has = has,
    .weight = weight,
    .link_count = link_count,
    .place = place,
    .points_of = points_of,
    .judge_link = judge_link,
    .judge_nat = judge_nat,
    .is_there = is_there,
    .judge = judge,
    .headline = headline,
    .consequence = consequence,
    .advice = advice,
    .where = where,
    .step = step,
};
