package io.vagus.sink;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Some networks (RFC 4632, RFC 4291 §2.3). Immutable. */
final class Networks {
  private static final int MAX = 1000;

  /**
   * What no sink may reach unless it is allowed: this host, its link, private and shared networks,
   * those set apart (RFC 6890 and the registries it began), multicast.
   */
  private static final Networks INSIDE =
      parse(
          "0.0.0.0/8,10.0.0.0/8,100.64.0.0/10,127.0.0.0/8,169.254.0.0/16,172.16.0.0/12,"
              + "192.0.0.0/24,192.0.2.0/24,192.88.99.0/24,192.168.0.0/16,198.18.0.0/15,"
              + "198.51.100.0/24,203.0.113.0/24,224.0.0.0/4,240.0.0.0/4,"
              + "::/96,64:ff9b::/96,64:ff9b:1::/48,100::/64,2001::/23,2001:db8::/32,2002::/16,"
              + "3fff::/20,5f00::/16,fc00::/7,fe80::/10,fec0::/10,ff00::/8");

  private final List<Network> networks;

  private record Network(byte[] address, int prefix) {
    boolean holds(byte[] other) {
      if (other.length != address.length) {
        return false;
      }
      int whole = prefix / 8;
      for (int i = 0; i < whole; i++) {
        if (other[i] != address[i]) {
          return false;
        }
      }
      int rest = prefix % 8;
      return rest == 0 || (other[whole] ^ address[whole]) >> (8 - rest) == 0;
    }
  }

  private Networks(List<Network> networks) {
    this.networks = List.copyOf(networks);
  }

  /** Addresses that lead into this host's own surroundings. */
  static Networks inside() {
    return INSIDE;
  }

  /**
   * @param text separated by commas; an address without a prefix is that address
   */
  static Networks parse(String text) {
    List<Network> networks = new ArrayList<>();
    for (String word : text.isBlank() ? new String[0] : text.split(",", -1)) {
      networks.add(network(word.strip()));
    }
    if (networks.size() > MAX) {
      throw new IllegalArgumentException(networks.size() + " networks (expected: <= " + MAX + ")");
    }
    return new Networks(networks);
  }

  private static Network network(String word) {
    int slash = word.indexOf('/');
    try {
      byte[] address =
          InetAddress.ofLiteral(slash < 0 ? word : word.substring(0, slash)).getAddress();
      int bits = 8 * address.length;
      int prefix = slash < 0 ? bits : Integer.parseInt(word.substring(slash + 1));
      if (prefix >= 0 && prefix <= bits) {
        return new Network(address, prefix);
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(said(word), e);
    }
    throw new IllegalArgumentException(said(word));
  }

  private static String said(String word) {
    return "\"" + word + "\" (expected: networks such as 10.0.0.0/8, 2001:db8::/32)";
  }

  /** IPv4 addresses within IPv6 ones are IPv4 addresses to Java already. */
  boolean hold(InetAddress address) {
    byte[] bytes = address.getAddress();
    return networks.stream().anyMatch(network -> network.holds(bytes));
  }
}
