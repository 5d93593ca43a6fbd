package io.vagus.sink;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Finds where a host is, and refuses what lies inside: who may name a URL must not reach what only
 * this host reaches (CWE-918). What was looked at is what is connected to, so that a name cannot
 * lead elsewhere in between. Thread-safe.
 */
public final class Addresses {
  private final Lookup lookup;
  private final Networks allowed;

  /** Asks for the addresses of a name; blocks. */
  interface Lookup {
    InetAddress[] all(String host) throws UnknownHostException;
  }

  /** It leads inside. */
  public static final class Inside extends UnknownHostException {
    private static final long serialVersionUID = 1;

    private Inside(String host, InetAddress address) {
      super(
          "%s is at %s, an inside address (expected: one outside, or allowed by sinks.allow-networks)"
              .formatted(host, address.getHostAddress()));
    }
  }

  Addresses(SinkConfig config) {
    this(InetAddress::getAllByName, config);
  }

  Addresses(Lookup lookup, SinkConfig config) {
    this.lookup = lookup;
    this.allowed = Networks.parse(config.allowNetworks());
  }

  /** All addresses of a host; {@link Inside} when one of them is. */
  public List<InetAddress> of(String host) throws UnknownHostException {
    InetAddress[] found = lookup.all(host);
    for (InetAddress address : found) {
      if (Networks.inside().hold(address) && !allowed.hold(address)) {
        throw new Inside(host, address);
      }
    }
    return List.of(found);
  }

  /** The same of a host that is written as an address, without asking anybody. */
  void requireOutside(String host) throws Inside {
    String literal = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    InetAddress address;
    try {
      address = InetAddress.ofLiteral(literal);
    } catch (IllegalArgumentException e) {
      return; // a name: asked for when it is used
    }
    if (Networks.inside().hold(address) && !allowed.hold(address)) {
      throw new Inside(host, address);
    }
  }
}
