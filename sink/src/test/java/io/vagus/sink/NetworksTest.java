package io.vagus.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworksTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "198.19.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2001::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1"
      })
  void knowsWhatIsInside(String address) {
    assertThat(Networks.inside().hold(InetAddress.ofLiteral(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "8.8.8.8",
        "11.0.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.167.255.255",
        "100.128.0.0",
        "169.253.255.255",
        "223.255.255.255",
        "2606:4700::1111",
        "2a00:1450::1"
      })
  void knowsWhatIsOutside(String address) {
    assertThat(Networks.inside().hold(InetAddress.ofLiteral(address))).isFalse();
  }

  @Test
  void readsNetworksAndSaysWhichIsNone() {
    Networks networks = Networks.parse("10.1.0.0/17, 192.0.2.7,2001:db8::/33");
    for (String held : List.of("10.1.127.255", "192.0.2.7", "2001:db8:7fff::1")) {
      assertThat(networks.hold(InetAddress.ofLiteral(held))).as(held).isTrue();
    }
    for (String other : List.of("10.1.128.0", "192.0.2.8", "2001:db8:8000::1")) {
      assertThat(networks.hold(InetAddress.ofLiteral(other))).as(other).isFalse();
    }
    for (String wrong : List.of("10.0.0.0/33", "example.com", "10.0.0.0/x", "::/129")) {
      assertThatThrownBy(() -> Networks.parse(wrong)).hasMessageContaining("\"" + wrong + "\"");
    }
  }
}
