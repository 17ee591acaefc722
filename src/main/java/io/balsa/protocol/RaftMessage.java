package io.balsa.protocol;

/**
 * Everything a server's mailbox may hold. Every role says for every kind what it does with it, or that it ignores it.
 */
public sealed interface RaftMessage permits Rpc, Hello, ClientRequest, AdminRequest, Local {}
