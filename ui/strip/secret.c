/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "secret.h"

#include <string.h>

#include <glib.h>
#include <unistd.h>

#define KEY_OCTETS     64
#define OCTET_VALUES   256
#define PRINTABLE_FROM 0x20
#define PRINTABLE_TO   0x7E

struct secret {
    uint8_t key[KEY_OCTETS];
    GHashTable *tables; /* field << 8 | offset -> 256 octets */
};

struct secret *secret_new(void)
{
    struct secret *secret = g_new0(struct secret, 1);

    if (getentropy(secret->key, sizeof secret->key) != 0) {
        g_free(secret);
        return NULL;
    }
    secret->tables = g_hash_table_new_full(NULL, NULL, NULL, g_free);
    return secret;
}

void secret_free(struct secret *secret)
{
    if (secret == NULL)
        return;
    g_hash_table_destroy(secret->tables);
    g_free(secret);
}

void secret_print(const struct secret *secret, const uint8_t *octets, uint32_t length,
                  uint8_t ret_print[SECRET_PRINT_OCTETS])
{
    GHmac *hmac = g_hmac_new(G_CHECKSUM_SHA512, secret->key, sizeof secret->key);
    gsize size = SECRET_PRINT_OCTETS;

    g_hmac_update(hmac, octets, length);
    g_hmac_get_digest(hmac, ret_print, &size);
    g_hmac_unref(hmac);
}

/* Numbers that nobody without the key can foretell. */
struct numbers {
    const struct secret *secret;
    uint8_t seed[3]; /* field, offset, how many fingerprints were used up */
    uint8_t print[SECRET_PRINT_OCTETS];
    uint32_t used;
};

static uint32_t next_number(struct numbers *numbers)
{
    uint32_t number;

    if (numbers->used + sizeof number > sizeof numbers->print) {
        numbers->seed[2]++;
        secret_print(numbers->secret, numbers->seed, sizeof numbers->seed, numbers->print);
        numbers->used = 0;
    }
    memcpy(&number, numbers->print + numbers->used, sizeof number);
    numbers->used += (uint32_t)sizeof number;
    return number;
}

/* Fisher and Yates' shuffle of the values that are printable, or of those that are not. */
static void shuffle(uint8_t *table, bool printable, struct numbers *numbers)
{
    uint8_t values[OCTET_VALUES];
    uint32_t count = 0;

    for (uint32_t octet = 1; octet < OCTET_VALUES; octet++) {
        if ((octet >= PRINTABLE_FROM && octet <= PRINTABLE_TO) == printable)
            values[count++] = (uint8_t)octet;
    }
    for (uint32_t left = count, octet = 1; octet < OCTET_VALUES; octet++) {
        uint32_t chosen;

        if ((octet >= PRINTABLE_FROM && octet <= PRINTABLE_TO) != printable)
            continue;
        chosen = next_number(numbers) % left;
        table[octet] = values[chosen];
        values[chosen] = values[--left];
    }
}

uint8_t secret_substitute(struct secret *secret, uint8_t field, uint8_t offset, uint8_t octet)
{
    gpointer place = GUINT_TO_POINTER((guint)field << 8 | offset);
    uint8_t *table = g_hash_table_lookup(secret->tables, place);

    if (table == NULL) {
        struct numbers numbers = {
            .secret = secret, .seed = {field, offset, 0}, .used = SECRET_PRINT_OCTETS};

        table = g_malloc0(OCTET_VALUES);
        shuffle(table, true, &numbers);
        shuffle(table, false, &numbers);
        g_hash_table_insert(secret->tables, place, table);
    }
    return table[octet];
}
