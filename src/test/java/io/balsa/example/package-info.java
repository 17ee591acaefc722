/** The programs that the pages under src/site show, compiled and run by the build. */
package io.balsa.example;
