package io.vagus.server;

import static io.vagus.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A series recorded from a real machine goes in by a standard client and comes out equal. */
class RecordedSeriesTest {
  /** Ten minutes of /proc: a line a second, time in microseconds first. */
  private static final String RECORDING = "host.csv";

  private static final List<String> METRICS =
      List.of("cpu", "memory", "load", "disk.read", "disk.written");

  @TempDir Path folder;

  /** One value as it was recorded, or as it was exported. */
  private record Value(Instant time, String metric, double value) {}

  @Test
  void aRecordedSeriesIsReadBackEqual() throws Exception {
    List<String> rows = recording();
    Path messages = Files.writeString(folder.resolve("messages"), messages(rows));
    try (RunningServer server =
        RunningServer.start(folder.resolve("data"), "process.max-past=10000d")) {
      server.register("host", "host-1");

      Command.run(
              folder,
              Map.of(),
              "bash",
              "-c",
              "mosquitto_pub -p %d -u host-1 -P 'correct horse' -q 1 -l -t v1/host-1/telemetry < %s"
                  .formatted(server.port("mqtt"), messages))
          .succeeded();

      server.requireAccepted(rows.size());
      for (int column = 0; column < METRICS.size(); column++) {
        String metric = METRICS.get(column);
        List<Value> recorded = recorded(rows, metric, column + 1);
        eventually(
            Duration.ofSeconds(10),
            metric + " is stored",
            () -> exported(server, metric).size() == recorded.size());
        assertThat(exported(server, metric)).isEqualTo(recorded);
      }
    }
  }

  private static List<String> recording() throws Exception {
    try (InputStream in = RecordedSeriesTest.class.getResourceAsStream(RECORDING)) {
      return new String(in.readAllBytes(), UTF_8).lines().toList();
    }
  }

  private static String messages(List<String> rows) {
    StringBuilder messages = new StringBuilder();
    for (String row : rows) {
      String[] fields = row.split(",", -1);
      messages.append("{\"time\": ").append(fields[0]).append(", \"values\": {");
      for (int i = 0; i < METRICS.size(); i++) {
        messages.append(i == 0 ? "" : ", ");
        messages.append('"').append(METRICS.get(i)).append("\": ").append(fields[i + 1]);
      }
      messages.append("}}\n");
    }
    return messages.toString();
  }

  private static List<Value> recorded(List<String> rows, String metric, int column) {
    return rows.stream()
        .map(row -> row.split(",", -1))
        .map(row ->
            new Value(
                Instant.EPOCH.plus(Long.parseLong(row[0]), ChronoUnit.MICROS),
                metric,
                Double.parseDouble(row[column])))
        .toList();
  }

  /** Header and fields: time, metric, value, device time, … */
  private static List<Value> exported(RunningServer server, String metric) {
    List<String> lines =
        server
            .text(
                "/api/v1/devices/host-1/readings/"
                    + metric
                    + "/export?format=csv&from=2020-01-01T00:00:00Z")
            .lines()
            .toList();
    return IntStream.range(1, lines.size())
        .mapToObj(lines::get)
        .map(line -> line.split(",", -1))
        .map(
            fields -> new Value(Instant.parse(fields[3]), fields[1], Double.parseDouble(fields[2])))
        .toList();
  }
}
