/* The branch "Findings" of the statistics tree.
 *
 * A finding is counted with the frame it is about. That can be one of no PPTP message (a SYN, an
 * ICMP error), and some findings become certain at the end of the file only. So the tree's own tap
 * does not do: a listener of ours looks at every frame that passes the tree's filter. Where the
 * file was read before (GUI, sharkd) it counts at once; in tshark it notes the frames, and another
 * one, which Wireshark draws before the tree because it was registered later, counts at the end.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_FINDINGS_COUNT_H
#define PPTPNAT_FINDINGS_COUNT_H

#include <epan/stats_tree.h>

/* Makes the branch and counts from now on; again for the same tree: from 0. */
void findings_count_start(stats_tree *tree);

/* To be called before the tree is freed. */
void findings_count_stop(stats_tree *tree);

#endif
