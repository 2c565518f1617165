/* Numbers of PPP's protocols that more than one module reads.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_PPP_WIRE_H
#define PPTPNAT_PPP_WIRE_H

#define PPP_IPV4       0x0021
#define PPP_COMPRESSED 0x00FD /* and encrypted: MPPE (RFC 3078) */

#define PPP_LCP    0xC021
#define PPP_PAP    0xC023
#define PPP_CHAP   0xC223
#define PPP_EAP    0xC227
#define PPP_IPCP   0x8021
#define PPP_IPV6CP 0x8057
#define PPP_ECP    0x8053
#define PPP_CCP    0x80FD

#define PPP_PACKET_HEADER 4 /* code, identifier, length (RFC 1661 5) */
#define PPP_OPTION_HEADER 2 /* type, length (RFC 1661 6) */

#define LCP_CONFIGURE_REQUEST 1
#define LCP_CONFIGURE_ACK     2
#define LCP_CONFIGURE_NAK     3
#define LCP_CONFIGURE_REJECT  4
#define TERMINATE_REQUEST     5 /* of LCP and of each NCP */
#define TERMINATE_ACK         6
#define LCP_PROTOCOL_REJECT   8
#define LCP_ECHO_REQUEST      9
#define LCP_ECHO_REPLY        10
#define LCP_DISCARD_REQUEST   11
#define LCP_OPTION_AUTH       3 /* Authentication-Protocol (RFC 1661 6.2) */
#define LCP_OPTION_MAGIC      5
#define CCP_OPTION_MPPE       18 /* RFC 3078 2.1 */
#define CHAP_FAILURE          4

#endif
