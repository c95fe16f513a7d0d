/* SPDX-License-Identifier: MIT */
/* tls: OpenSSL behind libevent's bufferevents. */
#include "http/tls.h"

#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/err.h"
#include "scrape.h"

static int fail(SSL_CTX *tls, const char *what, struct err *err)
{
	char reason[256];

	ERR_error_string_n(ERR_peek_last_error(), reason, sizeof(reason));
	ERR_clear_error();
	SSL_CTX_free(tls);
	return err_set(err, SCRAPE_EINVAL, "%s: %s", what, reason);
}

int tls_open(const char *cert, const char *key, struct ssl_ctx_st **ret, struct err *err)
{
	SSL_CTX *tls;

	ERR_clear_error();
	tls = SSL_CTX_new(TLS_server_method());
	if (!tls || SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION) != 1)
		return fail(tls, "TLS", err);
	(void)SSL_CTX_set_options(tls,
				  SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
	if (SSL_CTX_use_certificate_chain_file(tls, cert) != 1)
		return fail(tls, cert, err);
	if (SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM) != 1)
		return fail(tls, key, err);
	if (SSL_CTX_check_private_key(tls) != 1)
		return fail(tls, "certificate and key do not belong together", err);
	*ret = tls;
	return 0;
}

void tls_close(struct ssl_ctx_st *tls)
{
	SSL_CTX_free(tls);
}

struct bufferevent *tls_accept(struct ssl_ctx_st *tls, struct event_base *base)
{
	SSL *ssl = SSL_new(tls);
	struct bufferevent *ret;

	if (!ssl)
		return NULL;
	/* With this option the SSL is the bufferevent's from here on. */
	ret = bufferevent_openssl_socket_new(base, -1, ssl, BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
	if (!ret)
		SSL_free(ssl);
	else
		bufferevent_openssl_set_allow_dirty_shutdown(ret, 1); /* clients leave without a word */
	return ret;
}
