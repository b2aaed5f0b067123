/*
 * What wolfSSL is made of. Installed as <wolfssl/options.h>, so that the library and
 * those who include its headers see the same; its own build is not used, because
 * configuring it costs as much as compiling it, and its CMake knows no assembly.
 *
 * Never HAVE_KEYLOG_EXPORT, which writes secrets to a file of its own: the callback
 * that a key log needs comes with HAVE_SECRET_CALLBACK.
 */
#ifndef WOLFSSL_OPTIONS_H
#define WOLFSSL_OPTIONS_H

/* ---- the machine ---- */

#define HAVE_ATEXIT      1
#define HAVE_ERRNO_H     1
#define HAVE_GETADDRINFO 1
#define HAVE_GETPID      1
#ifdef __linux__
#define HAVE_GETRANDOM 1
#endif
#define HAVE_GMTIME_R    1
#define HAVE_LIMITS_H    1
#define HAVE_NETDB_H     1
#define HAVE_PTHREAD     1
#define HAVE_SYS_IOCTL_H 1
#define HAVE_SYS_TIME_H  1
#define HAVE_SYS_UN_H    1
#define HAVE_C___ATOMIC  1
#define WOLFSSL_HAVE_ATOMIC_H
#define WOLFSSL_HAVE_ASSERT_H
#define HAVE_THREAD_LS
#define ERROR_QUEUE_PER_THREAD
#ifdef __SIZEOF_INT128__
#define HAVE___UINT128_T 1
#endif
#define SIZEOF_LONG      __SIZEOF_LONG__
#define SIZEOF_LONG_LONG __SIZEOF_LONG_LONG__

/* ---- its assembly: CMakeLists.txt has the files that go with it ---- */

#if defined(__x86_64__)
#define WOLFSSL_X86_64_BUILD
#define USE_INTEL_SPEEDUP
#define WOLFSSL_AESNI
#define WOLFSSL_SP_ASM
#define WOLFSSL_SP_X86_64
#define WOLFSSL_SP_X86_64_ASM
#elif defined(__aarch64__)
#define WOLFSSL_AARCH64_BUILD
#define WOLFSSL_AARCH64_NO_SQRDMLSH
#define WOLFSSL_ARMASM
#define WOLFSSL_SP_ASM
#define WOLFSSL_SP_ARM64
#define WOLFSSL_SP_ARM64_ASM
#endif
#define WOLFSSL_USE_ALIGN
#define GCM_TABLE_4BIT

/* ---- numbers, resistant to timing ---- */

#define TFM_TIMING_RESISTANT
#define ECC_TIMING_RESISTANT
#define WC_RSA_BLINDING
#define WC_NO_ASYNC_THREADING
#define WOLFSSL_SP_MATH_ALL
#define WOLFSSL_HAVE_SP_RSA
#define WOLFSSL_HAVE_SP_DH
#define WOLFSSL_HAVE_SP_ECC
#define WOLFSSL_SP_384
/* P-521 is rare: the tables that make it fast would be an eighth of the
 * program. */
#define WOLFSSL_SP_4096
#define WOLFSSL_SP_LARGE_CODE

/* ---- algorithms; WOLFSSL_AES_DIRECT, _COUNTER and HAVE_AES_ECB are what ngtcp2
 * protects headers with ---- */

#define HAVE_AESGCM
#define HAVE_AES_ECB
#define WOLFSSL_AES_COUNTER
#define WOLFSSL_AES_DIRECT
#define HAVE_CHACHA
#define HAVE_POLY1305
#define HAVE_ECC
#define HAVE_ECC384
#define HAVE_ECC521
#define ECC_SHAMIR
#define ECC_MIN_KEY_SZ 224
#define HAVE_CURVE25519
#define HAVE_ED25519
#define WOLFSSL_HAVE_MLKEM
#define WOLFSSL_PQC_HYBRIDS
#define WOLFSSL_TLS_NO_MLKEM_STANDALONE
/* Of what runs where there is no AVX2. */
#define WOLFSSL_MLKEM_NO_LARGE_CODE
#define HAVE_FFDHE_2048
#define HAVE_DH_DEFAULT_PARAMS
/* How large an exponent must be comes from a table: the formula would need libm. */
#define WOLFSSL_DH_CONST
#define WC_RSA_PSS
#define WOLFSSL_PSS_LONG_SALT
#define WOLFSSL_SHA224
#define WOLFSSL_SHA384
#define WOLFSSL_SHA512
#define WOLFSSL_SHA3
#define WOLFSSL_SHAKE128
#define WOLFSSL_SHAKE256
#define HAVE_HASHDRBG
#define WOLFSSL_DRBG_SHA512
#define HAVE_HKDF
#define HAVE_HPKE
#define NO_DES3
#define NO_DES3_TLS_SUITES
#define NO_DSA
#define NO_MD4
#define NO_RC4

/* ---- TLS: pre-shared keys and session tickets come without a word, ECH, early
 * data, raw public keys, CRLs and OCSP by name ---- */

#define NO_OLD_TLS
#define WOLFSSL_TLS13
#define WOLFSSL_QUIC
#define HAVE_TLS_EXTENSIONS
#define HAVE_SNI
#define HAVE_ALPN
#define HAVE_SUPPORTED_CURVES
#define HAVE_EXTENDED_MASTER
#define HAVE_ENCRYPT_THEN_MAC
#define HAVE_SERVER_RENEGOTIATION_INFO
#define HAVE_SESSION_TICKET
#define WOLFSSL_EARLY_DATA
#define HAVE_ECH
#define HAVE_RPK
#define HAVE_CRL
#define HAVE_OCSP
#define HAVE_CERTIFICATE_STATUS_REQUEST
#define WOLFSSL_TLS_OCSP_MULTI
#define HAVE_SECRET_CALLBACK

/* ---- certificates. What other clients accept: chains of more than nine, and one
 * that names two thousand hosts (the limits end at 20 KiB and 1024 names otherwise).
 * CERT_GEN, KEY_GEN and ALT_NAMES make the throw-away certificate of `quiver
 * serve`. ---- */

#define WOLFSSL_ASN_TEMPLATE
#define WOLFSSL_ASN_PRINT
#define WOLFSSL_BASE64_ENCODE
#define WOLFSSL_ENCRYPTED_KEYS
#define WOLFSSL_ALT_CERT_CHAINS
#define WOLFSSL_SYS_CA_CERTS
#define WOLFSSL_ALT_NAMES
#define WOLFSSL_CERT_GEN
#define WOLFSSL_CERT_EXT
#define WOLFSSL_KEY_GEN
#define MAX_CHAIN_DEPTH       20
#define MAX_CERTIFICATE_SZ    131072
#define WOLFSSL_MAX_ALT_NAMES 4096

/* ---- OpenSSL's names, some of which have no others ---- */

#define OPENSSL_EXTRA
#define HAVE_OPENSSL_CMD
#define HAVE_EX_DATA

#endif
