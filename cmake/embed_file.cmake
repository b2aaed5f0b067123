# FROM TO NAME: see Embed.cmake.
file(READ "${FROM}" bytes HEX)
string(LENGTH "${bytes}" len)
math(EXPR len "${len} / 2")
string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
file(WRITE "${TO}" "#include <stddef.h>

extern const char ${NAME}[];
extern const size_t ${NAME}_len;
const char ${NAME}[] = {
${bytes}0};
const size_t ${NAME}_len = ${len};
")
