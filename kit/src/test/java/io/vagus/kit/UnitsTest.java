package io.vagus.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {

  @ParameterizedTest
  @CsvSource({
    "0,0,0B",
    "512,512,512B",
    "64KiB,65536,64KiB",
    "1 MB,1048576,1MiB",
    "2GiB,2147483648,2GiB"
  })
  void readsAndShowsSizes(String text, long bytes, String shown) {
    assertThat(DataSize.parse(text).bytes()).isEqualTo(bytes);
    assertThat(DataSize.parse(text)).hasToString(shown);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1.5MiB", "5 apples", "9999999TiB1"})
  void refusesWhatIsNoSize(String text) {
    assertThatThrownBy(() -> DataSize.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"250ms", "90s", "5m", "1h", "7d", "10us"})
  void showsDurationsAsTheyAreRead(String text) {
    assertThat(Durations.format(Durations.parse(text))).isEqualTo(text);
  }

  @Test
  void showsAnHourOfMinutesAsAnHour() {
    assertThat(Durations.format(Duration.ofMinutes(60))).isEqualTo("1h");
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:8080,127.0.0.1,8080",
    ":1883,0.0.0.0,1883",
    "1883,127.0.0.1,1883",
    "[::1]:80,::1,80",
    "off,off,0"
  })
  void readsAddresses(String text, String host, int port) {
    assertThat(HostPort.parse(text)).isEqualTo(new HostPort(host, port));
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:", "localhost:x", "127.0.0.1:65536", ""})
  void refusesWhatIsNoAddress(String text) {
    assertThatThrownBy(() -> HostPort.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void knowsLoopbackFromOtherAddresses() {
    assertThat(HostPort.parse("127.0.0.1:1").isLoopback()).isTrue();
    assertThat(HostPort.parse("[::1]:1").isLoopback()).isTrue();
    assertThat(HostPort.parse(":1").isLoopback()).isFalse();
    assertThat(HostPort.parse("192.0.2.1:1").isLoopback()).isFalse();
  }

  @Test
  void errorCodesHaveIdsOfTheirOwnThatLeadBack() {
    Set<Integer> ids = new HashSet<>();
    for (ErrorCode code : ErrorCode.values()) {
      assertThat(ids.add(code.id())).as(code.name()).isTrue();
      assertThat(ErrorCode.ofId(code.id())).isEqualTo(code);
    }
    assertThat(ErrorCode.ofId(255)).isEqualTo(ErrorCode.INTERNAL);
  }
}
