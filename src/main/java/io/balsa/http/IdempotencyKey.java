package io.balsa.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A session and a sequence in it, under which a command is applied once, whichever node it is sent to, and whenever:
 * the log remembers them, and no node does.
 */
record IdempotencyKey(long session, long sequence) {
    private static final String HEADER = "Idempotency-Key";
    private static final Pattern FORM = Pattern.compile("\"?([1-9][0-9]{0,17}):([1-9][0-9]{0,17})\"?");

    static Optional<IdempotencyKey> of(Call call) {
        return call.header(HEADER).map(IdempotencyKey::parse);
    }

    private static IdempotencyKey parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw Problem.of(
                    Fault.BAD_REQUEST,
                    HEADER + " must be SESSION:SEQUENCE, two numbers from 1 on; POST /api/v1/sessions gives a session");
        }
        return new IdempotencyKey(Long.parseLong(form.group(1)), Long.parseLong(form.group(2)));
    }
}
