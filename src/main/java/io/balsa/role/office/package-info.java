/** What a leader weighs before it gives its office to another server of its own accord (thesis §3.10). */
package io.balsa.role.office;
