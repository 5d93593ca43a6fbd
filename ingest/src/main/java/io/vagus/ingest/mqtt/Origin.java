package io.vagus.ingest.mqtt;

import io.netty.channel.Channel;
import io.vagus.model.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Where a connection comes from: its listener, and the address of the other end. */
record Origin(Transport transport, InetAddress remote, String address) {

  static Origin of(Transport transport, Channel channel) {
    InetAddress remote =
        channel.remoteAddress() instanceof InetSocketAddress inet
            ? inet.getAddress()
            : InetAddress.getLoopbackAddress();
    return new Origin(transport, remote, remote.getHostAddress());
  }
}
