/* What every fuzz target needs: an assertion that is never compiled out and a reader of the input
 * that never ends badly: behind the end everything is 0.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PPTPNAT_FUZZ_CHECK_H
#define PPTPNAT_FUZZ_CHECK_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            g_printerr("%s:%d: %s: not true: %s\n", __FILE__, __LINE__, __func__, #condition);     \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

struct input {
    const uint8_t *data;
    size_t left;
};

static inline uint8_t input_u8(struct input *input)
{
    if (input->left == 0)
        return 0;
    input->left--;
    return *input->data++;
}

static inline uint16_t input_u16(struct input *input)
{
    uint16_t high = input_u8(input);
    return (uint16_t)(high << 8 | input_u8(input));
}

static inline uint32_t input_u32(struct input *input)
{
    uint32_t high = input_u16(input);
    return high << 16 | input_u16(input);
}

/* The next `*length` octets; *length becomes what there is. Never NULL. */
static inline const uint8_t *input_octets(struct input *input, uint32_t *length)
{
    static const uint8_t none;
    const uint8_t *octets = input->left > 0 ? input->data : &none;
    *length = (uint32_t)MIN(*length, input->left);
    input->data += *length;
    input->left -= *length;
    return octets;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
