package io.vagus.ingest.http;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.vagus.ingest.Lane;
import io.vagus.ingest.ListenerParts;
import io.vagus.registry.Credentials;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** A client as all see it that deal with one request: where it is, and what serves it. */
record Peer(HttpShared shared, Channel channel, Lane lane, InetAddress address, String host) {

  static Peer of(HttpShared shared, Channel channel) {
    InetAddress address = ((InetSocketAddress) channel.remoteAddress()).getAddress();
    return new Peer(
        shared,
        channel,
        shared.parts().loops().lane(channel.eventLoop()),
        address,
        address.getHostAddress());
  }

  ListenerParts parts() {
    return shared.parts();
  }

  /** Answers on the channel's event loop, unless the client has gone by then. */
  void authenticate(BasicCredentials given, Consumer<Credentials.Verdict> verdict) {
    parts()
        .authenticator()
        .authenticate(
            channel.eventLoop(), address, given.name(), given.secret(), channel::isActive, verdict);
  }

  ByteBufAllocator allocator() {
    return channel.alloc();
  }

  byte[] date() {
    return shared.date().line();
  }
}
