package io.balsa.cli.demo;

/** A step of the demonstration did not hold. */
final class DemoFailed extends Exception {
    DemoFailed(String message) {
        super(message);
    }
}
