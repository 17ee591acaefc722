/**
 * What a leader weighs before it gives its office to another server of its own accord (thesis §3.10), and what it told
 * operators who wished something of it.
 */
package io.balsa.role.office;
