/*
 * readline_config -- what readline's own build would find out by asking the
 * compiler: POSIX, wide characters, no termcap library.
 */
#define HAVE_CHOWN                  1
#define HAVE_DIRENT_H               1
#define HAVE_FCNTL                  1
#define HAVE_FCNTL_H                1
#define HAVE_FNMATCH                1
#define HAVE_GETPWENT               1
#define HAVE_GETPWNAM               1
#define HAVE_GETPWUID               1
#define HAVE_GETPW_DECLS            1
#define HAVE_GETTIMEOFDAY           1
#define HAVE_ISASCII                1
#define HAVE_ISWCTYPE               1
#define HAVE_ISWLOWER               1
#define HAVE_ISWUPPER               1
#define HAVE_ISXDIGIT               1
#define HAVE_KILL                   1
#define HAVE_LANGINFO_CODESET       1
#define HAVE_LANGINFO_H             1
#define HAVE_LIMITS_H               1
#define HAVE_LOCALE_H               1
#define HAVE_LSTAT                  1
#define HAVE_MBRLEN                 1
#define HAVE_MBRTOWC                1
#define HAVE_MBSRTOWCS              1
#define HAVE_MBSTATE_T              1
#define HAVE_MEMMOVE                1
#define HAVE_MEMORY_H               1
#define HAVE_POSIX_SIGNALS          1
#define HAVE_POSIX_SIGSETJMP        1
#define HAVE_PSELECT                1
#define HAVE_PUTENV                 1
#define HAVE_PWD_H                  1
#define HAVE_READLINK               1
#define HAVE_SELECT                 1
#define HAVE_SETENV                 1
#define HAVE_SETLOCALE              1
#define HAVE_STDARG_H               1
#define HAVE_STDBOOL_H              1
#define HAVE_STDLIB_H               1
#define HAVE_STRCASECMP             1
#define HAVE_STRCOLL                1
#define HAVE_STRINGS_H              1
#define HAVE_STRING_H               1
#define HAVE_STRPBRK                1
#define HAVE_STRUCT_DIRENT_D_FILENO 1
#define HAVE_STRUCT_DIRENT_D_INO    1
#define HAVE_SYSCONF                1
#define HAVE_SYS_FILE_H             1
#define HAVE_SYS_IOCTL_H            1
#define HAVE_SYS_SELECT_H           1
#define HAVE_SYS_TIME_H             1
#define HAVE_TCGETATTR              1
#define HAVE_TERMIOS_H              1
#define HAVE_TIMEVAL                1
#define HAVE_TOWLOWER               1
#define HAVE_TOWUPPER               1
#define HAVE_UNISTD_H               1
#define HAVE_VSNPRINTF              1
#define HAVE_WCHAR_H                1
#define HAVE_WCHAR_T                1
#define HAVE_WCRTOMB                1
#define HAVE_WCSCOLL                1
#define HAVE_WCSNRTOMBS             1
#define HAVE_WCTYPE                 1
#define HAVE_WCTYPE_H               1
#define HAVE_WCTYPE_T               1
#define HAVE_WCWIDTH                1
#define HAVE_WINT_T                 1

#define FIONREAD_IN_SYS_IOCTL          1
#define GWINSZ_IN_SYS_IOCTL            1
#define PROTOTYPES                     1
#define STRUCT_WINSIZE_IN_SYS_IOCTL    1
#define __PROTOTYPES                   1
#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

