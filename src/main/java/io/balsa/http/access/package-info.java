/** Who may ask what by HTTP, and the record of what administrators did. */
package io.balsa.http.access;
