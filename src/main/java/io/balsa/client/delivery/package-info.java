/** What a client sends until it is answered: calls, gathered into parcels, under the sequences of a session. */
package io.balsa.client.delivery;
