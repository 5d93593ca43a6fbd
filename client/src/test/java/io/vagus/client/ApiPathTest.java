package io.vagus.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ApiPathTest {
  @Test
  void encodesWhatPeopleTyped() {
    assertThat(ApiPath.of("devices", "pump 7/å", "readings"))
        .isEqualTo("/api/v1/devices/pump%207%2F%C3%A5/readings");
    assertThat(ApiPath.and("q", "a+b")).isEqualTo("&q=a%2Bb");
    assertThat(ApiPath.and("q", null)).isEmpty();
  }
}
