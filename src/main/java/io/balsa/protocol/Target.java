package io.balsa.protocol;

/** The cluster and group that a client means to speak to. */
public record Target(String cluster, String group) {}
