/* The translation of Call IDs.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "translation.h"

#include "expert.h"
#include "fields.h"
#include "finding_items.h"
#include "session_store.h"

/* The linker if there is more than one point, else NULL. */
static const struct linker *comparing_linker(void)
{
    const struct linker *linker = analysis_linker(session_analysis());

    return linker != NULL && linker_point_count(linker) > 1 ? linker : NULL;
}

static void find_call(struct translation *translation)
{
    const struct linker *linker = comparing_linker();

    if (linker == NULL)
        return;
    translation->link =
        linker_link_of(linker, as_session(translation->call), &translation->position);
    translation->point = linker_point_of_session(linker, as_session(translation->call));
}

static void find_connection(struct translation *translation,
                            const struct pptp_connection *connection)
{
    const struct linker *linker = comparing_linker();

    if (linker == NULL)
        return;
    translation->link =
        linker_link_of_connection(linker, as_connection(connection), &translation->position);
    translation->point = linker_point_of_connection(linker, as_connection(connection));
}

bool translation_is_wrong(const struct message_record *record)
{
    const struct linker *linker = analysis_linker(session_analysis());

    return linker_pairing(linker, as_message(record)).mistranslation != MISTRANSLATION_NONE;
}

struct translation translation_of_message(const struct message_record *record)
{
    struct translation translation = {
        .call = call_final(call_of(record->session)),
        .frame = record->frame,
        .doubtful = translation_is_wrong(record),
    };

    if (translation.call != NULL)
        find_call(&translation);
    else
        find_connection(&translation, connection_of(record->connection));
    return translation;
}

struct translation translation_of_gre(uint32_t frame, const struct gre_flow *flow)
{
    struct translation translation = {
        .call = call_final(call_of(flow->session)),
        .frame = frame,
        .doubtful = finding_log_has(analysis_log(session_analysis()), frame),
    };

    find_call(&translation);
    return translation;
}

static bool has_row(const struct translation *translation)
{
    return translation->link != NULL && translation->link->count > 1;
}

/* The id that `owner` has in `call`; false: not known. */
static bool id_of(const struct call *call, enum id_owner owner, uint16_t *ret_id)
{
    if (call == NULL)
        return false;
    *ret_id = call->id[owner];
    return call->has_id[owner];
}

static bool is_id_of(const struct call *call, enum id_owner owner, uint16_t value)
{
    uint16_t id;

    return id_of(call, owner, &id) && id == value;
}

/* Senders put the other end's id into some fields (a Set-Link-Info of pptpd, a
 * Call-Disconnect-Notify): then the field follows that one's map. `value` is what it had to be. */
static enum id_owner real_owner(const struct call *call, enum id_owner owner, uint16_t value)
{
    enum id_owner other = other_owner(owner);

    return !is_id_of(call, owner, value) && is_id_of(call, other, value) ? other : owner;
}

/* The ends of the row have fields of their own, the points between them share one. */
static void add_fields(const struct translation *translation, proto_tree *tree, tvbuff_t *tvb,
                       enum id_owner owner)
{
    const struct link_view *link = translation->link;
    const int *ends = fields.nat_call_id[owner];

    for (uint32_t position = 0; position < link->count; position++) {
        int field = position == 0                 ? ends[FIELDS_INSIDE]
                    : position + 1 == link->count ? ends[FIELDS_OUTSIDE]
                                                  : ends[FIELDS_MIDDLE];
        uint16_t id;

        if (id_of(call_of(link->session[position]), owner, &id))
            proto_item_set_generated(proto_tree_add_uint(tree, field, tvb, 0, 0, id));
    }
}

/* "inside 1536, middle 777, outside 33244", in path order; "" if fewer than two are known. */
static const char *row_text(const struct translation *translation, wmem_allocator_t *pool,
                            enum id_owner owner)
{
    const struct linker *linker = analysis_linker(session_analysis());
    const struct link_view *link = translation->link;
    wmem_strbuf_t *text = wmem_strbuf_new(pool, "");
    unsigned known = 0;

    for (uint32_t position = 0; position < link->count; position++) {
        uint16_t id;

        if (!id_of(call_of(link->session[position]), owner, &id))
            continue;
        wmem_strbuf_append_printf(text, "%s%s %u", known > 0 ? ", " : "",
                                  linker_point(linker, link->point[position])->role, id);
        known++;
    }
    return known > 1 ? wmem_strbuf_get_str(text) : "";
}

static void append_text(const struct translation *translation, proto_item *item,
                        enum id_owner owner, const uint16_t *expected)
{
    wmem_allocator_t *pool = PTREE_DATA(item)->pinfo->pool;
    const char *row = has_row(translation) ? row_text(translation, pool, owner) : "";

    if (row[0] != '\0')
        proto_item_append_text(item, " (%s)", row);
    if (expected != NULL)
        proto_item_append_text(item, ", expected %u", *expected);
}

void translation_show_at(struct translation *translation, proto_item *item, tvbuff_t *tvb,
                         enum id_owner owner, uint16_t value)
{
    uint16_t expected;
    bool wrong;

    if (item == NULL || owner == PPTP_OWNER_NONE || translation->call == NULL ||
        !(has_row(translation) || translation->doubtful))
        return;
    wrong = translation->doubtful && expert_expected_call_id(translation->frame, value, &expected);
    owner = real_owner(translation->call, owner, wrong ? expected : value);
    if (PTREE_DATA(item)->visible) {
        append_text(translation, item, owner, wrong ? &expected : NULL);
        if (wrong)
            finding_items_mark(item, value);
    }
    if (!has_row(translation))
        return;
    add_fields(translation, proto_item_add_subtree(item, fields.ett_translation), tvb, owner);
    translation->shown |= 1u << owner;
}

void translation_show_rest(const struct translation *translation, proto_tree *tree, tvbuff_t *tvb)
{
    if (!has_row(translation))
        return;
    if ((translation->shown & 1u << PPTP_OWNER_PNS) == 0)
        add_fields(translation, tree, tvb, PPTP_OWNER_PNS);
    if ((translation->shown & 1u << PPTP_OWNER_PAC) == 0)
        add_fields(translation, tree, tvb, PPTP_OWNER_PAC);
}
