/* See ip_hook.h.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ip_hook.h"

void ip_hook_register(struct ip_hook *hook)
{
    hook->stock = dissector_get_uint_handle(find_dissector_table("ip.proto"), hook->protocol);
    hook->handle = create_dissector_handle_with_name_and_description(hook->dissector, -1,
                                                                     hook->name, hook->name);
}

/* Added, not changed, so that it is no user's choice in Decode As. */
void ip_hook_install(const struct ip_hook *hook)
{
    dissector_handle_t now =
        dissector_get_uint_handle(find_dissector_table("ip.proto"), hook->protocol);

    if (now != NULL && now == hook->stock)
        dissector_add_uint("ip.proto", hook->protocol, hook->handle);
}
