/** Whether a node is of use now, and if not, why. */
package io.balsa.http.health;
