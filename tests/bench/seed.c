/* In place of GLib's random numbers: the same in each run. The tables of Wireshark and the plugin
 * draw the seed of their hashes from them, and which items collide is 2 % of what a run executes.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdint.h>

uint32_t g_random_int(void);

uint32_t g_random_int(void)
{
    static uint32_t state = 1;
    state = state * 1664525u + 1013904223u; /* Numerical Recipes */
    return state;
}
