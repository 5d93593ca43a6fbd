package io.vagus.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.DataSize;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The API's own metrics, and its settings. */
class ApiMetricsTest {
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

  @Test
  void noLabelHoldsADeviceOrAPath() throws Exception {
    try (Fixture fixture = Fixture.secured()) {
      List<String> devices = List.of("pump-1", "pump-2", "nobody");
      for (String device : devices) {
        fixture.get("/api/v1/devices/" + device);
        fixture.get("/api/v1/devices/" + device + "/readings");
        fixture.get("/api/v1/devices/" + device + "/readings/temperature");
        fixture.get("/api/v1/no/such/" + device);
        fixture.get("/" + device);
        fixture.call("X-" + device, "/api/v1/ledger", "");
      }
      String scrape = fixture.get("/metrics").body();
      TreeSet<String> values = new TreeSet<>();
      Matcher label = LABEL.matcher(scrape);
      while (label.find()) {
        values.add(label.group(2));
      }
      assertThat(scrape)
          .contains("vagus_api_requests_seconds_count")
          .contains("route=\"/api/v1/devices/{id}/readings\"")
          .contains("method=\"other\"")
          .contains("route=\"none\",status=\"404\"");
      assertThat(values).isNotEmpty();
      for (String device : devices) {
        assertThat(values).noneMatch(value -> value.contains(device));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 64, 100, 10, PT1S, max-body: 1048576000",
    "0, 0, 100, 10, PT1S, max-bulk-body: 0",
    "0, 64, 0, 10, PT1S, max-connections: 0",
    "0, 64, 100, 0, PT1S, max-live-streams: 0",
    "0, 64, 100, 10, PT0S, heartbeat: 0",
  })
  void settingsNameTheBound(
      int bodyGibibytes, int bulk, int connections, int streams, Duration heartbeat, String why) {
    DataSize body = DataSize.ofMebibytes(bodyGibibytes == 0 ? 1 : 1000);
    org.assertj.core.api.Assertions.assertThatThrownBy(() ->
            new ApiConfig(body, DataSize.ofMebibytes(bulk), connections, streams, heartbeat, false))
        .hasMessageStartingWith(why)
        .hasMessageContaining("expected:");
  }
}
