#ifndef REGISTRAR_CRABBITMQ_SHIM_H
#define REGISTRAR_CRABBITMQ_SHIM_H

/* librabbitmq moved its headers into a folder in 0.12. */
#if __has_include(<rabbitmq-c/amqp.h>)
#include <rabbitmq-c/amqp.h>
#include <rabbitmq-c/framing.h>
#include <rabbitmq-c/ssl_socket.h>
#include <rabbitmq-c/tcp_socket.h>
#else
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#endif

/* Linux's, which Swift's Glibc module leaves out. */
#include <sys/eventfd.h>

static inline int registrar_wake_descriptor(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

/*
 * Swift cannot call variadic functions. `properties` are added to the library's own client
 * properties, whose capabilities leave out connection.blocked and consumer_cancel_notify.
 */
static inline amqp_rpc_reply_t registrar_login(
    amqp_connection_state_t state, const char *virtual_host, int frame_maximum, int heartbeat,
    const amqp_table_t *properties, const char *user, const char *password) {
    return amqp_login_with_properties(
        state, virtual_host, 1, frame_maximum, heartbeat, properties, AMQP_SASL_METHOD_PLAIN, user,
        password);
}

/*
 * The few functions of OpenSSL that are needed, declared as in its headers. The headers themselves
 * stay out: a program that also links another TLS library's module would see two definitions.
 */
struct ssl_st;
struct ssl_ctx_st;
struct x509_store_ctx_st;
struct X509_VERIFY_PARAM_st;
void SSL_CTX_set_verify(
    struct ssl_ctx_st *, int mode, int (*callback)(int, struct x509_store_ctx_st *));
int SSL_CTX_set_default_verify_paths(struct ssl_ctx_st *);
struct X509_VERIFY_PARAM_st *SSL_CTX_get0_param(struct ssl_ctx_st *);
int SSL_CTX_set_ex_data(struct ssl_ctx_st *, int index, void *);
void *SSL_CTX_get_ex_data(const struct ssl_ctx_st *, int index);
long SSL_CTX_ctrl(struct ssl_ctx_st *, int command, long number, void *);
struct ssl_ctx_st *SSL_get_SSL_CTX(const struct ssl_st *);
int SSL_get_ex_data_X509_STORE_CTX_idx(void);
void *X509_STORE_CTX_get_ex_data(const struct x509_store_ctx_st *, int index);
int X509_STORE_CTX_get_error(const struct x509_store_ctx_st *);
int X509_VERIFY_PARAM_set1_host(struct X509_VERIFY_PARAM_st *, const char *, size_t);
int X509_VERIFY_PARAM_set1_ip_asc(struct X509_VERIFY_PARAM_st *, const char *);
const char *X509_verify_cert_error_string(long);
unsigned long ERR_peek_last_error(void);
void ERR_clear_error(void);
const char *ERR_reason_error_string(unsigned long);

static inline int registrar_record_verification(int accepted, struct x509_store_ctx_st *store) {
    if (!accepted) {
        const struct ssl_st *ssl = (const struct ssl_st *)X509_STORE_CTX_get_ex_data(
            store, SSL_get_ex_data_X509_STORE_CTX_idx());
        int *error = (int *)SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), 0);
        if (error) { *error = X509_STORE_CTX_get_error(store); }
    }
    return accepted;
}

/*
 * Has OpenSSL verify the peer inside the handshake, before a password is sent. The library would do
 * so after it, without saying why it refused, and cannot check the address of a host named by one.
 * `error` receives the X509_V_ERR_ number and must outlive the context. Returns 0 on failure.
 */
static inline int registrar_require_verification(
    amqp_socket_t *socket, const char *host, int use_system_authorities, int *error) {
    struct ssl_ctx_st *context = (struct ssl_ctx_st *)amqp_ssl_socket_get_context(socket);
    struct X509_VERIFY_PARAM_st *parameters = SSL_CTX_get0_param(context);
    if (use_system_authorities && SSL_CTX_set_default_verify_paths(context) != 1) { return 0; }
    if (SSL_CTX_set_ex_data(context, 0, error) != 1) { return 0; }
    /* Fails for everything that is not an address. */
    if (X509_VERIFY_PARAM_set1_ip_asc(parameters, host) != 1) {
        ERR_clear_error();
        if (X509_VERIFY_PARAM_set1_host(parameters, host, 0) != 1) { return 0; }
    }
    SSL_CTX_set_verify(context, 1 /* SSL_VERIFY_PEER */, registrar_record_verification);
    return 1;
}

/* TLS 1.2 at least (RFC 8996 forbids what is older). */
static inline int registrar_require_modern_tls(amqp_socket_t *socket) {
    struct ssl_ctx_st *context = (struct ssl_ctx_st *)amqp_ssl_socket_get_context(socket);
    return (int)SSL_CTX_ctrl(
        context, 123 /* SSL_CTRL_SET_MIN_PROTO_VERSION */, 0x0303 /* TLS1_2_VERSION */, NULL);
}

#endif
