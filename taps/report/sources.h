/* The user's own files behind the model: where frames and interfaces come from. Nothing that is
 * written depends on who read them, Wireshark or the command.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_SOURCES_H
#define PPTPNAT_SOURCES_H

#include <stdbool.h>
#include <stdint.h>

/* Functions get `user`. Texts are printable and borrowed; they live as long as what is written. */
struct sources {
    /* The name of an interface by the number core has for it: "eth0". Never NULL. */
    const char *(*interface_name)(const void *user, uint32_t interface);
    /* False if nobody says which file it is of. */
    bool (*interface_file)(const void *user, uint32_t interface, uint32_t *ret_file);
    /* Where a frame of the model stands in its own file; false: not known. */
    bool (*frame)(const void *user, uint32_t frame, uint32_t *ret_file, uint32_t *ret_number);
    /* As the user named the file; NULL where files have no names, and each interface counts as a
     * file of its own. */
    const char *(*file_name)(const void *user, uint32_t file);
    const char *(*file_label)(const void *user, uint32_t file); /* short, of this file only */
    uint32_t file_count;
    const void *user;
};

#endif
