/* What lives as long as the open file: the analysis and the capture interfaces met. The only place
 * that creates and frees them.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_SESSION_STORE_H
#define PPTPNAT_SESSION_STORE_H

#include "compat.h"
#include "core/analysis.h"

/* Hooks the life of the store to that of files; call once, while protocols register. */
void session_store_register(void);

/* True if the user wants the analysis: it is not switched off and pptp is not disabled. */
bool session_enabled(void);

/* The analysis of the open file, where PPTP goes; NULL if no file is open, it is switched off, or
 * pptp is disabled. */
struct analysis *session_analysis(void);
/* The same one, where IPsec goes; NULL likewise for ipsec. */
struct analysis *session_ipsec(void);
/* The same one, for who reads; NULL if neither goes there. */
struct analysis *session_any(void);

/* As tap_events_record. */
void session_record(const char *name);

/* Fills *ret for the IP packet in which the caller's protocol lies. `iph` is what the ip.proto
 * table passes as data, or NULL. */
void session_packet(const packet_info *pinfo, void *iph, struct packet *ret);

/* Looks at the checksum of an IPv4 header without options around `length` octets; else, and where
 * it is 0, says nothing. */
void session_ip_checksum(void *iph, uint32_t length, struct packet *ret);

/* True inside a PPTP tunnel: what is found there is shown but not analysed. A frame has one record,
 * and that is its outer packet's. */
bool session_inside_tunnel(const packet_info *pinfo);
/* True inside any tunnel, of whatever protocol, and in decrypted ESP. */
bool session_inside_other(const packet_info *pinfo);

/* An interface as session_packet numbered it. The name is borrowed until the file is closed. */
const char *session_interface_name(uint32_t interface);
void session_interface_id(uint32_t interface, uint32_t *ret_section, uint32_t *ret_id);

#endif
