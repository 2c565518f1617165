/* The statistics that read the analysis: tables, Wireshark's own kinds (tree, response times,
 * conversations), the verdict in words, the JSON report.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_TAPS_H
#define PPTPNAT_TAPS_H

/* Registers the tables and Wireshark's own kinds. Call once, from the routine that registers the
 * protocols: sharkd has no other. */
void pptpnat_register_tables(void);

/* Registers the statistics without a window. Call once, from the routine that registers taps. */
void pptpnat_register_taps(void);

/* One each, called by the above. */
void statistics_tree_register(void);
void response_times_register(void);
void conversations_register(void);
void conversation_titles_register(void);
void verdict_register(void);
void json_report_register(void);
void status_register(void);
void feed_register(void);

#endif
