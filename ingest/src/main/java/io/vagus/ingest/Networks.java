package io.vagus.ingest;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Some networks, in the notation of RFC 4632 and RFC 4291 §2.3. Immutable. */
final class Networks {
  private static final int MAX = 1000;

  private final List<IpSubnetFilterRule> rules;

  private Networks(List<IpSubnetFilterRule> rules) {
    this.rules = rules;
  }

  /**
   * @param text separated by commas; an address without a prefix is that address
   */
  static Networks parse(String text) {
    List<IpSubnetFilterRule> rules = new ArrayList<>();
    for (String word : text.isBlank() ? new String[0] : text.split(",", -1)) {
      rules.add(rule(word.strip()));
    }
    if (rules.size() > MAX) {
      throw new IllegalArgumentException(rules.size() + " networks (expected: <= " + MAX + ")");
    }
    return new Networks(List.copyOf(rules));
  }

  private static IpSubnetFilterRule rule(String network) {
    int slash = network.indexOf('/');
    String address = slash < 0 ? network : network.substring(0, slash);
    // What is no address would be looked up as a name.
    if (NetUtil.isValidIpV4Address(address) || NetUtil.isValidIpV6Address(address)) {
      int whole = NetUtil.isValidIpV4Address(address) ? 32 : 128;
      try {
        int prefix = slash < 0 ? whole : Integer.parseInt(network.substring(slash + 1));
        return new IpSubnetFilterRule(address, prefix, IpFilterRuleType.ACCEPT);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(said(network), e);
      }
    }
    throw new IllegalArgumentException(said(network));
  }

  private static String said(String network) {
    return "\"" + network + "\" (expected: networks such as 10.0.0.0/8, 2001:db8::/32)";
  }

  boolean isEmpty() {
    return rules.isEmpty();
  }

  boolean hold(InetAddress address) {
    InetSocketAddress of = new InetSocketAddress(address, 0);
    return rules.stream().anyMatch(rule -> rule.matches(of));
  }
}
