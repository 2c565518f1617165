/* How the outputs write the things of the model.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_CELLS_H
#define PPTPNAT_CELLS_H

#include "core/analysis.h"

/* All to be freed with g_free. What is not known is "-". */
char *cell_address(const struct net_address *address); /* "192.168.1.10", "fd00::1" */
char *cell_endpoint(const struct endpoint *end);       /* "192.168.1.10:1723", "[fd00::1]:1723" */
char *cell_call_id(const struct call *call, enum id_owner owner);
char *cell_seconds(int64_t ns);       /* "5.031" */
char *cell_number(uint32_t number);   /* "42" */
char *cell_or_dash(const char *text); /* a copy; "-" for NULL and "" */
char *cell_frame(uint32_t frame);     /* 0: "-" */
/* "a -> b"; only "a" if all are equal */
char *cell_join(const char *const *texts, uint32_t count);
char *cell_join_array(const GPtrArray *texts);

/* Endpoints in the order of their first use: "192.168.1.30:4500 -> 192.168.1.30:1031". */
char *cell_ipsec_places(const struct ipsec_places *places);
/* "established", ...; "ended" where its last exchange seems to have deleted it. */
const char *cell_ike_state(const struct ike_sa *sa);

/* "outgoing", "incoming", or NULL */
const char *call_kind_name(const struct call *call);

/* "pns_to_pac" and "pac_to_pns", or "a_to_b" and "b_to_a" until roles are known; NULL for
 * DIRECTION_NONE. `call` may be NULL. */
const char *direction_name(const struct call *call, enum direction direction);
/* The same, told whether the roles are known. */
const char *direction_of(bool roles, enum direction direction);
/* The same as people write it: "PNS->PAC". */
const char *direction_title(const struct call *call, enum direction direction);

#endif
