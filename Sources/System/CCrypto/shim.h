// OpenSSL's SHA-256, with the processor's own instructions. The old functions and not EVP: those read the machine's
// openssl.cnf and look for providers before the first digest, a millisecond in programs that take five.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
