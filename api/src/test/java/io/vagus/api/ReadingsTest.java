package io.vagus.api;

import static io.vagus.testkit.Eventually.settles;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import io.vagus.model.Reading;
import io.vagus.series.Range;
import io.vagus.series.Series;
import io.vagus.series.SeriesHealth;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Readings: ranges, steps and exports. */
class ReadingsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String METRIC = "/api/v1/devices/pump-1/readings/temperature";

  @Test
  void readsBackWhatWasStored() throws Exception {
    try (Fixture fixture = Fixture.secured()) {
      JsonNode latest = json(fixture, "/api/v1/devices/pump-1/readings").at("/readings/0");
      assertThat(latest.get("value").asDouble()).isEqualTo(20);
      assertThat(latest.get("unit").asText()).isEqualTo("Cel");
      assertThat(micros(latest.get("time").asText())).isEqualTo(Fixture.NOW);
      JsonNode raw = json(fixture, METRIC + "?raw=true&limit=30");
      assertThat(raw.get("readings")).hasSize(30);
      assertThat(raw.at("/readings/0/value").asDouble()).isEqualTo(29.9);
      JsonNode rest = json(fixture, METRIC + "?raw=true&from=" + raw.get("next").asText());
      assertThat(rest.get("readings")).hasSize(70);
      assertThat(rest.has("next")).isFalse();
    }
  }

  @Test
  void answersInStepsThatAreEasilyRead() throws Exception {
    try (Fixture fixture = Fixture.secured()) {
      JsonNode hour = json(fixture, METRIC);
      assertThat(hour.get("stepSeconds").asDouble()).isEqualTo(15);
      int count = 0;
      for (JsonNode point : hour.get("points")) {
        count += point.get("count").asInt();
        assertThat(micros(point.get("time").asText()) % 15_000_000).isZero();
      }
      assertThat(count).isEqualTo(100);
      assertThat(json(fixture, METRIC + "?step=1m").get("stepSeconds").asDouble()).isEqualTo(60);
      assertThat(json(fixture, METRIC + "?from=0&to=1000").get("points")).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PT1H, 300, PT15S",
    "PT24H, 300, PT5M",
    "P7D, 300, PT1H",
    "P365D, 300, P2D",
    "PT1S, 10000, PT0.001S",
    "PT10M, 300, PT2S",
  })
  void choosesStepsThatRollUpsCanAnswer(Duration range, int points, Duration step) {
    assertThat(Steps.forPoints(range.toNanos() / 1000, points)).isEqualTo(step.toNanos() / 1000);
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/devices/nobody/readings",
    "/api/v1/devices/nobody/readings/temperature",
    "/api/v1/devices/pump-1/readings/temprature",
    "/api/v1/devices/pump-1/readings/temprature/export",
    "/api/v1/devices/nobody/export",
    "/api/v1/devices/nobody/live",
  })
  void saysWhatIsNotKnown(String path) throws Exception {
    try (Fixture fixture = Fixture.secured()) {
      assertThat(fixture.get(path).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void writesTextsWithQuotesAndMetricsWithSlashes() throws Exception {
    try (Fixture fixture = Fixture.secured()) {
      long t = Fixture.NOW - 10;
      fixture.series.append(
          new Reading(
              new DeviceId("pump-1"), "a/b", t, t, t, Double.NaN, "say \"hi\",\nthen", 1 | 1 << 6));
      String path = "/api/v1/devices/pump-1/readings/a%2Fb";
      String csv = fixture.get(path + "/export").body();
      assertThat(csv.split("\r\n")[1])
          .contains(",a/b,\"say \"\"hi\"\",\nthen\",")
          .endsWith("unknown-metric late");
      JsonNode raw = json(fixture, path + "?raw=true");
      assertThat(raw.at("/readings/0/value").asText()).isEqualTo("say \"hi\",\nthen");
      assertThat(json(fixture, path).at("/points/0/mean").isNull()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"export", "readings/temperature/export"})
  void exportsAHundredThousandReadings(String path) throws Exception {
    AtomicLong produced = new AtomicLong();
    try (Fixture fixture = generating(150_000, produced, false)) {
      String query = "/api/v1/devices/pump-1/" + path + "?from=0&format=";
      HttpResponse<InputStream> csv =
          Fixture.CLIENT.send(
              fixture.request("GET", query + "csv", "").build(),
              HttpResponse.BodyHandlers.ofInputStream());
      try (var lines = new BufferedReader(new InputStreamReader(csv.body(), "UTF-8")).lines()) {
        assertThat(lines.count()).isEqualTo(150_001);
      }
      String ndjson = fixture.get(query + "ndjson").body();
      assertThat(ndjson.lines().count()).isEqualTo(150_000);
      JsonNode last = MAPPER.readTree(ndjson.substring(ndjson.lastIndexOf("{\"device\"")));
      assertThat(micros(last.get("time").asText())).isEqualTo(149_999);
    }
  }

  @Test
  void exportWaitsForASlowReader() throws Exception {
    AtomicLong produced = new AtomicLong();
    try (Fixture fixture = generating(5_000_000, produced, false);
        Socket socket = new Socket()) {
      socket.setReceiveBufferSize(64 << 10);
      socket.connect(fixture.server.address());
      String request =
          "GET /api/v1/devices/pump-1/export?from=0 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
              + fixture.admin
              + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().read()).isPositive();
      long atRest = settles(Duration.ofSeconds(30), "the export stands still", produced::get);
      // What the sockets' buffers hold, and no more.
      assertThat(atRest).isLessThan(500_000);
    }
  }

  @Test
  void cutsTheConnectionWhenAnExportBreaksOff() throws Exception {
    try (Fixture fixture = generating(50_000, new AtomicLong(), true)) {
      assertThatThrownBy(() -> fixture.get("/api/v1/devices/pump-1/export?from=0"))
          .isInstanceOf(java.io.IOException.class);
    }
  }

  private static Fixture generating(int count, AtomicLong produced, boolean breaking) {
    return new Fixture(
        false, Fixture.config(false), Optional.of(new Generated(count, produced, breaking)));
  }

  private static JsonNode json(Fixture fixture, String path) throws Exception {
    HttpResponse<String> response = fixture.get(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return MAPPER.readTree(response.body());
  }

  private static long micros(String time) {
    return java.time.temporal.ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(time));
  }

  /** A reading each microsecond, made when asked for. */
  private record Generated(int count, AtomicLong produced, boolean breaking) implements Series {
    private Stream<Reading> readings(long from, long to) {
      return Stream.iterate(Math.max(0, from), t -> t < Math.min(count, to), t -> t + 1)
          .map(t -> {
            produced.incrementAndGet();
            return FakeSeries.reading("pump-1", "temperature", t, t);
          });
    }

    @Override
    public List<Reading> raw(DeviceId device, String metric, long from, long to, int limit) {
      return readings(from, to).limit(limit).toList();
    }

    @Override
    public void export(DeviceId device, long from, long to, Consumer<Reading> sink) {
      readings(from, to).forEach(sink);
      if (breaking) {
        throw new VagusException(ErrorCode.IO_FAILED, "a disk broke");
      }
    }

    @Override
    public List<String> metrics(DeviceId device) {
      return List.of("temperature");
    }

    @Override
    public Range range(DeviceId device, String metric, long from, long to, long step) {
      return new Range(Range.Tier.RAW, step, List.of());
    }

    @Override
    public void append(Reading reading) {}

    @Override
    public void commit() {}

    @Override
    public void maintain(long nowMicros) {}

    @Override
    public SeriesHealth health() {
      return new SeriesHealth(0, 0, Map.of(), List.of());
    }

    @Override
    public void close() {}
  }
}
