package io.balsa.role.membership;

import io.balsa.model.Configuration;
import io.balsa.model.NodeId;
import java.util.Optional;

/**
 * What a server is by a configuration, given its data folder.
 *
 * @param before the configuration before, as long as the server does not know this one to be committed
 * @param storage the id of the server's data folder
 * @param joined whether it began with an empty folder in a cluster that was there before it, perhaps under a name that
 *     had a vote before
 */
public record Standing(
        Configuration configuration, Optional<Configuration> before, NodeId self, long storage, boolean joined) {

    /** Whether its votes and acknowledgements count. */
    public boolean isVoter() {
        return configuration.isVoter(self) && isKnownBy(!joined);
    }

    /**
     * Whether it may stand for election: also when it has lost its vote, until it knows that this is committed. Nobody
     * else may hold the entry, or be elected without its vote (thesis §4.2.2).
     */
    public boolean mayStand() {
        return isVoter() || before.stream().anyMatch(old -> in(old).isVoter());
    }

    /**
     * Whether it may grant votes, as far as others may trust its memory.
     *
     * <p>By its own configuration it need not be a voter: that may be the older one (thesis §4.2). But if it joined
     * with an empty folder, under a name that had a vote before, it does not know what that vote was given for. So it
     * waits until it finds in its log that the cluster knows of the empty folder: until then it is no learner there.
     */
    public boolean mayGrant() {
        return isKnownBy(!joined || configuration.isLearner(self));
    }

    /** Whether it is the whole cluster. */
    public boolean isAlone() {
        return configuration.members().size() == 1 && configuration.isMember(self);
    }

    private Standing in(Configuration other) {
        return new Standing(other, Optional.empty(), self, storage, joined);
    }

    private boolean isKnownBy(boolean otherwise) {
        return configuration.storageOf(self).map(bound -> bound == storage).orElse(otherwise);
    }
}
