/*
 * Included by the compiler into each unit test that shares a program with
 * others (modules.c): what is main() in the file is the function of its module.
 */
#ifndef QUIVER_TEST_MODULE_H
#define QUIVER_TEST_MODULE_H

int UNIT_MODULE(void);
#define main UNIT_MODULE

#endif
