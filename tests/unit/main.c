/* All unit tests are one program:
 *
 *     unit-tests [--ask] [FILE...] [GLIB'S OPTION...]   the tests of these files, by default all
 *
 * With --ask they ask for the outcome while packets are still being fed (ask.h).
 * FILE is the name of a file without ".c", such as test_link_gre. Each such file has a function of
 * its own name that adds its tests; CMake lists them in unit_tests.list.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later */
#include "ask.h"

#define UNIT_TESTS(name) void name(void);
#include "unit_tests.list"
#undef UNIT_TESTS

static const struct {
    const char *name;
    void (*add)(void);
} files[] = {
#define UNIT_TESTS(name) {#name, name},
#include "unit_tests.list"
};

static void add_tests_of(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        if (g_str_equal(files[i].name, name)) {
            files[i].add();
            return;
        }
    }
    g_error("no file tests/unit/%s.c", name);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    int first = 1;
    if (argc > 1 && g_str_equal(argv[1], "--ask")) {
        ask_always();
        first = 2;
    }
    for (int i = first; i < argc; i++)
        add_tests_of(argv[i]);
    for (gsize i = 0; argc <= first && i < G_N_ELEMENTS(files); i++)
        files[i].add();
    return g_test_run();
}
