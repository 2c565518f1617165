/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record_from.h"

#include <string.h>

#ifdef G_OS_UNIX
#include <net/if.h>
#endif

#include "core/base/printable.h"

#define FILE_SAFE   G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-"
#define FILE_LIMIT  100 /* octets of a file's name */
#define FILE_SUFFIX ".pcap"

static bool refuse(const char *word, const char *reason, GError **error)
{
    char *shown = printable_text(word);

    g_set_error(
        error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "--capture cannot use \"%s\": %s.\nName an interface of this machine (eth0), or one "
        "of another machine (root@router:eth1).",
        shown, reason);
    g_free(shown);
    return false;
}

/* "root@[fe80::1]:eth0" -> "root@fe80::1"; the interface is behind `colon`. */
static char *host_before(const char *word, const char *colon)
{
    GString *host = g_string_new_len(word, colon - word);
    char *open = strchr(host->str, '[');

    if (open != NULL && host->str[host->len - 1] == ']') {
        g_string_truncate(host, host->len - 1);
        g_string_erase(host, open - host->str, 1);
    }
    return g_string_free(host, FALSE);
}

static const char *colon_of(const char *word)
{
    const char *bracket = strchr(word, '[');
    const char *colon = strchr(word, ':');

    if (bracket != NULL && colon != NULL && bracket < colon) {
        colon = strstr(bracket, "]:");
        return colon != NULL ? colon + 1 : NULL;
    }
    return colon;
}

static bool has_control(const char *text)
{
    for (; *text != '\0'; text++) {
        if (g_ascii_iscntrl(*text))
            return true;
    }
    return false;
}

static char *file_name(const char *word)
{
    char *name = g_strndup(word, FILE_LIMIT);
    char *file;

    g_strcanon(name, FILE_SAFE, '-');
    if (name[0] == '.')
        name[0] = '-';
    file = g_strconcat(name, FILE_SUFFIX, NULL);
    g_free(name);
    return file;
}

static bool is_here(const char *name)
{
#ifdef G_OS_UNIX
    return if_nametoindex(name) != 0;
#else
    (void)name;
    return false;
#endif
}

bool record_from_read(struct record_from *ret, const char *word, GError **error)
{
    const char *colon = is_here(word) ? NULL : colon_of(word);

    *ret = (struct record_from){.name = printable_text(word), .file = file_name(word)};
    ret->host = colon != NULL ? host_before(word, colon) : NULL;
    ret->interface = g_strdup(colon != NULL ? colon + 1 : word);
    if (word[0] == '-' || ret->interface[0] == '-')
        return refuse(word, "a name cannot begin with \"-\"", error);
    if (ret->interface[0] == '\0')
        return refuse(word, "the interface is missing", error);
    if (ret->host != NULL && ret->host[0] == '\0')
        return refuse(word, "the host is missing", error);
    if (ret->host != NULL && (ret->host[0] == '-' || strstr(ret->host, "@-") != NULL))
        return refuse(word, "a name cannot begin with \"-\"", error);
    if (has_control(word) || (ret->host != NULL && strpbrk(ret->host, " \t") != NULL))
        return refuse(word, "it is no name of a host and an interface", error);
    return true;
}

void record_from_clear(struct record_from *from)
{
    g_free(from->name);
    g_free(from->host);
    g_free(from->interface);
    g_free(from->file);
}
