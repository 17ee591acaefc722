/** What looks wrong with a cluster, and what to do next: every member is asked, and their answers are compared. */
package io.balsa.show.diagnosis;
