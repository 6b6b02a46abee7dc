/// An exchange on this machine, for tests and for trying the product without a network.
package enum LocalExchange {}
