package io.balsa.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A kind of value: how to read it and how to say it.
 *
 * @param what completes "must be …"
 * @param get reads it at a key
 * @param show writes it as an operator would
 */
record Kind<T extends Comparable<T>>(String what, BiFunction<Config, String, T> get, Function<T, String> show) {
    private static final long KIB = 1024;

    static final Kind<Duration> DURATION =
            new Kind<>("a duration, for example 100 ms", Config::getDuration, Kind::showDuration);
    static final Kind<Long> SIZE = new Kind<>("a size in bytes, for example 1 MiB", Config::getBytes, Kind::showSize);
    static final Kind<Long> COUNT = new Kind<>("a whole number", Kind::getWhole, String::valueOf);
    static final Kind<Boolean> SWITCH = new Kind<>("on or off", Config::getBoolean, on -> on ? "on" : "off");
    static final Kind<String> TEXT = new Kind<>("a text", Config::getString, text -> "\"" + text + "\"");

    /** The library would cut off a fraction in silence. */
    private static Long getWhole(Config config, String key) {
        double number = config.getDouble(key);
        if (number != Math.rint(number)) {
            throw new ConfigException.BadValue(key, "not a whole number");
        }
        return config.getLong(key);
    }

    static String showDuration(Duration duration) {
        long millis = duration.toMillis();
        return millis >= 10_000 && millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms";
    }

    static String showSize(long bytes) {
        if (bytes >= KIB * KIB && bytes % (KIB * KIB) == 0) {
            return bytes / (KIB * KIB) + " MiB";
        }
        return bytes >= KIB && bytes % KIB == 0 ? bytes / KIB + " KiB" : bytes + " B";
    }
}
