/* The layouts of IKE: where each field is and which member takes it. Data only; what reads it is in
 * ike_wire.c.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ike_wire.h"

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define TO(type, name)      ((uint16_t)offsetof(struct type, name))

/* clang-format off */

static const struct ike_cell header[] = {
    {"Initiator SPI",   0, 8, TO(ike_header, initiator_spi)},
    {"Responder SPI",   8, 8, TO(ike_header, responder_spi)},
    {"Next payload",   16, 1, TO(ike_header, next_payload)},
    {"Version",        17, 1, TO(ike_header, version)},
    {"Exchange type",  18, 1, TO(ike_header, exchange)},
    {"Flags",          19, 1, TO(ike_header, flags)},
    {"Message ID",     20, 4, TO(ike_header, message_id)},
    {"Length",         24, 4, TO(ike_header, length)},
};

static const struct ike_cell payload[] = {
    {"Next payload",   0, 1, TO(ike_payload_header, next)},
    {"Reserved",       1, 1, TO(ike_payload_header, reserved)},
    {"Payload length", 2, 2, TO(ike_payload_header, length)},
};

static const struct ike_cell sa_v1[] = {
    {"Domain of interpretation", 0, 4, TO(ike_sa_body, doi)},
    {"Situation",                4, 4, TO(ike_sa_body, situation)},
};

static const struct ike_cell proposal[] = {
    {"Proposal number",     0, 1, TO(ike_proposal, number)},
    {"Protocol ID",         1, 1, TO(ike_proposal, protocol)},
    {"SPI Size",            2, 1, TO(ike_proposal, spi_length)},
    {"Proposal transforms", 3, 1, TO(ike_proposal, transforms)},
};

static const struct ike_cell transform_v1[] = {
    {"Transform number", 0, 1, TO(ike_transform, number)},
    {"Transform ID",     1, 1, TO(ike_transform, id)},
    {"Reserved",         2, 2, TO(ike_transform, reserved)},
};

static const struct ike_cell attribute[] = {
    {"Type",            0, 2, TO(ike_attribute, type)},
    {"Value or length", 2, 2, TO(ike_attribute, value)},
};

static const struct ike_cell notify_v1[] = {
    {"Domain of interpretation", 0, 4, TO(ike_notify, doi)},
    {"Protocol ID",              4, 1, TO(ike_notify, protocol)},
    {"SPI Size",                 5, 1, TO(ike_notify, spi_length)},
    {"Notify Message Type",      6, 2, TO(ike_notify, type)},
};

static const struct ike_cell notify_v2[] = {
    {"Protocol ID",         0, 1, TO(ike_notify, protocol)},
    {"SPI Size",            1, 1, TO(ike_notify, spi_length)},
    {"Notify Message Type", 2, 2, TO(ike_notify, type)},
};

static const struct ike_cell fragment_v1[] = {
    {"Frag ID",  0, 2, TO(ike_fragment, id)},
    {"Frag seq", 2, 1, TO(ike_fragment, short_number)},
    {"Flags",    3, 1, TO(ike_fragment, flags)},
};

static const struct ike_cell fragment_v2[] = {
    {"Fragment Number", 0, 2, TO(ike_fragment, number)},
    {"Total Fragments", 2, 2, TO(ike_fragment, total)},
};

#define LAYOUT(title, section, length, cells) {title, section, length, ARRAY_LENGTH(cells), cells}

static const struct ike_layout layouts[IKE_LAYOUT_COUNT] = {
    [IKE_LAYOUT_HEADER] = LAYOUT("Header", "RFC 7296 3.1", IKE_HEADER_LENGTH, header),
    [IKE_LAYOUT_PAYLOAD] =
        LAYOUT("Payload header", "RFC 7296 3.2", IKE_PAYLOAD_HEADER_LENGTH, payload),
    [IKE_LAYOUT_SA_V1] = LAYOUT("Security Association", "RFC 2408 3.4", 8, sa_v1),
    [IKE_LAYOUT_PROPOSAL] = LAYOUT("Proposal", "RFC 2408 3.5", 4, proposal),
    [IKE_LAYOUT_TRANSFORM_V1] = LAYOUT("Transform", "RFC 2408 3.6", 4, transform_v1),
    [IKE_LAYOUT_ATTRIBUTE] = LAYOUT("Attribute", "RFC 2408 3.3", 4, attribute),
    [IKE_LAYOUT_NOTIFY_V1] = LAYOUT("Notification", "RFC 2408 3.14", 8, notify_v1),
    [IKE_LAYOUT_NOTIFY_V2] = LAYOUT("Notify", "RFC 7296 3.10", 4, notify_v2),
    [IKE_LAYOUT_FRAGMENT_V1] = LAYOUT("Fragment", "[MS-IKEE] 2.2.3", 4, fragment_v1),
    [IKE_LAYOUT_FRAGMENT_V2] = LAYOUT("Encrypted Fragment", "RFC 7383 2.5", 4, fragment_v2),
};

/* clang-format on */

const struct ike_layout *ike_layout(enum ike_layout_id id)
{
    return &layouts[id];
}
