/* The submenu "PPTP and IPsec" of Wireshark's menu Statistics: the windows of this plugin, and the
 * way from them to the packets. Wireshark's own tables cannot lead anywhere: their rows have no
 * menu and no double click.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_MENU_H
#define PPTPNAT_MENU_H

/* Call once, while protocols are registered. Does nothing in tshark. */
void menu_register(void);

#endif
