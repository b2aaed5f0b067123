#include "conn/h2_setup.h"

#include <stdlib.h>

#include "base/slab.h"
#include "conn/h2_frames.h"

/* What a peer may assume without being told (RFC 9113 6.5.2). */
#define HEADER_TABLE 4096
#define FRAME_SIZE   16384

static void queue_settings(struct h2_session *s, nghttp2_session *ng,
                           uint32_t max_streams)
{
    const struct settings *set = s->settings;
    nghttp2_settings_entry entries[7];
    size_t n = 0;
    entries[n++] = (nghttp2_settings_entry){
        NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, (uint32_t)set->h2.stream_window};
    entries[n++] = (nghttp2_settings_entry){
        NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, (uint32_t)s->limits.head};
    if (set->h2.header_table != HEADER_TABLE)
        entries[n++] = (nghttp2_settings_entry){
            NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, (uint32_t)set->h2.header_table};
    if (set->h2.max_frame != FRAME_SIZE)
        entries[n++] = (nghttp2_settings_entry){NGHTTP2_SETTINGS_MAX_FRAME_SIZE,
                                                (uint32_t)set->h2.max_frame};
    if (s->role->is_server) {
        entries[n++] = (nghttp2_settings_entry){
            NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, max_streams};
        entries[n++] =
            (nghttp2_settings_entry){NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1};
        /* RFC 8441 3 */
        entries[n++] = (nghttp2_settings_entry){
            NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1};
    } else {
        entries[n++] =
            (nghttp2_settings_entry){NGHTTP2_SETTINGS_ENABLE_PUSH, 0};
    }
    (void)nghttp2_submit_settings(ng, NGHTTP2_FLAG_NONE, entries, n);
    if (set->h2.conn_window > NGHTTP2_INITIAL_CONNECTION_WINDOW_SIZE)
        (void)nghttp2_session_set_local_window_size(
            ng, NGHTTP2_FLAG_NONE, 0, (int32_t)set->h2.conn_window);
}

nghttp2_session *h2_setup_session(struct h2_session *s, uint32_t max_streams)
{
    nghttp2_session_callbacks *callbacks = NULL;
    if (nghttp2_session_callbacks_new(&callbacks) != 0)
        abort();
    h2_frames_set_callbacks(callbacks);
    nghttp2_option *option = NULL;
    if (nghttp2_option_new(&option) != 0)
        abort();
    nghttp2_option_set_no_auto_window_update(option, 1);
    if (s->role->on_alt_svc)
        nghttp2_option_set_builtin_recv_extension_type(option, NGHTTP2_ALTSVC);
    /* Enough for the longest section that is taken, and little more. */
    size_t continuations = s->limits.head / FRAME_SIZE + 1;
    nghttp2_option_set_max_continuations(option, continuations);
    /* nghttp2 estimates before it compresses. */
    nghttp2_option_set_max_send_header_block_length(option,
                                                    2 * H2_SESSION_HEAD_MAX);
    /* Memory that is there or the program ends: nghttp2 never says NOMEM. */
    nghttp2_mem mem = {&s->memory, slab_malloc, slab_free, slab_calloc,
                       slab_realloc};
    nghttp2_session *ng = NULL;
    int error =
        s->role->is_server
            ? nghttp2_session_server_new3(&ng, callbacks, s, option, &mem)
            : nghttp2_session_client_new3(&ng, callbacks, s, option, &mem);
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(callbacks);
    if (error != 0)
        abort();
    queue_settings(s, ng, max_streams);
    return ng;
}
