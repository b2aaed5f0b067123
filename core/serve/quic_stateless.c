#include "serve/quic_stateless.h"

#include <ngtcp2/ngtcp2_crypto.h>

#include "conn/quic_cid.h"
#include "conn/quic_config.h"
#include "io/loop.h"

/* A client answers a Retry within a round trip. */
#define RETRY_LIFE (10 * LOOP_S)

/* A client that comes back within the hour has shown its address before. */
#define TOKEN_LIFE (3600 * LOOP_S)

_Static_assert(QUIC_STATELESS_TOKEN_MAX >= NGTCP2_CRYPTO_MAX_REGULAR_TOKENLEN,
               "a token has room");

/* Resets leave one by one after that many at once: enough for a restart with
 * many clients, nothing for somebody who makes us talk. */
#define RESETS_MAX   100
#define RESET_PERIOD (10 * LOOP_MS)

/* RFC 9000 10.3: not told apart from a short packet, and shorter than the
 * packet that it answers, so that two resets do not chase each other. */
#define RESET_LEN_MIN 22
#define RESET_LEN_MAX 43
#define RESET_TOKEN   NGTCP2_STATELESS_RESET_TOKENLEN

void quic_stateless_init(struct quic_stateless *s, uint64_t now)
{
    quic_cid_random(s->token_secret, sizeof s->token_secret);
    s->resets = RESETS_MAX;
    s->refilled_at = now;
}

/* One that nobody speaks, so that clients learn to skip those (RFC 9000
 * 6.3). */
static uint32_t reserved_version(void)
{
    uint32_t random;
    quic_cid_random((uint8_t *)&random, sizeof random);
    return (random & 0xf0f0f0f0U) | 0x0a0a0a0aU;
}

size_t quic_stateless_versions(const struct settings *s,
                               const ngtcp2_version_cid *about, uint8_t *packet)
{
    uint32_t versions[1 + QUIC_CONFIG_VERSIONS_MAX];
    const uint32_t *spoken;
    size_t n = quic_config_versions(s, &spoken);
    size_t nversions = 0;
    if (s->quic.grease)
        versions[nversions++] = reserved_version();
    for (size_t i = 0; i < n; i++)
        versions[nversions++] = spoken[i];
    uint8_t random;
    quic_cid_random(&random, 1);
    ngtcp2_ssize len = ngtcp2_pkt_write_version_negotiation(
        packet, QUIC_STATELESS_MAX, random, about->scid, about->scidlen,
        about->dcid, about->dcidlen, versions, nversions);
    return len > 0 ? (size_t)len : 0;
}

size_t quic_stateless_retry(const struct quic_stateless *s,
                            const ngtcp2_pkt_hd *initial,
                            const struct addr *remote, uint64_t now,
                            uint8_t *packet)
{
    ngtcp2_cid scid;
    quic_cid_make(&scid, QUIC_CID_LEN);
    uint8_t token[NGTCP2_CRYPTO_MAX_RETRY_TOKENLEN2];
    ngtcp2_ssize len = ngtcp2_crypto_generate_retry_token2(
        token, s->token_secret, sizeof s->token_secret, initial->version,
        (const ngtcp2_sockaddr *)&remote->sa, remote->len, &scid,
        &initial->dcid, now);
    if (len < 0)
        return 0;
    ngtcp2_ssize n = ngtcp2_crypto_write_retry(
        packet, QUIC_STATELESS_MAX, initial->version, &initial->scid, &scid,
        &initial->dcid, token, (size_t)len);
    return n > 0 ? (size_t)n : 0;
}

bool quic_stateless_check(const struct quic_stateless *s,
                          const ngtcp2_pkt_hd *initial,
                          const struct addr *remote, uint64_t now,
                          ngtcp2_cid *original)
{
    return ngtcp2_crypto_verify_retry_token2(
               original, initial->token, initial->tokenlen, s->token_secret,
               sizeof s->token_secret, initial->version,
               (const ngtcp2_sockaddr *)&remote->sa, remote->len,
               &initial->dcid, RETRY_LIFE, now) == 0;
}

size_t quic_stateless_give_token(const struct quic_stateless *s,
                                 const struct addr *remote, uint64_t now,
                                 uint8_t token[QUIC_STATELESS_TOKEN_MAX])
{
    ngtcp2_ssize n = ngtcp2_crypto_generate_regular_token(
        token, s->token_secret, sizeof s->token_secret,
        (const ngtcp2_sockaddr *)&remote->sa, remote->len, now);
    return n > 0 ? (size_t)n : 0;
}

bool quic_stateless_check_token(const struct quic_stateless *s,
                                const ngtcp2_pkt_hd *initial,
                                const struct addr *remote, uint64_t now)
{
    return initial->tokenlen > 0 &&
           initial->token[0] == NGTCP2_CRYPTO_TOKEN_MAGIC_REGULAR &&
           ngtcp2_crypto_verify_regular_token(
               initial->token, initial->tokenlen, s->token_secret,
               sizeof s->token_secret, (const ngtcp2_sockaddr *)&remote->sa,
               remote->len, TOKEN_LIFE, now) == 0;
}

size_t quic_stateless_refuse(const ngtcp2_pkt_hd *initial, uint64_t code,
                             uint8_t *packet)
{
    ngtcp2_ssize n = ngtcp2_crypto_write_connection_close(
        packet, QUIC_STATELESS_MAX, initial->version, &initial->scid,
        &initial->dcid, code, NULL, 0);
    return n > 0 ? (size_t)n : 0;
}

static bool take_reset(struct quic_stateless *s, uint64_t now)
{
    uint64_t due = (now - s->refilled_at) / RESET_PERIOD;
    s->refilled_at += due * RESET_PERIOD;
    s->resets =
        due > RESETS_MAX - s->resets ? RESETS_MAX : s->resets + (unsigned)due;
    if (s->resets == 0)
        return false;
    s->resets--;
    return true;
}

size_t quic_stateless_reset(struct quic_stateless *s, const uint8_t *secret,
                            const ngtcp2_version_cid *about, size_t len,
                            uint64_t now, uint8_t *packet)
{
    if (len < RESET_LEN_MIN || !take_reset(s, now))
        return 0;
    size_t reset_len = len - 1 < RESET_LEN_MAX ? len - 1 : RESET_LEN_MAX;
    ngtcp2_cid cid;
    ngtcp2_cid_init(&cid, about->dcid, about->dcidlen);
    ngtcp2_stateless_reset_token token;
    if (!quic_cid_reset_token(secret, &cid, token.data))
        return 0;
    uint8_t random[RESET_LEN_MAX];
    size_t nrandom = reset_len - RESET_TOKEN;
    quic_cid_random(random, nrandom);
    ngtcp2_ssize n = ngtcp2_pkt_write_stateless_reset2(
        packet, QUIC_STATELESS_MAX, &token, random, nrandom);
    return n > 0 ? (size_t)n : 0;
}
