package io.balsa.cli.offline;

import io.balsa.config.PeerAddress;
import io.balsa.model.Configuration;
import io.balsa.model.NodeId;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Members as they are typed: {@code n1=127.0.0.1:7051,n2=…}, or with whole addresses. */
final class Members implements ITypeConverter<Configuration> {
    @Override
    public Configuration convert(String typed) {
        SortedMap<NodeId, String> members = new TreeMap<>();
        for (String member : typed.split(",", -1)) {
            int equals = member.indexOf('=');
            try {
                String place = member.substring(equals + 1).strip();
                String address = place.startsWith("pekko:") ? place : "pekko://raft@" + place + "/user/raft";
                PeerAddress.parse(address);
                members.put(NodeId.of(member.substring(0, Math.max(0, equals)).strip()), address);
            } catch (IllegalArgumentException malformed) {
                throw new TypeConversionException("'" + member + "' is no ID=HOST:PORT");
            }
        }
        return Configuration.of(members);
    }
}
