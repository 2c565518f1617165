/* Texts of table cells.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "cells.h"
#include "core/base/digits.h"
#include "core/base/names.h"
#include "core/ipsec/ipsec_conclusion.h"

char *cell_address(const struct net_address *address)
{
    char text[NAMES_ADDRESS_SIZE];
    return g_strdup(names_address(address, text));
}

char *cell_endpoint(const struct endpoint *end)
{
    char address[NAMES_ADDRESS_SIZE], digits[DIGITS_MOST + 1] = "";
    if (end->address.length == 0)
        return g_strdup("-");
    names_address(&end->address, address);
    const char *port = digits_before(digits + DIGITS_MOST, end->port);
    return end->address.length == 4 ? g_strconcat(address, ":", port, NULL)
                                    : g_strconcat("[", address, "]:", port, NULL);
}

char *cell_call_id(const struct call *call, enum id_owner owner)
{
    return call->has_id[owner] ? cell_number(call->id[owner]) : g_strdup("-");
}

char *cell_seconds(int64_t ns)
{
    int64_t ms = (ns + (ns < 0 ? -500000 : 500000)) / 1000000;
    const char *sign = ms < 0 ? "-" : "";
    if (ms < 0)
        ms = -ms;
    return g_strdup_printf("%s%" G_GINT64_FORMAT ".%03d", sign, ms / 1000, (int)(ms % 1000));
}

char *cell_number(uint32_t number)
{
    char digits[DIGITS_MOST + 1] = "";
    return g_strdup(digits_before(digits + DIGITS_MOST, number));
}

char *cell_or_dash(const char *text)
{
    return g_strdup(text != NULL && text[0] != '\0' ? text : "-");
}

char *cell_frame(uint32_t frame)
{
    return frame != 0 ? cell_number(frame) : g_strdup("-");
}

static bool all_equal(const char *const *texts, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        if (strcmp(texts[i], texts[0]) != 0)
            return false;
    }
    return true;
}

char *cell_join(const char *const *texts, uint32_t count)
{
    if (count > 0 && all_equal(texts, count))
        return g_strdup(texts[0]);
    static const char between[] = " -> ";
    size_t size = 1;
    for (uint32_t i = 0; i < count; i++)
        size += strlen(texts[i]) + sizeof between;
    char *joined = g_malloc(size), *end = joined;
    *end = '\0';
    for (uint32_t i = 0; i < count; i++)
        end = g_stpcpy(i > 0 ? g_stpcpy(end, between) : end, texts[i]);
    return joined;
}

char *cell_join_array(const GPtrArray *texts)
{
    return cell_join((const char *const *)texts->pdata, texts->len);
}

const char *call_kind_name(const struct call *call)
{
    switch (call->kind) {
    case CALL_KIND_OUTGOING:
        return "outgoing";
    case CALL_KIND_INCOMING:
        return "incoming";
    case CALL_KIND_UNKNOWN:
        break;
    }
    return NULL;
}

const char *direction_name(const struct call *call, enum direction direction)
{
    return direction_of(call == NULL || call->roles_known, direction);
}

const char *direction_of(bool roles, enum direction direction)
{
    switch (direction) {
    case DIRECTION_PNS_TO_PAC:
        return roles ? "pns_to_pac" : "a_to_b";
    case DIRECTION_PAC_TO_PNS:
        return roles ? "pac_to_pns" : "b_to_a";
    case DIRECTION_NONE:
        break;
    }
    return NULL;
}

const char *direction_title(const struct call *call, enum direction direction)
{
    bool roles = call == NULL || call->roles_known;
    switch (direction) {
    case DIRECTION_PNS_TO_PAC:
        return roles ? "PNS->PAC" : "a->b";
    case DIRECTION_PAC_TO_PNS:
        return roles ? "PAC->PNS" : "b->a";
    case DIRECTION_NONE:
        break;
    }
    return NULL;
}

const char *cell_ike_state(const struct ike_sa *sa)
{
    return ipsec_ike_seems_ended(sa) ? "ended" : ike_progress_name((enum ike_progress)sa->progress);
}

char *cell_ipsec_places(const struct ipsec_places *places)
{
    GString *text = g_string_new(NULL);
    for (const struct ipsec_place *place = places->first; place != NULL; place = place->next) {
        const struct endpoint *end = &place->endpoint;
        char *cell = end->port != 0 ? cell_endpoint(end) : cell_address(&end->address);
        g_string_append_printf(text, "%s%s", text->len > 0 ? " -> " : "", cell);
        g_free(cell);
    }
    if (text->len == 0)
        g_string_append_c(text, '-');
    return g_string_free(text, FALSE);
}
